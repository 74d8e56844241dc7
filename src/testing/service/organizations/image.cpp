#include "testing/service/organizations/image.hpp"

#include <cstddef>
#include <cstdint>

namespace clerk::testing {
namespace {

using namespace std::string_view_literals;

std::uint32_t byte(std::string_view bytes, std::size_t at) noexcept { return static_cast<unsigned char>(bytes[at]); }
std::uint32_t big16(std::string_view bytes, std::size_t at) noexcept {
    return byte(bytes, at) << 8U | byte(bytes, at + 1);
}
std::uint32_t big32(std::string_view bytes, std::size_t at) noexcept {
    return big16(bytes, at) << 16U | big16(bytes, at + 2);
}
std::uint32_t little16(std::string_view bytes, std::size_t at) noexcept {
    return byte(bytes, at) | byte(bytes, at + 1) << 8U;
}

bool png_header(std::string_view bytes) noexcept {
    return bytes.size() >= 33 && big32(bytes, 8) == 13 && bytes.substr(12, 4) == "IHDR" && big32(bytes, 16) != 0 &&
           big32(bytes, 20) != 0;
}

bool gif_header(std::string_view bytes) noexcept {
    return bytes.size() >= 13 && little16(bytes, 6) != 0 && little16(bytes, 8) != 0;
}

// Walks the segments to the frame header.
bool jpeg_header(std::string_view bytes) noexcept {
    std::size_t at = 2;
    while (at + 4 <= bytes.size()) {
        if (byte(bytes, at) != 0xFF) return false;
        std::uint32_t const marker = byte(bytes, at + 1);
        if (marker == 0xFF) {  // fill
            ++at;
            continue;
        }
        if (marker == 0xD8 || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7)) {  // no length
            at += 2;
            continue;
        }
        bool const frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
        if (frame) return at + 9 <= bytes.size() && big16(bytes, at + 5) != 0 && big16(bytes, at + 7) != 0;
        if (marker == 0xD9 || marker == 0xDA) return false;  // image data before the header
        std::uint32_t const length = big16(bytes, at + 2);
        if (length < 2) return false;
        at += 2 + length;
    }
    return false;
}

bool webp_header(std::string_view bytes) noexcept {
    if (bytes.size() < 30) return false;
    std::string_view const chunk = bytes.substr(12, 4);
    if (chunk == "VP8 ") return bytes.substr(23, 3) == "\x9D\x01\x2A" && (little16(bytes, 26) & 0x3FFFU) != 0;
    if (chunk == "VP8L") return byte(bytes, 20) == 0x2F;
    return chunk == "VP8X";
}

bool ico_header(std::string_view bytes) noexcept {
    if (bytes.size() < 6) return false;
    std::uint32_t const images = little16(bytes, 4);
    return images != 0 && bytes.size() > 6 + std::size_t{16} * images;
}

}  // namespace

ImageType sniff_image(std::string_view bytes) noexcept {
    if (bytes.starts_with("\xFF\xD8\xFF")) return ImageType::jpeg;
    if (bytes.starts_with("\x89PNG\r\n\x1A\n")) return ImageType::png;
    if (bytes.starts_with("GIF87a") || bytes.starts_with("GIF89a")) return ImageType::gif;
    if (bytes.starts_with("RIFF") && bytes.size() >= 12 && bytes.substr(8, 4) == "WEBP") return ImageType::webp;
    if (bytes.starts_with("\0\0\1\0"sv)) return ImageType::ico;
    return ImageType::unsupported;
}

bool has_image_header(ImageType type, std::string_view bytes) noexcept {
    switch (type) {
        case ImageType::jpeg:
            return jpeg_header(bytes);
        case ImageType::png:
            return png_header(bytes);
        case ImageType::gif:
            return gif_header(bytes);
        case ImageType::webp:
            return webp_header(bytes);
        case ImageType::ico:
            return ico_header(bytes);
        case ImageType::unsupported:
            break;
    }
    return false;
}

}  // namespace clerk::testing
