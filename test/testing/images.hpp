// The smallest images with complete headers.
#pragma once

#include <string>

namespace clerk::testing {

inline std::string tiny_png() {
    using namespace std::string_literals;
    return "\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1F\x15\xC4\x89"s;
}
inline std::string tiny_gif() {
    using namespace std::string_literals;
    return "GIF89a\1\0\1\0\0\0\0;"s;
}
inline std::string tiny_jpeg() {
    using namespace std::string_literals;
    return "\xFF\xD8\xFF\xE0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xFF\xFF\xC0\0\x0B\x08\0\1\0\1\1\1\x11\0\xFF\xD9"s;
}
inline std::string tiny_webp() {
    using namespace std::string_literals;
    return "RIFF\x1A\0\0\0WEBPVP8L\x0D\0\0\0\x2F\0\0\0\x10\7\x10\x11\x11\x88\x88\xFE\7\0"s;
}
inline std::string tiny_ico() {
    using namespace std::string_literals;
    return "\0\0\1\0\1\0"s + std::string(16, '\1') + "picture";
}

}  // namespace clerk::testing
