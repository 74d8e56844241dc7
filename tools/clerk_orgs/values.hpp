/// @file
/// Texts of the command line to typed values. Every refusal is a UsageError that names the option.
#pragma once

#include <clerk.hpp>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace clerk_orgs {

/// The command line is wrong; the message is one line.
class UsageError : public std::runtime_error {
public:
    explicit UsageError(std::string const& message) : std::runtime_error{message} {}
    UsageError(std::string_view option, std::string_view problem)
        : std::runtime_error{std::string{option}.append(": ").append(problem)} {}
};

/// A decimal number within the bounds; no sign but `-`, no blanks, no other base.
std::int64_t parse_integer(std::string_view option, std::string const& text, std::int64_t minimum,
                           std::int64_t maximum);

/// Seconds above 0, fractions allowed, rounded up to milliseconds.
std::chrono::milliseconds parse_seconds(std::string_view option, std::string const& text);

/// `true` or `false`.
bool parse_boolean(std::string_view option, std::string const& text);

/// `auto`, `on` or `off`.
clerk::RateLimiting parse_rate_limiting(std::string_view option, std::string const& text);

/// RFC 3339.
clerk::Timestamp parse_time(std::string_view option, std::string const& text);

/// A JSON object: the text itself, or the content of FILE for `@FILE` (`@-` is standard input).
clerk::Metadata parse_metadata(std::string_view option, std::string const& text);

/// The same, where the literal `null` (also in the file) is JSON null.
clerk::PatchField<clerk::Metadata> parse_nullable_metadata(std::string_view option, std::string const& text);

/// The key in `path`, without the line end that editors leave.
clerk::Secret read_secret_key(std::string const& path);

}  // namespace clerk_orgs
