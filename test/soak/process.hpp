// What this process holds, where the system tells (Linux).
#pragma once

#include <cstddef>
#include <optional>

namespace clerk::soak {

// Open file descriptors.
[[nodiscard]] std::optional<std::size_t> open_files();
// Resident memory in bytes, after what is free was given back.
[[nodiscard]] std::optional<std::size_t> resident_memory();
// Sanitizers keep freed memory back, so that its size means nothing.
[[nodiscard]] bool memory_is_meaningful() noexcept;

}  // namespace clerk::soak
