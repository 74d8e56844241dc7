#include "http/image_type.hpp"

namespace clerk::http {

using namespace std::string_view_literals;

std::optional<ImageType> image_type(std::string_view first_bytes) noexcept {
    if (first_bytes.starts_with("\xFF\xD8\xFF"sv)) return ImageType{"image/jpeg", "jpg"};
    if (first_bytes.starts_with("\x89PNG\r\n\x1A\n"sv)) return ImageType{"image/png", "png"};
    if (first_bytes.starts_with("GIF87a"sv) || first_bytes.starts_with("GIF89a"sv))
        return ImageType{"image/gif", "gif"};
    if (first_bytes.starts_with("RIFF"sv) && first_bytes.size() >= 12 && first_bytes.substr(8, 4) == "WEBP"sv) {
        return ImageType{"image/webp", "webp"};
    }
    if (first_bytes.starts_with("\0\0\1\0"sv)) return ImageType{"image/x-icon", "ico"};
    return std::nullopt;
}

}  // namespace clerk::http
