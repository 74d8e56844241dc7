/// @file
/// Converts texts of the command line to typed values. Every refusal is a UsageError that names the option.
#pragma once

#include <clerk.hpp>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace clerk_orgs {

/// The command line is wrong; the message is one line.
class UsageError : public std::runtime_error {
public:
    explicit UsageError(std::string const& message) : std::runtime_error{message} {}
    UsageError(std::string_view option, std::string_view problem)
        : std::runtime_error{std::string{option}.append(": ").append(problem)} {}
};

/// A decimal number within the bounds: no sign but `-`, no spaces, no other base.
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

/// A JSON object: the text itself, or the content of FILE for `@FILE` (`@-` is standard input). A byte order mark is
/// skipped.
clerk::Metadata parse_metadata(std::string_view option, std::string const& text);

/// The same, where the literal `null` (also in the file) is JSON null.
clerk::PatchField<clerk::Metadata> parse_nullable_metadata(std::string_view option, std::string const& text);

/// `name=value`.
clerk::QueryParameter parse_parameter(std::string_view option, std::string const& text);

/// A body: the text itself, the content of FILE for `@FILE`, or standard input for `-`.
std::string parse_data(std::string_view option, std::string const& text);

/// The key in `path`, without a byte order mark, spaces and empty lines around it.
clerk::Secret read_secret_key(std::string const& path);

/// Checks a key without repeating it in messages. `source` names where it came from.
clerk::Secret check_secret_key(std::string const& source, std::string_view text);

/// An image. A file is read when it is sent; standard input (`-`) and pipes are read here, up to the size limit.
clerk::LogoFile read_logo(std::string_view option, std::string const& path);

/// An organization's id, for calls that do not accept a slug.
std::string parse_id(std::string_view option, std::string const& text);

/// The invitations in the file `path`, or in standard input for `-`: a JSON array of objects, or an object per line.
std::vector<clerk::CreateOrganizationInvitationRequest> read_invitations(std::string_view option,
                                                                         std::string const& path);

/// Names of members, separated by commas; `known` are the valid names.
std::vector<std::string> parse_fields(std::string_view option, std::string const& text,
                                      std::vector<std::string> const& known);

}  // namespace clerk_orgs
