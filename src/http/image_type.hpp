// The type of an image by its content.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace clerk::http {

struct ImageType {
    std::string_view media_type{};  // image/png
    std::string_view extension{};   // png

    friend bool operator==(ImageType const&, ImageType const&) = default;
};

// How many bytes from the start of a file image_type() may need.
constexpr std::size_t image_signature_size = 16;

// JPEG, PNG, GIF, WebP and ICO by their signatures (WHATWG MIME Sniffing 6.1); nothing for anything else.
[[nodiscard]] std::optional<ImageType> image_type(std::string_view first_bytes) noexcept;

}  // namespace clerk::http
