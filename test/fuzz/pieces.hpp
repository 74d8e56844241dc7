// Cuts bytes as a network would; each piece has exactly its own memory, so that sanitizers detect every read beyond it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::fuzz {

// The sizes are the characters of `pattern`, over and over: `!` is 1, `"` 2, `A` 33. Empty: one piece.
inline std::vector<std::string_view> cut(std::string_view bytes, std::string_view pattern) {
    if (pattern.empty()) return {bytes};
    std::vector<std::string_view> pieces;
    for (std::size_t i = 0; !bytes.empty(); ++i) {
        auto const character = static_cast<unsigned char>(pattern[i % pattern.size()]);
        std::size_t const size = character <= ' ' ? 1U : character - std::size_t{' '};
        pieces.push_back(bytes.substr(0, size));
        bytes.remove_prefix(pieces.back().size());
    }
    return pieces;
}

// A copy of exactly that size.
class ExactCopy {
public:
    explicit ExactCopy(std::string_view bytes) : data_{new char[bytes.size()]}, size_{bytes.size()} {
        std::copy(bytes.begin(), bytes.end(), data_.get());
    }
    [[nodiscard]] std::string_view view() const noexcept { return {data_.get(), size_}; }

private:
    std::unique_ptr<char[]> data_;
    std::size_t size_;
};

}  // namespace clerk::fuzz
