// The SAX handler behind the decoders: parser events in, public types out.
#pragma once

#include <clerk/organization.hpp>

#include "http/body_sink.hpp"
#include "organizations/decode_messages.hpp"
#include "organizations/fields.hpp"
#include "organizations/text_capture.hpp"

#include <boost/json/error.hpp>
#include <boost/json/string_view.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace clerk::organizations {

// What the root object of the body is decoded into. Exactly one of the first three is set.
struct DecodeTarget {
    Organization* organization{};
    DeletedObject* deleted_object{};
    Organizations* page{};
    std::optional<std::string>* logo_url{};  // with `organization`, when logo_url is a known member

    // The organization that is the root of the body, if that is what it is, without a logo_url.
    [[nodiscard]] Organization* plain_root() const noexcept { return logo_url == nullptr ? organization : nullptr; }
};

// One handler serves all shapes: they share their fields, and the parser is instantiated once.
//
// Errors of a member are only noted when they are met, and judged when its object ends: a later duplicate may correct
// it, and the id that names a broken item may come last.
class DecodeHandler {
public:
    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();

    DecodeHandler(DecodeTarget target, std::size_t reserve) noexcept : target_{target}, reserve_{reserve} {}

    void reset();
    // The piece that the parser is about to read.
    void set_input(std::string_view piece) noexcept { input_ = piece; }
    [[nodiscard]] http::BodyFailure const& failure() const noexcept { return failure_; }
    // Where the parser stands, as a JSON path.
    [[nodiscard]] std::string path() const;

    [[nodiscard]] bool is_page() const noexcept { return target_.page != nullptr; }
    // Whether the parser stands in the data array of a page, between its items.
    [[nodiscard]] bool is_between_items() const noexcept { return state_ == State::items; }
    // Where the next item of the page can be written to without the parser; nullptr when there is no room for one.
    // drop_item() or keep_item() must follow.
    [[nodiscard]] Organization* add_item();
    void drop_item() { target_.page->data.pop_back(); }
    void keep_item() noexcept { ++index_; }
    // Reports the item of a page that the parser stands in as undecoded, and ignores what comes until resume_items().
    // False with failure() set when there is no room for the report.
    bool give_up_item(std::string message, boost::system::error_code& failed);
    void resume_items() noexcept { state_ = State::items; }

    // Events of boost::json::basic_parser.
    using error_code = boost::system::error_code;
    using string_view = boost::json::string_view;
    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code& failed);
    bool on_object_end(std::size_t, error_code& failed);
    bool on_array_begin(error_code& failed);
    bool on_array_end(std::size_t, error_code& failed);
    bool on_key_part(string_view piece, std::size_t, error_code&);
    bool on_key(string_view piece, std::size_t, error_code&);
    bool on_string_part(string_view piece, std::size_t, error_code& failed);
    bool on_string(string_view piece, std::size_t, error_code& failed);
    bool on_number_part(string_view piece, error_code& failed);
    bool on_int64(std::int64_t value, string_view piece, error_code& failed);
    bool on_uint64(std::uint64_t value, string_view piece, error_code& failed);
    bool on_double(double value, string_view piece, error_code& failed);
    bool on_bool(bool value, error_code& failed);
    bool on_null(error_code& failed);
    bool on_comment_part(string_view, error_code&) { return true; }
    bool on_comment(string_view, error_code&) { return true; }

private:
    // A page has at most 500 items. A few bytes of JSON make an item of some hundred bytes, so far more than that are
    // an attack on memory, not a page.
    static constexpr std::size_t max_items = 100'000;

    enum class State : std::uint8_t {
        start,    // before the root
        page,     // between the members of a page
        items,    // between the items of its data
        record,   // between the members of an organization or deleted object
        capture,  // inside a value that is kept as text
        skip,     // inside a value that is not wanted
        done,
    };

    // What is known about the members of one object so far.
    struct Members {
        FieldMask known{};
        FieldMask seen{};
        FieldMask null{};
        FieldMask bad{};
        std::array<Found, field_count + 1> found{};  // the last one is of unknown members
        TextCapture extra{};                         // unknown members as an object still without its `}`

        void clear() noexcept {
            seen = null = bad = 0;
            extra.clear();
        }
    };

    bool fail(error_code& failed, std::string path, std::string message);
    [[nodiscard]] std::string item_path() const;
    [[nodiscard]] static std::string member_path(std::string object, Field field);

    void begin_record(Organization* organization);
    bool end_record(error_code& failed);
    bool end_item(error_code& failed);
    bool end_page(error_code& failed);
    bool odd_item(Found found, error_code& failed);
    bool too_many_items(error_code& failed);
    bool report_item(UndecodedItem item, error_code& failed);
    void judge_id(std::string const& id);
    void finish_organization();
    void finish_deleted_object();
    static Metadata take_extra(Members& members);

    void begin_unknown_member(std::string_view name);
    void end_value() noexcept { field_ = Field::unknown; }
    void begin_capture(TextCapture& out, char bracket);
    void end_capture();
    void end_skip() noexcept;
    void note(Field field) noexcept;
    void note_null(Field field) noexcept;
    void note_bad(Field field, Found found) noexcept;
    void note_invalid_text(Field field, std::string_view text) noexcept;
    [[nodiscard]] bool may_be_null(Field field) const noexcept;
    bool unexpected_container(Found found, error_code& failed);

    template <class Visit>
    void visit_current(Visit visit);
    std::string* open_string();
    void set_integer(std::int64_t value);
    bool scalar_outside_objects(Found found, error_code& failed);
    void string_piece(std::string_view piece);
    bool number(std::string_view piece, std::optional<std::int64_t> value, Found otherwise, error_code& failed);
    bool literal(std::string_view text);

    // A piece inside the parser's input came without escape sequences; one from its own buffer may hold anything.
    [[nodiscard]] bool is_verbatim(std::string_view piece) const noexcept {
        std::less<> const before{};
        return !before(piece.data(), input_.data()) && before(piece.data(), input_.data() + input_.size());
    }
    [[nodiscard]] bool in_object() const noexcept { return state_ == State::record || state_ == State::page; }

    DecodeTarget target_;
    std::size_t reserve_;
    std::string_view input_{};
    State state_{State::start};
    State owner_{State::start};    // the state that a capture or skip returns to
    Field field_{Field::unknown};  // whose value comes next or goes on
    bool gave_up_item_{};
    bool continued_{};  // a key, string or number has begun in an earlier piece
    Members* members_{&record_members_};
    std::size_t depth_{};  // containers open inside a capture or skip
    std::size_t index_{};  // of the current item
    Organization* organization_{};
    std::string* text_{};     // where the current string goes
    TextCapture* capture_{};  // where captured text goes
    TextCapture scratch_{};   // metadata; one allocation of the right size is made when it is complete
    std::string key_{};       // a key that came in pieces
    std::string number_{};    // a number that came in pieces
    Members record_members_{};
    Members page_members_{};
    http::BodyFailure failure_{};
};

}  // namespace clerk::organizations
