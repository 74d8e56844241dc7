#include "values.hpp"

#include "program_text.hpp"
#include "suggestions.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/stream_parser.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <limits>
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

std::string in_quotes(std::string const& text) { return "'" + text + "'"; }

/// Standard input can be read once.
void take_standard_input(std::string_view option) {
    static std::string taken_by;
    if (!taken_by.empty()) throw UsageError{option, "standard input is read by " + taken_by + " already"};
    taken_by = option;
}

/// At most one byte more than `limit`.
std::string read_file(std::string_view option, std::string const& path,
                      std::size_t limit = std::numeric_limits<std::size_t>::max() - 1) {
    auto const fail = [&](int error) -> UsageError {
        return UsageError{option, "cannot read " + in_quotes(path) + ": " + std::generic_category().message(error)};
    };
    if (path == "-") take_standard_input(option);
    errno = 0;
    std::unique_ptr<std::FILE, FileCloser> const file{path == "-" ? stdin : std::fopen(path.c_str(), "rb")};
    if (!file) throw fail(errno);
    std::string content;
    char block[16384];
    while (content.size() <= limit) {
        std::size_t const count = std::fread(block, 1, std::min(sizeof block, limit + 1 - content.size()), file.get());
        if (count == 0) break;
        content.append(block, count);
    }
    if (std::ferror(file.get()) != 0) throw fail(errno);
    return content;
}

/// The text of a file without a byte order mark.
std::string read_text(std::string_view option, std::string const& path) {
    std::string text = read_file(option, path);
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
        throw UsageError{option, in_quotes(path) + " is UTF-16; save it as UTF-8"};
    }
    if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);
    return text;
}

/// Where Boost.JSON finds an error: `line 3, column 5`; empty when the text is valid.
std::string place_of_error(std::string const& json) {
    boost::json::parse_options options;
    options.max_depth = 64;
    boost::json::stream_parser parser{{}, options};
    boost::system::error_code error;
    std::size_t const good = parser.write_some(json, error);
    if (!error) {
        if (good == json.size()) return "at its end";
    }
    std::string_view const before = std::string_view{json}.substr(0, good);
    auto const lines = std::count(before.begin(), before.end(), '\n');
    std::size_t const line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
    return "line " + std::to_string(lines + 1) + ", column " + std::to_string(good - line_begin + 1);
}

/// The JSON of an argument, given directly or as @FILE.
std::string json_text(std::string_view option, std::string const& text) {
    return text.starts_with('@') ? read_text(option, text.substr(1)) : text;
}

/// `given` is the argument that contained `json`.
clerk::Metadata to_metadata(std::string_view option, std::string const& given, std::string const& json) {
    auto parsed = clerk::Metadata::parse(json);
    if (parsed) return std::move(*parsed);
    std::string problem{parsed.error().message()};
    if (problem.starts_with("is not valid JSON")) problem += ", " + place_of_error(json);
    bool const is_file = given.starts_with('@');
    throw UsageError{option, is_file ? in_quotes(given.substr(1)) + ' ' + problem : problem};
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
        throw UsageError{option, in_quotes(text) + " is not a whole number"};
    }
    if (value < minimum) throw UsageError{option, in_quotes(text) + " is below " + std::to_string(minimum)};
    if (value > maximum) throw UsageError{option, in_quotes(text) + " is above " + std::to_string(maximum)};
    return value;
}

std::chrono::milliseconds parse_seconds(std::string_view option, std::string const& text) {
    constexpr std::int64_t longest = 1'000'000'000;  // far beyond any useful value
    // Parsed by hand, because strtod depends on the locale, and some libraries lack the floating-point from_chars.
    std::size_t const point = std::min(text.find('.'), text.size());
    std::string const whole = text.substr(0, point);
    std::string const fraction = text.substr(std::min(point + 1, text.size()));
    bool const is_number = whole.size() + fraction.size() > 0 && whole.size() <= 20 &&
                           (whole + fraction).find_first_not_of("0123456789") == std::string::npos;
    std::int64_t seconds{};
    auto const [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), seconds);
    bool const fits = is_number && (whole.empty() || error == std::errc{}) && seconds <= longest;
    std::int64_t milliseconds = fits ? seconds * 1000 : 0;
    constexpr std::size_t digits_of_milliseconds = 3;
    for (std::size_t index = 0; fits && index < digits_of_milliseconds; ++index) {
        constexpr std::int64_t worth[] = {100, 10, 1};
        if (index < fraction.size()) milliseconds += (fraction[index] - '0') * worth[index];
    }
    bool const has_more = fraction.size() > digits_of_milliseconds &&
                          fraction.find_first_not_of('0', digits_of_milliseconds) != std::string::npos;
    if (fits && has_more) ++milliseconds;
    if (milliseconds <= 0) throw UsageError{option, in_quotes(text) + " is not a number of seconds above 0"};
    return std::chrono::milliseconds{milliseconds};
}

