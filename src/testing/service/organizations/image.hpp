// The type of an uploaded image, by its bytes.
#pragma once

#include <string_view>

namespace clerk::testing {

enum class ImageType { unsupported, jpeg, png, gif, webp, ico };

// By signature only.
[[nodiscard]] ImageType sniff_image(std::string_view bytes) noexcept;

// Whether the image's header is whole and describes a picture of at least one pixel.
[[nodiscard]] bool has_image_header(ImageType type, std::string_view bytes) noexcept;

}  // namespace clerk::testing
