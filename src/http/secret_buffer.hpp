// A byte string that may hold the key: every buffer that it releases is overwritten.
#pragma once

#include "base/cleanse.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace clerk::http {

template <class T>
struct CleansingAllocator {
    using value_type = T;

    constexpr CleansingAllocator() noexcept = default;
    template <class U>
    constexpr CleansingAllocator(CleansingAllocator<U> const&) noexcept {}  // NOLINT(google-explicit-constructor)

    [[nodiscard]] T* allocate(std::size_t count) { return std::allocator<T>{}.allocate(count); }
    void deallocate(T* memory, std::size_t count) noexcept {
        base::cleanse(memory, count * sizeof(T));
        std::allocator<T>{}.deallocate(memory, count);
    }

    friend constexpr bool operator==(CleansingAllocator const&, CleansingAllocator const&) noexcept { return true; }
};

// Short texts are stored inside the string object, without the allocator: before writing a secret here, reserve more
// than sizeof(SecretBuffer), as RequestHead does.
using SecretBuffer = std::basic_string<char, std::char_traits<char>, CleansingAllocator<char>>;

}  // namespace clerk::http
