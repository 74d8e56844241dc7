// Small pure helpers on text: URL decoding, time, slugs. Separate from the client's own, so that a mistake there is not
// repeated here. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clerk::testing {

// Unix milliseconds, the service's unit of time.
using Milliseconds = std::int64_t;

// Decodes %XX, and '+' as a space when `plus_is_space`. Empty when a percent sign is not followed by two hex digits or
// the result is not UTF-8.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

using QueryParams = std::vector<std::pair<std::string, std::string>>;
// Name and value pairs in order. Pairs that do not decode are skipped, as Go's and most other query parsers do.
[[nodiscard]] QueryParams parse_query(std::string_view query);

// Path and query of a request target, which a client may send with scheme and host in front.
[[nodiscard]] std::string_view origin_form(std::string_view target) noexcept;

// Whether this is a valid Host field: the characters of a name or an address, with or without a port (RFC 3986 section
// 3.2.2). Empty is valid.
[[nodiscard]] bool is_host(std::string_view text) noexcept;

// Unicode code points of valid UTF-8.
[[nodiscard]] std::size_t count_code_points(std::string_view text) noexcept;

// Whether `text` is empty or white space only.
[[nodiscard]] bool is_blank(std::string_view text) noexcept;
[[nodiscard]] char to_lower(char c) noexcept;  // ASCII
[[nodiscard]] bool equals_ignoring_case(std::string_view left, std::string_view right) noexcept;
// Whether `text` contains `lowered`, which is in lower case already. ASCII letters fold, others match exactly.
[[nodiscard]] bool contains_ignoring_case(std::string_view text, std::string_view lowered) noexcept;

[[nodiscard]] bool is_slug(std::string_view text) noexcept;  // a-z, 0-9 and '-', not empty
// A slug made from a name: "Acme & Söhne" -> "acme-s-hne". Empty when no letter or digit is left.
[[nodiscard]] std::string slug_from_name(std::string_view name);

// Whether `text` contains the beginning of an HTML tag or comment.
[[nodiscard]] bool contains_html(std::string_view text) noexcept;
// Whether `text` contains a URL or what looks like a host name: a letter or digit, a dot, optional spaces and a
// top-level domain ("Booking.com", "B.C. LTD.").
[[nodiscard]] bool contains_url(std::string_view text) noexcept;

// Unix milliseconds of an RFC 3339 time; digits past the millisecond are dropped. Real dates only, no leap seconds.
[[nodiscard]] std::optional<Milliseconds> parse_rfc3339(std::string_view text) noexcept;

void append_number(std::string& out, std::int64_t number);

// The names with commas between them; `name_of` makes the name of an element.
template <class Range, class NameOf = std::identity>
[[nodiscard]] std::string listing(Range const& range, NameOf name_of = {}) {
    std::string text{};
    for (auto const& each : range) (text += text.empty() ? "" : ", ") += std::invoke(name_of, each);
    return text;
}

}  // namespace clerk::testing
