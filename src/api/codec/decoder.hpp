// Decodes response bodies into the types of the API, item by item as they arrive, without a tree. Pure.
#pragma once

#include "api/codec/splitter.hpp"
#include "api/codec/tolerant_reader.hpp"
#include "api/codec/usual_reader.hpp"

#include <clerk/page.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace clerk::api {

// Decodes one response body into a T: a described type, a list of them, or a page. Large: a coroutine keeps it on the
// heap, so that its own frame stays small.
//
// Unknown members and metadata are kept as compact JSON text. Of duplicate members the last one counts. An invalid
// value fails the body, with its JSON path; within a page it fails only its item, which is then in `undecoded`.
template <class T>
class Decoder final : public Splitter {
public:
    // `max_depth` is how deep the value of a member may nest; `reserve` is how many items a page is expected to hold.
    explicit Decoder(std::size_t max_depth, std::size_t reserve = 0)
        : Splitter{is_a<Page, T>}, max_depth_{max_depth}, reserve_{reserve} {}

    void reset() override {
        if (has_begun()) *this = Decoder{max_depth_, reserve_};
    }

    // The value, to be moved from. Precondition: finish() returned true.
    [[nodiscard]] T&& take() noexcept { return std::move(value_); }

private:
    std::size_t read_start(std::string_view text) override {
        std::size_t length{};
        if constexpr (is_a<Page, T>) {
            length = read_usual(text, max_depth_, value_.data.emplace_back());
            if (length == 0) value_.data.pop_back();
        } else {
            length = read_usual(text, max_depth_, value_);
            if (length == 0) value_ = T{};
        }
        return length;
    }

    void read_item(std::string_view text, std::size_t index) override {
        if constexpr (is_a<Page, T>) {
            auto& item = value_.data.emplace_back();
            auto problem = read(text, item);
            if (!problem) return;
            UndecodedItem& undecoded = value_.undecoded.emplace_back();
            undecoded.index = index;
            if constexpr (requires { undecoded.id = item.id; }) undecoded.id = std::move(item.id);
            undecoded.path = "$.data[" + std::to_string(index) + ']' + problem->path;
            undecoded.message = std::move(problem->message);
            value_.data.pop_back();
            has_broken_item_ = has_broken_item_ || problem->is_final;
        }
    }

    void read_root(std::string_view text) override {
        std::optional<Problem> problem;
        if constexpr (is_a<Page, T>) {
            T rest;  // of the page; its items have been read before
            problem = read(text, rest);
            value_.total_count = rest.total_count;
            value_.additional_fields = std::move(rest.additional_fields);
        } else {
            problem = read(text, value_);
        }
        if (problem) refuse({problem->code, '$' + problem->path, std::move(problem->message)});
    }

    void begin_list() override {
        if constexpr (is_a<Page, T>) {
            // Of several lists the last one counts, but invalid JSON in an earlier one is reported.
            if (has_broken_item_) {
                refuse({errc::malformed_body, "$.data", "occurs twice, the first time with an invalid item"});
            }
            value_.data.clear();
            value_.undecoded.clear();
            value_.data.reserve(reserve_);
        }
    }

    // Reads the whole of `text`.
    template <class Value>
    std::optional<Problem> read(std::string_view text, Value& out) const {
        // The usual reader has not been tried on a text that arrived in two pieces.
        std::size_t const length = read_usual(text, max_depth_, out);
        if (length != 0 && length == text.size()) return {};
        out = Value{};
        return TolerantReader{max_depth_}.read(text, out);
    }

    std::size_t max_depth_;
    std::size_t reserve_;
    T value_{};
    bool has_broken_item_{};
};

}  // namespace clerk::api