bool parse_boolean(std::string_view option, std::string const& text) {
    if (text == "true") return true;
    if (text == "false") return false;
    throw UsageError{option, in_quotes(text) + " is neither true nor false"};
}

clerk::RateLimiting parse_rate_limiting(std::string_view option, std::string const& text) {
    if (text == "auto") return clerk::RateLimiting::automatic;
    if (text == "on") return clerk::RateLimiting::on;
    if (text == "off") return clerk::RateLimiting::off;
    throw UsageError{option, in_quotes(text) + " is none of auto, on and off"};
}

clerk::Timestamp parse_time(std::string_view option, std::string const& text) {
    auto const time = clerk::parse_timestamp(text);
    if (!time) throw UsageError{option, in_quotes(text) + " is not an RFC 3339 time such as 2026-01-31T12:00:00Z"};
    return *time;
}

clerk::Metadata parse_metadata(std::string_view option, std::string const& text) {
    return to_metadata(option, text, json_text(option, text));
}

clerk::PatchField<clerk::Metadata> parse_nullable_metadata(std::string_view option, std::string const& text) {
    std::string const json = json_text(option, text);
    if (trimmed(json) == "null") return nullptr;
    return to_metadata(option, text, json);
}

clerk::QueryParameter parse_parameter(std::string_view option, std::string const& text) {
    std::size_t const equals = text.find('=');
    if (equals == 0 || equals == std::string::npos) throw UsageError{option, in_quotes(text) + " is not name=value"};
    return {text.substr(0, equals), text.substr(equals + 1)};
}

std::string parse_data(std::string_view option, std::string const& text) {
    std::string data = json_text(option, text == "-" ? "@-" : text);
    if (data.empty()) throw UsageError{option, "is empty"};
    return data;
}

clerk::Secret read_secret_key(std::string const& path) {
    return check_secret_key("--secret-key-file: " + in_quotes(path), read_text("--secret-key-file", path));
}

clerk::Secret check_secret_key(std::string const& source, std::string_view text) {
    struct Mistake {
        std::string_view begin{};
        char const* hint{};
    };
    constexpr Mistake mistakes[] = {
        {"pk_", "holds a publishable key (pk_...); the secret key begins with sk_"},
        {"\"", "holds a key in quotes; leave them out"},
        {"'", "holds a key in quotes; leave them out"},
        {"Bearer ", "holds a header's value; leave out Bearer"},
        {"CLERK_SECRET_KEY=", "holds an assignment; leave out CLERK_SECRET_KEY="},
        {"export ", "holds a line of a shell; give the key alone"},
        {"whsec_", "holds the secret of a webhook; the secret key begins with sk_"},
        {"eyJ", "holds a token; the secret key begins with sk_"},
    };
    std::string_view const key = trimmed(text);
    if (key.empty()) throw UsageError{source + " is empty"};
    for (Mistake const& mistake : mistakes) {
        if (key.starts_with(mistake.begin)) throw UsageError{source + ' ' + mistake.hint};
    }
    if (key.find_first_of("\r\n") != std::string_view::npos) {
        throw UsageError{source + " has several lines; give the key alone"};
    }
    return clerk::Secret{key};
}

clerk::LogoFile read_logo(std::string_view option, std::string const& path) {
    constexpr std::size_t largest_logo = 10U << 20U;
    std::error_code ignored;
    auto const status = std::filesystem::status(path, ignored);
    bool const is_stream = path == "-" || std::filesystem::is_fifo(status) ||
                           std::filesystem::is_character_file(status) || std::filesystem::is_socket(status);
    if (!is_stream) return clerk::LogoFile::from_path(path);
    return clerk::LogoFile::from_memory(read_file(option, path, largest_logo), {});
}

