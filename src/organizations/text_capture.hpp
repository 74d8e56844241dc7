// Rebuilds compact JSON text from parser events, for the values that are kept as text.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/json_text.hpp"

namespace clerk::organizations {

// A growing buffer that, unlike std::string, checks its capacity once per token and not per character.
class TextCapture {
public:
    void clear() noexcept { size_ = 0; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] std::string_view text() const noexcept { return {data_.get(), size_}; }

    void open(char bracket) {
        ensure(2);
        separate();
        put(bracket);
    }
    void close(char bracket) {
        ensure(1);
        put(bracket);
    }

    // `verbatim` says that the text came straight from a JSON string without escape sequences: it needs none now.
    void key(std::string_view name, bool verbatim) {
        begin_string(name, verbatim);
        ensure(2);
        put('"');
        put(':');
    }

    // A string comes in one piece or more, and then end_string().
    void begin_string(std::string_view piece, bool verbatim) {
        ensure(piece.size() + 4);
        separate();
        put('"');
        continue_string(piece, verbatim);
    }
    void continue_string(std::string_view piece, bool verbatim) {
        if (verbatim) {
            ensure(piece.size() + 2);
            put(piece);
        } else {
            put_escaped(piece);
        }
    }
    void end_string() {
        ensure(1);
        put('"');
    }

    // A number, true, false or null.
    void literal(std::string_view text) {
        ensure(text.size() + 1);
        separate();
        put(text);
    }

private:
    void ensure(std::size_t count) {
        if (capacity_ - size_ < count) grow(count);
    }
    void put(char c) noexcept { data_[size_++] = c; }
    void put(std::string_view text) noexcept {
        if (!text.empty()) std::memcpy(data_.get() + size_, text.data(), text.size());
        size_ += text.size();
    }
    // What stands before a key or value says whether a comma must.
    void separate() noexcept {
        if (size_ == 0) return;
        char const last = data_[size_ - 1];
        if (last != '{' && last != '[' && last != ':') put(',');
    }

    void put_escaped(std::string_view piece) {
        std::string escaped;
        base::append_json_escaped(escaped, piece);
        ensure(escaped.size());
        put(escaped);
    }

    void grow(std::size_t count) {
        constexpr std::size_t least = 512;
        std::size_t const capacity = size_ + count + (size_ < least ? least : size_);
        std::unique_ptr<char[]> data{new char[capacity]};  // make_unique would fill it first
        if (size_ != 0) std::memcpy(data.get(), data_.get(), size_);
        data_ = std::move(data);
        capacity_ = capacity;
    }

    std::unique_ptr<char[]> data_{};
    std::size_t size_{};
    std::size_t capacity_{};
};

}  // namespace clerk::organizations
