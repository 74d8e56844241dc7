#include "http/chunk_decoder.hpp"

#include "base/ascii.hpp"

#include <boost/beast/http/error.hpp>

#include <algorithm>

namespace clerk::http {

namespace {

using boost::beast::http::error;
using boost::system::error_code;

constexpr int no_digit = -1;

constexpr int hex_digit(char c) noexcept {
    if (base::is_digit(c)) return c - '0';
    char const lower = base::to_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : no_digit;
}

constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }

// Characters that a line may have after its first ones.
constexpr bool is_text(char c) noexcept {
    auto const byte = static_cast<unsigned char>(c);
    return c == '\t' || (byte >= ' ' && byte != 0x7F);
}

}  // namespace

std::string_view ChunkDecoder::next(std::string_view& text, error_code& ec) noexcept {
    while (!text.empty() && !done()) {
        if (state_ == State::data) {
            auto const size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, text.size()));
            std::string_view const piece = text.substr(0, size);
            text.remove_prefix(size);
            left_ -= size;
            if (left_ == 0) state_ = State::end_of_data;
            return piece;
        }
        ec = take(text.front());
        if (ec) return {};
        text.remove_prefix(1);
    }
    return {};
}

error_code ChunkDecoder::take(char c) noexcept {
    switch (state_) {
        case State::size:
        case State::more_of_size:
            return take_digit(c);
        case State::blank_after_size:
            return take_after_size(c);
        case State::extension:
            if (c == '\r') return enter(State::end_of_size_line);
            return is_text(c) ? skip(State::extension) : error::bad_chunk_extension;
        case State::end_of_size_line:
            return expect(c, '\n', left_ == 0 ? State::trailer : State::data);
        case State::end_of_data:
            return expect(c, '\r', State::line_feed_after_data);
        case State::line_feed_after_data:
            return expect(c, '\n', State::size);
        case State::trailer:
            if (c == '\r') return enter(State::end_of_body);
            if (is_blank(c)) return skip(State::value_of_trailer);  // continues the line before
            return base::is_token(c) ? skip(State::name_of_trailer) : error::bad_field;
        case State::name_of_trailer:
            if (c == ':') return skip(State::value_of_trailer);
            return base::is_token(c) ? skip(State::name_of_trailer) : error::bad_field;
        case State::value_of_trailer:
            if (c == '\r') return enter(State::end_of_trailer);
            return is_text(c) ? skip(State::value_of_trailer) : error::bad_value;
        case State::end_of_trailer:
            return expect(c, '\n', State::trailer);
        case State::end_of_body:
            return expect(c, '\n', State::done);
        case State::data:
        case State::done:
            break;
    }
    return error::bad_chunk;
}

error_code ChunkDecoder::take_digit(char c) noexcept {
    int const digit = hex_digit(c);
    if (digit == no_digit) return state_ == State::size ? error::bad_chunk : take_after_size(c);
    if (left_ >> 60U != 0) return error::bad_chunk;
    bool const is_leading_zero = state_ == State::more_of_size && left_ == 0;
    left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
    return is_leading_zero ? skip(State::more_of_size) : enter(State::more_of_size);
}

// Some servers pad the line with blanks.
error_code ChunkDecoder::take_after_size(char c) noexcept {
    if (is_blank(c)) return skip(State::blank_after_size);
    if (c == ';') return skip(State::extension);
    return expect(c, '\r', State::end_of_size_line);
}

error_code ChunkDecoder::skip(State next) noexcept {
    if (skippable_bytes_left_ == 0) return error::header_limit;
    --skippable_bytes_left_;
    return enter(next);
}

error_code ChunkDecoder::expect(char c, char expected, State next) noexcept {
    return c == expected ? enter(next) : error::bad_chunk;
}

error_code ChunkDecoder::enter(State next) noexcept {
    state_ = next;
    return {};
}

}  // namespace clerk::http
