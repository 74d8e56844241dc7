// The fast way into an Organization, for text as the service writes it.
#pragma once

#include <clerk/organization.hpp>

#include <cstddef>
#include <string_view>

namespace clerk::organizations {

// Reads the organization that `text` begins with into `out`, which must be empty, and returns the length of its text.
//
// Returns 0, with `out` in any state, when the object is not all there or when there is anything about it that needs
// thought: white space, an escape sequence, a known member twice or of an unexpected type, text that is not UTF-8,
// more than `levels` nested objects and arrays, or an error of any kind. DecodeHandler must read it then, and whatever
// is read here it would have read the same.
[[nodiscard]] std::size_t read_plain_organization(std::string_view text, std::size_t levels, Organization& out);

}  // namespace clerk::organizations
