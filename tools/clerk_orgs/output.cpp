#include "output.hpp"

#include "terminal.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace clerk_orgs {
namespace {

constexpr std::size_t block_size = 64U << 10U;
constexpr char hex_digits[] = "0123456789abcdef";

void append_hex(std::string& out, std::string_view prefix, unsigned char byte) {
    out.append(prefix);
    out.push_back(hex_digits[byte >> 4U]);
    out.push_back(hex_digits[byte & 0xfU]);
}

unsigned char byte_at(std::string_view text, std::size_t index) { return static_cast<unsigned char>(text[index]); }

/// U+0080…U+009F in UTF-8.
bool is_c1(std::string_view text, std::size_t index) {
    return byte_at(text, index) == 0xc2 && index + 1 < text.size() && byte_at(text, index + 1) >= 0x80 &&
           byte_at(text, index + 1) <= 0x9f;
}

/// Length of the well-formed UTF-8 sequence at `index` (Unicode 15, table 3-7); 0 when there is none.
std::size_t utf8_length(std::string_view text, std::size_t index) {
    unsigned char const lead = byte_at(text, index);
    if (lead < 0x80) return 1;
    std::size_t const length = lead >= 0xc2 && lead <= 0xdf   ? 2
                               : (lead & 0xf0U) == 0xe0       ? 3
                               : lead >= 0xf0 && lead <= 0xf4 ? 4
                                                              : 0;
    if (length == 0 || text.size() - index < length) return 0;
    for (std::size_t offset = 1; offset < length; ++offset) {
        if ((byte_at(text, index + offset) & 0xc0U) != 0x80) return 0;
    }
    unsigned char const second = byte_at(text, index + 1);
    bool const malformed = (lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) ||
                           (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f);
    return malformed ? 0 : length;
}

/// U+2028…U+202E and U+2066…U+2069: they break a line or change its direction.
bool is_layout_control(std::string_view text, std::size_t index) {
    if (index + 2 >= text.size() || byte_at(text, index) != 0xe2) return false;
    unsigned char const second = byte_at(text, index + 1);
    unsigned char const third = byte_at(text, index + 2);
    return (second == 0x80 && third >= 0xa8 && third <= 0xae) || (second == 0x81 && third >= 0xa6 && third <= 0xa9);
}

[[noreturn]] void output_failed(std::string const& name, int error) {
    if (error == EINTR) throw OutputInterrupted{"interrupted while writing " + name};
    throw OutputError{"cannot write " + name + ": " + std::generic_category().message(error)};
}

}  // namespace

LineWriter::LineWriter(std::FILE* file, std::string name) : file_{file}, name_{std::move(name)} {
    // Blocks are built here, because a second buffer would split them anywhere, even inside a line.
    std::setvbuf(file_, nullptr, _IONBF, 0);
    buffer_.reserve(block_size + block_size / 4);
}

LineWriter::LineWriter(LineWriter&& other) noexcept
    : file_{std::exchange(other.file_, nullptr)},
      name_{std::move(other.name_)},
      buffer_{std::move(other.buffer_)},
      written_{other.written_} {}

LineWriter::~LineWriter() {
    if (file_ != nullptr && file_ != stdout) std::fclose(file_);
}

LineWriter LineWriter::standard_output() { return LineWriter{stdout, "standard output"}; }

LineWriter LineWriter::file(std::filesystem::path const& path) {
    errno = 0;
    std::FILE* const file = std::fopen(path.string().c_str(), "wb");
    if (file == nullptr) output_failed("'" + path.string() + "'", errno);
    return LineWriter{file, "'" + path.string() + "'"};
}

LineWriter LineWriter::of(std::FILE* file, std::filesystem::path const& path) {
    return LineWriter{file, "'" + path.string() + "'"};
}

void LineWriter::cut(std::uint64_t length) {
    errno = 0;
    if (!truncate_to(file_, length)) output_failed(name_, errno);
    written_ = length;
}

void LineWriter::lines_done() {
    if (buffer_.size() >= block_size) flush();
}

