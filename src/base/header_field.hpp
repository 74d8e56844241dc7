// Header fields that a caller adds to requests: what may be sent, and as which text. Pure.
#pragma once

#include <clerk/headers.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace clerk::base {

struct HeaderRefusal {
    std::string field{};    // where it stands: `headers.Authorization`; by its number when its name is none
    std::string message{};  // never quotes the value
};

// Why the `index`th header of `where` cannot be sent: its name or value is outside the grammar of RFC 9110 section 5,
// or it belongs to the client (the key, what describes the body or the connection). Empty when it can.
[[nodiscard]] std::optional<HeaderRefusal> refuse_header(std::string_view where, std::size_t index,
                                                         Headers::Field header);

// Appends a line of a request's head.
void append_header(std::string& lines, Headers::Field header);

// Whether one of the lines has this name. Looks no further than to an empty line, the end of a head.
[[nodiscard]] bool has_header(std::string_view lines, std::string_view name) noexcept;

}  // namespace clerk::base
