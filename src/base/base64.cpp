#include "base/base64.hpp"

#include "base/ascii.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <limits>

namespace clerk::base {

void encode_base64(char* out, std::string_view bytes) noexcept {
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out), reinterpret_cast<unsigned char const*>(bytes.data()),
                    static_cast<int>(bytes.size()));
}

std::optional<std::string> decode_base64(std::string_view text) {
    std::size_t const padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    std::string_view const digits = text.substr(0, text.size() - padding);
    auto const is_digit = [](char c) { return is_alpha(c) || base::is_digit(c) || c == '+' || c == '/'; };
    bool const fits = text.size() % 4 == 0 && text.size() <= std::numeric_limits<int>::max();
    if (!fits || !std::all_of(digits.begin(), digits.end(), is_digit)) return {};
    std::string bytes(text.size() / 4 * 3, '\0');
    EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), reinterpret_cast<unsigned char const*>(text.data()),
                    static_cast<int>(text.size()));
    bytes.erase(bytes.size() - padding);
    return bytes;
}

}  // namespace clerk::base
