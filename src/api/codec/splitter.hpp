// Cuts a body, as it arrives, into what is decoded whole: the root value, or the items of a page and what is around
// them. Pure.
#pragma once

#include "api/codec/scanning.hpp"
#include "http/body_sink.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace clerk::api {

// It knows strings and brackets. A value that is whole in a piece is passed on in place; others are put together first.
class Splitter {
public:
    // Of a page, the elements of its member "data" are cut out.
    explicit Splitter(bool is_page) noexcept : is_page_{is_page} {}

    enum class Step : std::uint8_t {
        needs_more,   // the piece is used up
        list_begins,  // items follow
        begins,       // a value stands at the beginning of the piece: see take()
        item,         // value() is one
        root,         // value() is the root, without its items; only white space may follow
        broken,       // see failure()
    };
    // Continues in `piece`, and removes what it has read.
    Step advance(std::string_view& piece);
    // The first `length` characters of `piece` were the value that began there.
    void take(std::string_view& piece, std::size_t length) noexcept;
    // No piece follows, and the root is not complete: Step::root, when it is a scalar, or Step::broken, with what there
    // is of it in value().
    Step finish();

    [[nodiscard]] std::string_view value() const noexcept { return value_; }
    // Whether value() came in several pieces, so that it did not stand whole where it began.
    [[nodiscard]] bool was_put_together() const noexcept { return !in_place_; }
    // Whether the root has ended.
    [[nodiscard]] bool is_complete() const noexcept { return place_ == Place::end; }
    [[nodiscard]] http::BodyFailure const& failure() const noexcept { return failure_; }

private:
    enum class Place : std::uint8_t {
        start,        // nothing but white space came
        root,         // inside the root, outside of its items
        first_item,   // where the list may end or hold an item
        before_item,  // where it must hold one
        item,
        after_item,  // where a comma or the end of the list must follow
        end,         // the root is complete
    };

    Step advance_root(std::string_view& piece);
    Step advance_list(std::string_view& piece);
    Step advance_item(std::string_view& piece);
    [[nodiscard]] bool is_list_of_items() const;
    Step refuse(std::string path, std::string why);

    bool is_page_;
    Place place_{Place::start};
    ValueScanner root_{};
    ValueScanner item_{};
    std::string root_text_{};
    std::string item_text_{};  // of an item that began in an earlier piece
    std::string_view value_{};
    bool in_place_{};
    http::BodyFailure failure_{};
};

}  // namespace clerk::api
