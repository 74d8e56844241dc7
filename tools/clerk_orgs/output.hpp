/// @file
/// Output: checked writing, and texts without control sequences of terminals.
#pragma once

#include <clerk.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace clerk_orgs {

/// Standard output or a file cannot be written: closed, full, missing.
class OutputError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A signal arrived while the program waited for the reader of its output.
class OutputInterrupted : public OutputError {
public:
    using OutputError::OutputError;
};

/// Writes a stream in large blocks that end at the end of a line. Every failure is an OutputError.
class LineWriter {
public:
    static LineWriter standard_output();
    /// Creates or empties `path`.
    static LineWriter file(std::filesystem::path const& path);
    /// Takes over an open file; `path` is for messages.
    static LineWriter of(std::FILE* file, std::filesystem::path const& path);

    LineWriter(LineWriter&& other) noexcept;
    LineWriter& operator=(LineWriter&&) = delete;
    /// Closes without a last flush: what was not flushed is dropped.
    ~LineWriter();

    /// Append one or more whole lines here, then call `lines_done()`.
    std::string& buffer() noexcept { return buffer_; }
    /// Writes a block when enough lines are buffered.
    void lines_done();
    void flush();
    /// Flushes, and waits until a file is on the disk.
    void sync();
    /// Cuts the file to `length` bytes. Call it before the first line.
    void cut(std::uint64_t length);
    /// Bytes that were written, including those that a file held before.
    [[nodiscard]] std::uint64_t written() const noexcept { return written_; }
    /// Flushes and closes; some file systems report errors only then.
    void close();
    [[nodiscard]] std::FILE* stream() const noexcept { return file_; }

private:
    LineWriter(std::FILE* file, std::string name);
    bool write_buffer();

    std::FILE* file_{};
    std::string name_{};
    std::string buffer_{};
    std::uint64_t written_{};
};

/// Escapes the controls in `out` from `from` on as `\u00XX`, but not the white space of JSON.
void escape_controls_in_json(std::string& out, std::size_t from);

/// `text` for a message: control characters and bytes that are not UTF-8 become `\xXX`.
std::string printable(std::string_view text);

/// An answer that is already JSON text.
inline std::string const& to_json(std::string const& json) { return json; }

/// One line: the document, or with `info` an object of status, headers and data. Repeated headers are joined with ", ".
/// Of an empty body: nothing, or with `info` null as data.
template <class T>
std::string answer_line(clerk::Response<T> const& response, bool info);

/// `{"name":"value",…}` with lower-case names.
std::string headers_to_json(clerk::Headers const& headers);

template <class T>
std::string answer_line(clerk::Response<T> const& response, bool info) {
    std::string const& data = to_json(response.data);
    if (data.empty() && !info) return {};
    std::string line;
    if (info) {
        line.append(R"({"status":)").append(std::to_string(response.status));
        line.append(R"(,"headers":)").append(headers_to_json(response.headers)).append(R"(,"data":)");
    }
    line.append(data.empty() ? std::string_view{"null"} : data);
    if (info) line.push_back('}');
    escape_controls_in_json(line, 0);
    line.push_back('\n');
    return line;
}

}  // namespace clerk_orgs
