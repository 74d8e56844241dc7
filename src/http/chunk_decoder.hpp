// The body of a message in chunks (RFC 9112 section 7.1), in any pieces. Every byte is read once.
#pragma once

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace clerk::http {

class ChunkDecoder {
public:
    // Extensions and trailers are skipped. All of them together may have `max_skipped_bytes`.
    explicit ChunkDecoder(std::size_t max_skipped_bytes) noexcept : skippable_bytes_left_{max_skipped_bytes} {}

    // Removes from the front of `text` everything up to the end of the next piece of data, and returns that piece.
    // Nothing is returned when `text` has no more data, and then all of `text` is removed unless done(). Errors of
    // Beast: bad_chunk, bad_chunk_extension, bad_field (a trailer), header_limit.
    [[nodiscard]] std::string_view next(std::string_view& text, boost::system::error_code& ec) noexcept;

    // How much of the current chunk next() has not returned yet.
    [[nodiscard]] std::uint64_t left_in_chunk() const noexcept { return left_; }
    // The body is complete; the bytes after it belong to the next message.
    [[nodiscard]] bool done() const noexcept { return state_ == State::done; }

private:
    enum class State {
        size,  // its first digit
        more_of_size,
        blank_after_size,
        extension,
        end_of_size_line,
        data,
        end_of_data,
        line_feed_after_data,
        trailer,  // its first byte, or the end of the body
        name_of_trailer,
        value_of_trailer,
        end_of_trailer,
        end_of_body,
        done,
    };

    [[nodiscard]] boost::system::error_code take(char c) noexcept;
    [[nodiscard]] boost::system::error_code take_digit(char c) noexcept;
    [[nodiscard]] boost::system::error_code take_after_size(char c) noexcept;
    [[nodiscard]] boost::system::error_code skip(State next) noexcept;
    [[nodiscard]] boost::system::error_code enter(State next) noexcept;
    [[nodiscard]] boost::system::error_code expect(char c, char expected, State next) noexcept;

    std::uint64_t left_{};
    std::size_t skippable_bytes_left_;
    State state_{State::size};
};

}  // namespace clerk::http
