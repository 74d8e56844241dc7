#include "values.hpp"

#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <system_error>
#include <utility>

namespace clerk_orgs {
namespace {

struct FileCloser {
    void operator()(std::FILE* file) const noexcept {
        if (file != stdin) std::fclose(file);
    }
};

std::string quoted(std::string const& text) { return "'" + text + "'"; }

std::string read_file(std::string_view option, std::string const& path) {
    auto const fail = [&](int error) -> UsageError {
        return UsageError{option, "cannot read " + quoted(path) + ": " + std::generic_category().message(error)};
    };
    errno = 0;
    std::unique_ptr<std::FILE, FileCloser> const file{path == "-" ? stdin : std::fopen(path.c_str(), "rb")};
    if (!file) throw fail(errno);
    std::string content;
    char block[16384];
    for (std::size_t count = 0; (count = std::fread(block, 1, sizeof block, file.get())) != 0;) {
        content.append(block, count);
    }
    if (std::ferror(file.get()) != 0) throw fail(errno);
    return content;
}

/// What the user meant by JSON or @FILE.
std::string json_text(std::string_view option, std::string const& text) {
    return text.starts_with('@') ? read_file(option, text.substr(1)) : text;
}

clerk::Metadata to_metadata(std::string_view option, std::string_view json) {
    auto parsed = clerk::Metadata::parse(json);
    if (!parsed) throw UsageError{option, parsed.error().message()};
    return std::move(*parsed);
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view json_space = " \t\r\n";
    auto const first = text.find_first_not_of(json_space);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(json_space) - first + 1);
}

}  // namespace

std::int64_t parse_integer(std::string_view option, std::string const& text, std::int64_t minimum,
                           std::int64_t maximum) {
    std::int64_t value{};
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        throw UsageError{option, quoted(text) + " is not a whole number"};
    }
    if (value < minimum) throw UsageError{option, quoted(text) + " is below " + std::to_string(minimum)};
    if (value > maximum) throw UsageError{option, quoted(text) + " is above " + std::to_string(maximum)};
    return value;
}

std::chrono::milliseconds parse_seconds(std::string_view option, std::string const& text) {
    constexpr double longest = 1e9;  // far beyond any use, and still exact in milliseconds
    // strtod alone would take hexadecimal, "inf" and "nan"; the floating-point from_chars is missing in some libraries.
    bool const plain = !text.empty() && text.find_first_not_of("0123456789.") == std::string::npos;
    char* end = nullptr;
    double const seconds = plain ? std::strtod(text.c_str(), &end) : 0.0;
    if (!plain || end != text.c_str() + text.size() || !(seconds > 0) || seconds > longest) {
        throw UsageError{option, quoted(text) + " is not a number of seconds above 0"};
    }
    return std::chrono::milliseconds{static_cast<std::int64_t>(std::ceil(seconds * 1000))};
}

bool parse_boolean(std::string_view option, std::string const& text) {
    if (text == "true") return true;
    if (text == "false") return false;
    throw UsageError{option, quoted(text) + " is neither true nor false"};
}

clerk::RateLimiting parse_rate_limiting(std::string_view option, std::string const& text) {
    if (text == "auto") return clerk::RateLimiting::automatic;
    if (text == "on") return clerk::RateLimiting::on;
    if (text == "off") return clerk::RateLimiting::off;
    throw UsageError{option, quoted(text) + " is none of auto, on and off"};
}

clerk::Timestamp parse_time(std::string_view option, std::string const& text) {
    auto const time = clerk::parse_timestamp(text);
    if (!time) throw UsageError{option, quoted(text) + " is not an RFC 3339 time such as 2026-01-31T12:00:00Z"};
    return *time;
}

clerk::Metadata parse_metadata(std::string_view option, std::string const& text) {
    return to_metadata(option, json_text(option, text));
}

clerk::PatchField<clerk::Metadata> parse_nullable_metadata(std::string_view option, std::string const& text) {
    std::string const json = json_text(option, text);
    if (trimmed(json) == "null") return nullptr;
    return to_metadata(option, json);
}

clerk::Secret read_secret_key(std::string const& path) {
    std::string const text = read_file("--secret-key-file", path);
    std::string_view key{text};
    if (key.ends_with('\n')) key.remove_suffix(1);
    if (key.ends_with('\r')) key.remove_suffix(1);
    if (key.empty()) throw UsageError{"--secret-key-file", quoted(path) + " is empty"};
    return clerk::Secret{key};
}

}  // namespace clerk_orgs