/// Writes pieces that a pipe accepts completely or not at all, so that a signal is noticed while the reader is slow. A
/// started line is still finished, unless another signal comes.
bool LineWriter::write_buffer() {
    constexpr std::size_t pipe_piece = 4096;
    std::size_t const piece = file_ == stdout ? pipe_piece : buffer_.size();
    std::size_t end = buffer_.size();
    bool interrupted = false;
    for (std::size_t done = 0; done < end;) {
        std::size_t const size = std::min(piece, end - done);
        std::size_t const written = std::fwrite(buffer_.data() + done, 1, size, file_);
        done += written;
        written_ += written;
        if (written == size) continue;
        if (errno != EINTR || std::exchange(interrupted, true)) return false;
        bool const between_lines = done == 0 || buffer_[done - 1] == '\n';
        end = between_lines ? done : std::min(buffer_.find('\n', done), end - 1) + 1;
    }
    if (interrupted) errno = EINTR;
    return !interrupted;
}

void LineWriter::flush() {
    if (buffer_.empty()) return;
    errno = 0;
    bool const written = write_buffer();
    int const error = errno;
    buffer_.clear();  // also after a failure, because a retry would repeat the part that was written
    if (!written || std::fflush(file_) != 0) output_failed(name_, error != 0 ? error : EIO);
}

void LineWriter::sync() {
    flush();
    errno = 0;
    if (!sync_to_disk(file_)) output_failed(name_, errno);
}

void LineWriter::close() {
    flush();
    if (file_ == stdout) return;
    errno = 0;
    if (std::fclose(std::exchange(file_, nullptr)) != 0) output_failed(name_, errno);
}

void escape_controls_in_json(std::string& out, std::size_t from) {
    auto const is_c0 = [](char character) {
        bool const is_space = character == '\t' || character == '\n' || character == '\r';
        return static_cast<unsigned char>(character) < 0x20 && !is_space;
    };
    auto const suspicious = [&](char character) {
        return static_cast<unsigned char>(character) >= 0x7f || is_c0(character);
    };
    auto const first = std::find_if(out.begin() + static_cast<std::ptrdiff_t>(from), out.end(), suspicious);
    if (first == out.end()) return;
    auto const start = static_cast<std::size_t>(first - out.begin());
    std::string const tail = out.substr(start);
    out.resize(start);
    for (std::size_t index = 0; index < tail.size();) {
        std::size_t const length = utf8_length(tail, index);
        unsigned char const byte = byte_at(tail, index);
        // Terminals without UTF-8 treat such a byte as a control character.
        bool const is_lone_c1 = length == 0 && byte >= 0x80 && byte <= 0x9f;
        if (is_c1(tail, index)) {
            append_hex(out, "\\u00", byte_at(tail, index + 1));
            index += 2;
        } else if (is_lone_c1 || byte == 0x7f || is_c0(tail[index])) {
            append_hex(out, "\\u00", byte);
            ++index;
        } else {
            std::size_t const size = std::max<std::size_t>(length, 1);
            out.append(tail, index, size);
            index += size;
        }
    }
}

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t index = 0; index < text.size();) {
        std::size_t const length = utf8_length(text, index);
        unsigned char const byte = byte_at(text, index);
        if (length == 0 || byte < 0x20 || byte == 0x7f || is_layout_control(text, index)) {
            append_hex(out, "\\x", byte);
            ++index;
        } else if (is_c1(text, index)) {
            append_hex(out, "\\x", byte_at(text, index + 1));
            index += 2;
        } else {
            out.append(text, index, length);
            index += length;
        }
    }
    return out;
}

std::string headers_to_json(clerk::Headers const& headers) {
    boost::json::object object;
    for (auto const& field : headers) {
        std::string name{field.name};
        std::transform(name.begin(), name.end(), name.begin(), [](char character) {
            return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
        });
        // A header value is bytes without an encoding (RFC 9110 5.5); JSON needs UTF-8.
        std::string const value = printable(field.value);
        if (auto* const present = object.if_contains(name)) {
            present->as_string().append(", ").append(value);
        } else {
            object.emplace(name, value);
        }
    }
    return boost::json::serialize(object);
}

}  // namespace clerk_orgs
