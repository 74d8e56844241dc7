// Decodes response bodies into the types of the API, item by item as they arrive, without a tree. Pure.
#pragma once

#include "api/codec/splitter.hpp"

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

namespace clerk::api {

struct Problem;

// Decodes one response body into a T: a described type, a list of them, or a page. Large: a coroutine keeps it on the
// heap, so that its own frame stays small.
//
// Unknown members and metadata are kept as compact JSON text. Of duplicate members the last one counts. An invalid
// value fails the body, with its JSON path; within a page it fails only its item, which is then in `undecoded`.
template <class T>
class Decoder final : public Splitter {
public:
    // `max_depth` is how deep the value of a member may nest; `reserve` is how many items a page is expected to hold.
    explicit Decoder(std::size_t max_depth, std::size_t reserve = 0);

    void reset() override;

    // The value, to be moved from. Precondition: finish() returned true.
    [[nodiscard]] T&& take() noexcept { return std::move(value_); }

private:
    std::size_t read_start(std::string_view text) override;
    void read_item(std::string_view text) override;
    void read_root(std::string_view text) override;
    void begin_list() override;
    template <class Value>
    std::optional<Problem> read(std::string_view text, Value& out) const;

    std::size_t max_depth_;
    std::size_t reserve_;
    T value_{};
    std::size_t index_{};  // of the next item
    bool has_broken_item_{};
};

}  // namespace clerk::api
