#include "base/digest.hpp"

#include <openssl/crypto.h>
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

std::string hmac_sha256(std::string_view key, std::string_view text) {
    std::string hash(32, '\0');
    std::size_t size = 0;
    auto const* const data = reinterpret_cast<unsigned char const*>(text.data());
    auto* const out = reinterpret_cast<unsigned char*>(hash.data());
    if (EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, key.data(), key.size(), data, text.size(), out,
                  hash.size(), &size) == nullptr) {
        throw std::runtime_error{"OpenSSL has no HMAC-SHA256"};
    }
    return hash;
}

bool equal_in_constant_time(std::string_view left, std::string_view right) noexcept {
    return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace clerk::base