std::string parse_id(std::string_view option, std::string const& text) {
    if (text.empty()) throw UsageError{option, "is empty"};
    if (!text.starts_with("org_")) {
        throw UsageError{option, in_quotes(text) + " is no organization id (org_...); 'clerk-orgs get " + text +
                                     "' tells the id that belongs to a slug"};
    }
    return text;
}

namespace {

/// `place`: the position of the object, for messages.
clerk::CreateOrganizationInvitationRequest to_invitation(std::string const& place, boost::json::value const& value) {
    auto const* const object = value.if_object();
    if (object == nullptr) throw UsageError{place + " is not a JSON object"};
    clerk::CreateOrganizationInvitationRequest invitation{};
    for (auto const& [key, member] : *object) {
        std::string_view const name = key;
        auto const refuse = [&](char const* kind) {
            return UsageError{place + ": " + std::string{name} + " is not a " + kind};
        };
        auto const text = [&] {
            if (!member.is_string()) throw refuse("string");
            return std::string{std::string_view{member.get_string()}};
        };
        auto const metadata = [&]() -> boost::json::object const& {
            if (!member.is_object()) throw refuse("object");
            return member.get_object();
        };
        if (name == "email_address") {
            invitation.email_address = text();
        } else if (name == "role") {
            invitation.role = text();
        } else if (name == "inviter_user_id") {
            invitation.inviter_user_id = text();
        } else if (name == "redirect_url") {
            invitation.redirect_url = text();
        } else if (name == "public_metadata") {
            invitation.public_metadata = metadata();
        } else if (name == "private_metadata") {
            invitation.private_metadata = metadata();
        } else if (name == "expires_in_days") {
            if (!member.is_int64()) throw refuse("whole number");
            invitation.expires_in_days = member.get_int64();
        } else if (name == "notify") {
            if (!member.is_bool()) throw refuse("boolean");
            invitation.notify = member.get_bool();
        } else {
            throw UsageError{place + ": there is no member " + in_quotes(std::string{name})};
        }
    }
    return invitation;
}

boost::json::value parse_json(std::string const& place, std::string const& text) {
    boost::system::error_code error;
    boost::json::value value = boost::json::parse(text, error);
    if (error) throw UsageError{place + " is not valid JSON: " + error.message() + ", " + place_of_error(text)};
    return value;
}

}  // namespace

std::vector<clerk::CreateOrganizationInvitationRequest> read_invitations(std::string_view option,
                                                                         std::string const& path) {
    std::string const text = read_text(option, path);
    std::string const place = std::string{option} + ": " + in_quotes(path);
    std::vector<clerk::CreateOrganizationInvitationRequest> invitations;
    auto const add = [&](boost::json::value const& value) {
        invitations.push_back(to_invitation(place + ", invitation " + std::to_string(invitations.size() + 1), value));
    };
    if (trimmed(text).starts_with('[')) {
        boost::json::value const parsed = parse_json(place, text);
        for (boost::json::value const& each : parsed.as_array()) add(each);
        return invitations;
    }
    std::size_t number = 0;
    for (std::size_t begin = 0; begin < text.size();) {
        std::size_t const end = std::min(text.find('\n', begin), text.size());
        std::string const line{trimmed(std::string_view{text}.substr(begin, end - begin))};
        ++number;
        if (!line.empty()) add(parse_json(place + ", line " + std::to_string(number), line));
        begin = end + 1;
    }
    return invitations;
}

std::vector<std::string> parse_fields(std::string_view option, std::string const& text,
                                      std::vector<std::string> const& known) {
    std::vector<std::string> fields;
    for (std::size_t begin = 0; begin <= text.size();) {
        std::size_t const end = std::min(text.find(',', begin), text.size());
        std::string field{trimmed(std::string_view{text}.substr(begin, end - begin))};
        if (std::find(known.begin(), known.end(), field) == known.end()) {
            std::string const meant = closest(field, known);
            throw UsageError{option, "there is no field " + in_quotes(field) +
                                         (meant.empty() ? std::string{} : "; did you mean " + in_quotes(meant) + "?")};
        }
        if (std::find(fields.begin(), fields.end(), field) != fields.end()) {
            throw UsageError{option, in_quotes(field) + " is named twice"};
        }
        fields.push_back(std::move(field));
        begin = end + 1;
    }
    return fields;
}

}  // namespace clerk_orgs
