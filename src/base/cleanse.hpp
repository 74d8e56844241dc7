// Overwriting memory that held a secret.
#pragma once

#include <cstddef>

namespace clerk::base {

// Overwrites in a way that the optimiser does not drop.
void cleanse(void* memory, std::size_t size) noexcept;

}  // namespace clerk::base
