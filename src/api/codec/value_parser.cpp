// The one translation unit that instantiates Boost.JSON's parser.
#include "api/codec/value_parser.hpp"

#include "base/json_text.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <limits>

namespace clerk::api {

namespace {

// Keeps the value of a scalar, and of others only the kind.
struct Handler {
    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();

    using error_code = boost::system::error_code;
    using string_view = boost::json::string_view;

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) { return open(found::object); }
    bool on_object_end(std::size_t, error_code&) { return close(); }
    bool on_array_begin(error_code&) { return open(found::array); }
    bool on_array_end(std::size_t, error_code&) { return close(); }
    bool on_key_part(string_view, std::size_t, error_code&) { return true; }
    bool on_key(string_view, std::size_t, error_code&) { return true; }
    bool on_string_part(string_view piece, std::size_t, error_code&) { return text(piece); }
    bool on_string(string_view piece, std::size_t, error_code&) { return text(piece); }
    bool on_number_part(string_view, error_code&) { return true; }
    bool on_int64(std::int64_t, string_view, error_code&) { return note(found::number); }
    bool on_uint64(std::uint64_t, string_view, error_code&) { return note(found::too_large); }
    bool on_double(double, string_view, error_code&) { return note(found::fraction); }
    bool on_bool(bool, error_code&) { return note(found::boolean); }
    bool on_null(error_code&) { return note(found::null); }
    bool on_comment_part(string_view, error_code&) { return true; }
    bool on_comment(string_view, error_code&) { return true; }

    bool note(std::string_view what) noexcept {
        if (level == 0) kind = what;
        return true;
    }
    bool open(std::string_view what) noexcept {
        note(what);
        ++level;
        return true;
    }
    bool close() noexcept {
        --level;
        return true;
    }
    bool text(string_view piece) {
        if (level == 0) string.append(piece.data(), piece.size());
        return note(found::string);
    }

    std::size_t level{};
    std::string_view kind{};
    std::string string{};
};

boost::json::parse_options with_depth(std::size_t max_depth) noexcept {
    boost::json::parse_options options;
    options.max_depth = max_depth;
    options.allow_invalid_utf8 = true;
    return options;
}

}  // namespace

struct ValueParser::Parser {
    explicit Parser(std::size_t max_depth) : json{with_depth(max_depth)} {}

    // Whether `piece` is one value and nothing else.
    bool parse(std::string_view piece, boost::system::error_code& error) {
        json.reset();
        json.handler().level = 0;
        json.handler().string.clear();
        std::size_t const length = json.write_some(false, piece.data(), piece.size(), error);
        return !error && length == piece.size();
    }

    boost::json::basic_parser<Handler> json;
    std::string_view text{};
};

ValueParser::ValueParser(std::size_t max_depth) : max_depth_{max_depth} {}
ValueParser::~ValueParser() = default;

std::optional<Problem> ValueParser::parse(std::string_view text) {
    if (!parser_) parser_ = std::make_unique<Parser>(max_depth_);
    parser_->text = text;
    boost::system::error_code error;
    bool is_whole = parser_->parse(text, error);
    if (error == boost::json::error::exponent_overflow) {
        is_whole = parser_->parse(base::with_short_exponents(text), error);
    }
    if (is_whole) return {};
    if (error == boost::json::error::too_deep) {
        Problem problem = not_json({});
        problem.code = errc::json_too_deep;
        problem.message = "nests deeper than " + std::to_string(max_depth_) + " levels";
        return problem;
    }
    return not_json(error ? error.message() : "extra data");
}

std::string_view ValueParser::kind() const noexcept { return parser_->json.handler().kind; }

std::string& ValueParser::string() noexcept { return parser_->json.handler().string; }

std::optional<std::int64_t> ValueParser::integer() const noexcept {
    if (kind() != found::number && kind() != found::fraction) return {};
    return base::integer_from_json_number(parser_->text);
}

}  // namespace clerk::api
