// Resources of this process (Linux only).
#pragma once

#include <cstddef>
#include <optional>

namespace clerk::soak {

// Open file descriptors.
[[nodiscard]] std::optional<std::size_t> open_files();
// Resident memory in bytes, after free memory was returned to the system.
[[nodiscard]] std::optional<std::size_t> resident_memory();
// With sanitizers, which retain freed memory, the size is meaningless.
[[nodiscard]] bool memory_is_meaningful() noexcept;

}  // namespace clerk::soak
