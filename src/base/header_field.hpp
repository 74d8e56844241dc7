// Header fields that a caller adds to requests: which may be sent, and how they are written. Pure.
#pragma once

#include <clerk/headers.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace clerk::base {

struct HeaderRefusal {
    std::string field{};    // `headers.Authorization`, or the position when the name is invalid, `headers[0]`
    std::string message{};  // never quotes the value
};

// Why the `index`th header of `where` cannot be sent: its name or value is outside the grammar of RFC 9110 section 5,
// or the client writes it (the key, and headers about the body or the connection). Empty when it can be sent.
[[nodiscard]] std::optional<HeaderRefusal> refuse_header(std::string_view where, std::size_t index,
                                                         Headers::Field header);

// Appends a line of a request's head.
void append_header(std::string& lines, Headers::Field header);

// Whether one of the lines has this name. Stops at an empty line, the end of a head.
[[nodiscard]] bool has_header(std::string_view lines, std::string_view name) noexcept;

}  // namespace clerk::base
