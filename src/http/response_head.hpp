// The parts of a response's status line and fields that are kept.
#pragma once

#include <clerk/headers.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace clerk::http {

// A short header value kept without an allocation; longer ones are cut.
class ShortText {
public:
    ShortText() noexcept : size_{0} {}  // with a defaulted constructor, `{}` would fill the bytes with zeros
    void assign(std::string_view text) noexcept {
        size_ = std::min(text.size(), bytes_.size());
        std::copy_n(text.data(), size_, bytes_.data());
    }
    void clear() noexcept { size_ = 0; }
    [[nodiscard]] std::string_view view() const noexcept { return {bytes_.data(), size_}; }

private:
    std::array<char, 64> bytes_;  // uninitialised on purpose: only the first size_ bytes are read
    std::size_t size_;
};

struct ResponseHead {
    int status{};
    int attempts{};    // attempts of the call, when it succeeded
    bool json{};       // the Content-Type names JSON, or is absent
    bool plain{true};  // no Content-Encoding but identity
    ShortText retry_after{};
    ShortText trace_id{};  // Clerk-Trace-Id
    ShortText ray{};       // cf-ray
    Headers headers{};     // only when the caller requested them, or for an unsuccessful status
};

}  // namespace clerk::http
