// The buffer into which responses are read.
#pragma once

#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace clerk::transport {

class ReadBuffer {
public:
    // At least of that size. Another coroutine of this thread must not run while it is in use.
    [[nodiscard]] static ReadBuffer& of_this_thread(std::size_t size) {
        static thread_local ReadBuffer buffer;
        if (buffer.capacity_ < size) {
            // Uninitialised on purpose: untouched pages cost no memory.
            buffer.bytes_ = std::make_unique_for_overwrite<char[]>(size);
            buffer.capacity_ = size;
        }
        return buffer;
    }

    // Precondition: it fits.
    void begin_with(std::string_view text) noexcept {
        if (!text.empty()) std::memcpy(bytes_.get(), text.data(), text.size());
        begin_ = 0;
        end_ = text.size();
    }

    [[nodiscard]] bool empty() const noexcept { return begin_ == end_; }
    [[nodiscard]] std::string_view text() const noexcept { return {bytes_.get() + begin_, end_ - begin_}; }
    [[nodiscard]] boost::asio::mutable_buffer room() noexcept { return {bytes_.get() + end_, capacity_ - end_}; }
    void added(std::size_t n) noexcept { end_ += n; }
    // Moves the rest to the front; usually there is none.
    void consume(std::size_t n) noexcept {
        begin_ += n;
        if (n == 0) return;
        if (!empty()) std::memmove(bytes_.get(), bytes_.get() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }

private:
    ReadBuffer() = default;

    std::unique_ptr<char[]> bytes_{};
    std::size_t capacity_{};
    std::size_t begin_{};
    std::size_t end_{};
};

}  // namespace clerk::transport
