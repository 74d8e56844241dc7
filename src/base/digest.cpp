#include "base/digest.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace clerk::base {

std::string sha256_hex(std::string_view text, std::size_t bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    unsigned int size = 0;
    if (EVP_Digest(text.data(), text.size(), hash.data(), &size, EVP_sha256(), nullptr) != 1) {
        throw std::runtime_error{"OpenSSL has no SHA-256"};
    }
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (std::size_t i = 0; i != std::min<std::size_t>(bytes, size); ++i) {
        out += digits[hash[i] >> 4U];
        out += digits[hash[i] & 0x0fU];
    }
    return out;
}

}  // namespace clerk::base
