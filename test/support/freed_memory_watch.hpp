// Replaces the global allocation functions of a test program, so that a test can inspect every block just before it is
// freed, and count allocations. Include it in exactly one file of a program.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <string_view>

namespace clerk::test {

// As long as it exists, records whether a freed block of the program contained `needle`. Only one at a time; the test
// must have no other threads.
class FreedMemoryWatch {
public:
    explicit FreedMemoryWatch(std::string_view needle) noexcept : needle_{needle} { current() = this; }
    FreedMemoryWatch(FreedMemoryWatch const&) = delete;
    FreedMemoryWatch& operator=(FreedMemoryWatch const&) = delete;
    ~FreedMemoryWatch() { current() = nullptr; }

    [[nodiscard]] bool leaked() const noexcept { return leaked_; }
    [[nodiscard]] std::size_t allocations() const noexcept { return allocations_; }

    void on_allocate() noexcept { ++allocations_; }
    void on_free(std::string_view block) noexcept {
        leaked_ = leaked_ || std::search(block.begin(), block.end(), needle_.begin(), needle_.end()) != block.end();
    }

    static FreedMemoryWatch*& current() noexcept {
        static FreedMemoryWatch* watch = nullptr;
        return watch;
    }

private:
    std::string_view needle_;
    bool leaked_{};
    std::size_t allocations_{};
};

// Each block is preceded by its size.
inline constexpr std::size_t block_header = alignof(std::max_align_t);

}  // namespace clerk::test

void* operator new(std::size_t size, std::nothrow_t const&) noexcept {
    if (auto* const watch = clerk::test::FreedMemoryWatch::current()) watch->on_allocate();
    void* const memory = std::malloc(size + clerk::test::block_header);
    if (memory == nullptr) return nullptr;
    *static_cast<std::size_t*>(memory) = size;
    return static_cast<char*>(memory) + clerk::test::block_header;
}

void operator delete(void* block) noexcept {
    if (block == nullptr) return;
    void* const memory = static_cast<char*>(block) - clerk::test::block_header;
    if (auto* const watch = clerk::test::FreedMemoryWatch::current()) {
        watch->on_free({static_cast<char const*>(block), *static_cast<std::size_t const*>(memory)});
    }
    std::free(memory);
}

// All other forms call these two; otherwise a sanitizer's runtime would implement some of them itself.
void* operator new(std::size_t size) {
    if (void* const block = operator new(size, std::nothrow)) return block;
    throw std::bad_alloc{};
}
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new[](std::size_t size, std::nothrow_t const& tag) noexcept { return operator new(size, tag); }
void operator delete(void* block, std::size_t) noexcept { operator delete(block); }
void operator delete(void* block, std::nothrow_t const&) noexcept { operator delete(block); }
void operator delete[](void* block) noexcept { operator delete(block); }
void operator delete[](void* block, std::size_t) noexcept { operator delete(block); }
void operator delete[](void* block, std::nothrow_t const&) noexcept { operator delete(block); }
