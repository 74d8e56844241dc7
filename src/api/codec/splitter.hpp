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

// It knows strings and brackets. A value that is whole in a piece is read in place, where that is possible; others are
// put together first.
class Splitter : public http::BodySink {
public:
    bool write(std::string_view piece) final;
    bool finish() final;
    [[nodiscard]] http::BodyFailure const& failure() const noexcept final { return failure_; }

protected:
    // Of a page, the elements of its member "data" are cut out.
    explicit Splitter(bool is_page) noexcept : is_page_{is_page} {}

    [[nodiscard]] bool has_begun() const noexcept { return place_ != Place::start; }
    // Always false.
    bool refuse(http::BodyFailure failure);

private:
    enum class Place : std::uint8_t {
        start,        // nothing but white space came
        root,         // inside the root, outside of its items
        first_item,   // where the list may end or hold an item
        before_item,  // where it must hold one
        item,
        after_item,  // where a comma or the end of the list must follow
        end,         // the root is complete; only white space may follow
        failed,
    };

    // Reads the value, an item or the root of what is no page, at the beginning of `text`. Its length; 0 when nothing
    // was read, and the value is to be put together.
    virtual std::size_t read_start(std::string_view text) = 0;
    virtual void read_item(std::string_view text) = 0;
    // `text` is the root without its items.
    virtual void read_root(std::string_view text) = 0;
    // Items follow.
    virtual void begin_list() = 0;

    void advance_root(std::string_view& piece);
    void advance_list(std::string_view& piece);
    [[nodiscard]] bool is_list_of_items() const;

    bool is_page_;
    Place place_{Place::start};
    ValueScanner root_{};
    ValueScanner item_{};
    std::string root_text_{};
    std::string item_text_{};
    http::BodyFailure failure_{};
};

}  // namespace clerk::api
