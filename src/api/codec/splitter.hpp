// Splits a body, as it arrives, into values that are decoded whole: the root value, or the items of a page and the root
// without them. Pure.
#pragma once

#include "api/codec/scanning.hpp"
#include "http/body_sink.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace clerk::api {

// A page has at most 500 items. A few bytes of JSON become an item of several hundred bytes, so a page with far more
// items would only exhaust memory.
inline constexpr std::size_t max_items = 100'000;

// It looks at strings and brackets only. A value that lies whole in one piece is read in place if possible; other
// values are first copied together.
class Splitter : public http::BodySink {
public:
    bool write(std::string_view piece) final;
    bool finish() final;
    [[nodiscard]] http::BodyFailure const& failure() const noexcept final { return failure_; }

protected:
    // Of a page, the elements of its member "data" are split off.
    explicit Splitter(bool is_page) noexcept : is_page_{is_page} {}

    [[nodiscard]] bool has_begun() const noexcept { return place_ != Place::start; }
    // Always false.
    bool refuse(http::BodyFailure failure);

private:
    enum class Place : std::uint8_t {
        start,        // only white space has arrived
        root,         // inside the root, outside of its items
        first_item,   // the list may end, or an item may follow
        before_item,  // an item must follow
        item,
        after_item,  // a comma or the end of the list must follow
        end,         // the root is complete; only white space may follow
        failed,
    };

    // Reads the value at the beginning of `text`: an item, or the root if this is not a page. Returns its length; 0
    // when nothing was read, and the value must be copied together first.
    virtual std::size_t read_start(std::string_view text) = 0;
    virtual void read_item(std::string_view text, std::size_t index) = 0;
    // `text` is the root without its items.
    virtual void read_root(std::string_view text) = 0;
    // Called before the items.
    virtual void begin_list() = 0;

    void advance_root(std::string_view& piece);
    void advance_list(std::string_view& piece);
    [[nodiscard]] bool is_list_of_items();

    bool is_page_;
    Place place_{Place::start};
    ValueScanner root_{};
    ValueScanner item_{};
    std::string root_text_{};
    std::string item_text_{};
    std::size_t item_count_{};
    http::BodyFailure failure_{};
};

}  // namespace clerk::api
