// The definition of Decoder<T>, for the one translation unit of each resource that instantiates it. Pure.
#pragma once

#include "api/codec/decoder.hpp"
#include "api/codec/tolerant_reader.hpp"
#include "api/codec/usual_reader.hpp"

#include <clerk/page.hpp>

#include <optional>
#include <string>
#include <utility>

namespace clerk::api {

// A page has at most 500 items. A few bytes of JSON become an item of several hundred bytes, so a page with far more
// items would only exhaust memory.
inline constexpr std::size_t max_items = 100'000;

template <class T>
Decoder<T>::Decoder(std::size_t max_depth, std::size_t reserve)
    : Splitter{is_page<T>}, max_depth_{max_depth}, reserve_{reserve} {}

template <class T>
void Decoder<T>::reset() {
    if (has_begun()) *this = Decoder{max_depth_, reserve_};
}

template <class T>
std::size_t Decoder<T>::read_start(std::string_view text) {
    if constexpr (is_page<T>) {
        if (index_ == max_items) return 0;
        std::size_t const length = read_usual(text, max_depth_, value_.data.emplace_back());
        length != 0 ? (void)++index_ : value_.data.pop_back();
        return length;
    } else {
        std::size_t const length = read_usual(text, max_depth_, value_);
        if (length == 0) value_ = T{};
        return length;
    }
}

template <class T>
void Decoder<T>::read_item(std::string_view text) {
    if constexpr (is_page<T>) {
        if (index_ == max_items) {
            refuse({errc::malformed_body, "$.data", "has more than " + std::to_string(max_items) + " items"});
            return;
        }
        auto& item = value_.data.emplace_back();
        if (auto problem = read(text, item)) {
            UndecodedItem undecoded;
            undecoded.index = index_;
            if constexpr (requires { undecoded.id = item.id; }) undecoded.id = std::move(item.id);
            undecoded.path = "$.data[" + std::to_string(index_) + ']' + problem->path;
            undecoded.message = std::move(problem->message);
            has_broken_item_ = has_broken_item_ || problem->is_final;
            value_.data.pop_back();
            value_.undecoded.push_back(std::move(undecoded));
        }
        ++index_;
    }
}

template <class T>
void Decoder<T>::read_root(std::string_view text) {
    std::optional<Problem> problem;
    if constexpr (is_page<T>) {
        T rest;  // of the page; its items have been read before
        problem = read(text, rest);
        value_.total_count = rest.total_count;
        value_.additional_fields = std::move(rest.additional_fields);
    } else {
        problem = read(text, value_);
    }
    if (problem) refuse({problem->code, '$' + problem->path, std::move(problem->message)});
}

template <class T>
void Decoder<T>::begin_list() {
    if constexpr (is_page<T>) {
        // Of several lists the last one counts, but invalid JSON in an earlier one is reported.
        if (has_broken_item_) {
            refuse({errc::malformed_body, "$.data", "occurs twice, the first time with an invalid item"});
        }
        value_.data.clear();
        value_.undecoded.clear();
        value_.data.reserve(reserve_);
        index_ = 0;
    }
}

// Reads the whole of `text`.
template <class T>
template <class Value>
std::optional<Problem> Decoder<T>::read(std::string_view text, Value& out) const {
    // The usual reader has not been tried on a text that arrived in two pieces.
    std::size_t const length = read_usual(text, max_depth_, out);
    if (length != 0 && length == text.size()) return {};
    out = Value{};
    return TolerantReader{max_depth_}.read(text, out);
}

}  // namespace clerk::api
