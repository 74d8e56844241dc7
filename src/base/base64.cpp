#include "base/base64.hpp"

#include <openssl/evp.h>

namespace clerk::base {

void encode_base64(char* out, std::string_view bytes) noexcept {
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out), reinterpret_cast<unsigned char const*>(bytes.data()),
                    static_cast<int>(bytes.size()));
}

}  // namespace clerk::base
