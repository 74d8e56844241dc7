#include "base/cleanse.hpp"

#include <openssl/crypto.h>

namespace clerk::base {

void cleanse(void* memory, std::size_t size) noexcept { OPENSSL_cleanse(memory, size); }

}  // namespace clerk::base
