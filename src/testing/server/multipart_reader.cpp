#include "testing/server/multipart_reader.hpp"

#include "testing/server/upload_type.hpp"
#include "testing/service/text.hpp"

#include <algorithm>
#include <utility>

namespace clerk::testing {
namespace {

constexpr std::string_view marks = "'()+_,-./:=? ";

enum class DelimiterEnd { part, close, none };

// The kind of text that follows a delimiter at `rest`; for `part`, `rest` moves behind the line.
DelimiterEnd end_of_delimiter(std::string_view& rest) noexcept {
    if (rest.starts_with("--")) return DelimiterEnd::close;
    std::size_t const line = rest.find_first_not_of(" \t");
    if (line == std::string_view::npos || rest.substr(line, 2) != "\r\n") return DelimiterEnd::none;
    rest.remove_prefix(line + 2);
    return DelimiterEnd::part;
}

// Reads the header lines at the front of `rest` and moves behind the empty line.
bool take_headers(std::string_view& rest, FormPart& part) {
    bool named = false;
    for (;;) {
        std::size_t const end = rest.find("\r\n");
        if (end == std::string_view::npos) return false;
        std::string_view const line = rest.substr(0, end);
        rest.remove_prefix(end + 2);
        if (line.empty()) return named;
        std::size_t const colon = line.find(':');
        if (colon == std::string_view::npos) return false;
        std::string_view const name = line.substr(0, colon);
        std::string_view const value = line.substr(colon + 1);
        if (equals_ignoring_case(name, "Content-Disposition")) {
            auto const header = parse_header_value(value);
            if (!header || header->value != "form-data") return false;
            std::string const* const field = header->find("name");
            if (field == nullptr) return false;
            named = true;
            part.name = *field;
            std::string const* filename = header->find("filename*");  // RFC 8187; kept encoded, because it is not used
            if (filename == nullptr) filename = header->find("filename");
            // A form's empty file field has an empty name.
            if (filename != nullptr && !filename->empty()) part.filename = *filename;
        } else if (equals_ignoring_case(name, "Content-Type")) {
            std::size_t const start = std::min(value.find_first_not_of(" \t"), value.size());
            part.content_type = value.substr(start);
        }
    }
}

}  // namespace

bool is_boundary(std::string_view text) noexcept {
    return !text.empty() && text.size() <= 70 && text.back() != ' ' &&
           std::all_of(text.begin(), text.end(), [](char c) {
               char const lower = to_lower(c);
               return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
                      marks.find(c) != std::string_view::npos;
           });
}

std::optional<std::vector<FormPart>> parse_multipart(std::string_view body, std::string_view boundary) {
    std::string const delimiter = "\r\n--" + std::string{boundary};
    std::string_view const first = std::string_view{delimiter}.substr(2);

    std::string_view rest = body;
    bool inside = false;  // a part has been opened
    std::vector<FormPart> parts{};
    FormPart part{};
    if (rest.starts_with(first)) {
        rest.remove_prefix(first.size());
        DelimiterEnd const end = end_of_delimiter(rest);
        if (end == DelimiterEnd::close) return parts;
        inside = end == DelimiterEnd::part;
    }
    for (;;) {
        if (inside) {
            if (!take_headers(rest, part)) return std::nullopt;
            // An empty part: its delimiter's CRLF is the one that ended the headers.
            rest = std::string_view{rest.data() - 2, rest.size() + 2};
        }
        char const* const content = inside ? rest.data() + 2 : nullptr;
        for (;;) {
            std::size_t const at = rest.find(delimiter);
            if (at == std::string_view::npos) return std::nullopt;
            char const* const stop = rest.data() + at;
            rest.remove_prefix(at + delimiter.size());
            DelimiterEnd const end = end_of_delimiter(rest);
            if (end == DelimiterEnd::none) continue;  // the boundary was only the start of a longer line
            if (inside) {
                part.content = stop > content ? std::string_view{content, static_cast<std::size_t>(stop - content)}
                                              : std::string_view{};
                parts.push_back(std::exchange(part, FormPart{}));
            }
            if (end == DelimiterEnd::close) {
                if (!inside) return std::nullopt;  // a preamble and nothing else
                return parts;
            }
            break;
        }
        inside = true;
    }
}

}  // namespace clerk::testing
