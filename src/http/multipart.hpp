// multipart/form-data (RFC 7578) with one file, streamed.
#pragma once

#include "http/request.hpp"

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

namespace clerk::http {

// The content of a file part: bytes in memory, or an open file.
class FileContent {
public:
    [[nodiscard]] static FileContent from_memory(std::string bytes);
    // `file` is open in binary mode and holds `size` bytes.
    [[nodiscard]] static FileContent from_file(std::ifstream file, std::uint64_t size);

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    // Starts again from the beginning. False when the file cannot be read any more or is not `size()` bytes long.
    bool rewind();
    // Like the functions of BodyStream.
    std::size_t read(std::span<char> out);
    std::string_view take_in_place(std::size_t size);

private:
    std::string bytes_{};
    std::ifstream file_{};
    bool in_memory_{};
    std::uint64_t size_{};
    std::uint64_t position_{};
};

// One form: a text field, if any, and a file.
struct MultipartForm {
    struct Field {
        std::string_view name{};
        std::string_view value{};
    };

    std::optional<Field> field{};  // comes before the file
    std::string_view file_name_of_part{};
    std::string_view filename{};
    std::string_view file_media_type{};
};

// A boundary of at most 70 characters made from `seed` and what is known about the content; the same arguments make the
// same boundary. The content is not searched for the boundary: with 128 bits a coincidence is negligible, and the
// author of the content does not know the seed, so a crafted file cannot end its own part.
[[nodiscard]] std::string multipart_boundary(std::uint64_t seed, std::string_view filename,
                                             std::string_view first_bytes, std::uint64_t size);

// The name as it is written between the quotes of `filename="…"`: `"`, `\` and control characters percent-encoded, as
// the WHATWG form encoding does for quotes and line breaks. A backslash has no meaning there, but parsers that follow
// RFC 2183 treat it as an escape before the closing quote or another backslash.
[[nodiscard]] std::string escape_filename(std::string_view filename);

// The body that `form` and `content` make. Its Content-Type is `multipart/form-data; boundary=` and the boundary.
[[nodiscard]] std::unique_ptr<BodyStream> make_multipart_body(MultipartForm const& form, FileContent content,
                                                              std::string_view boundary);

}  // namespace clerk::http
