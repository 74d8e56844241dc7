// The one translation unit that instantiates Boost.JSON's parser.
#include "api/codec/problem.hpp"

#include "base/ascii.hpp"
#include "base/json_scan.hpp"
#include "base/json_text.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <limits>

namespace clerk::api {

namespace {

using boost::json::string_view;
using boost::system::error_code;

struct Ignored {
    bool operator()(auto const&...) const noexcept { return true; }
    // The parser passes some texts in braces.
    bool operator()(string_view, auto const&...) const noexcept { return true; }
    bool operator()(auto const&, string_view, error_code&) const noexcept { return true; }
};

// Discards all values: the parser only checks the syntax. Keeps the value of a string if that is wanted.
struct Handler {
    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_array_size = max_object_size;
    static constexpr std::size_t max_key_size = max_object_size;
    static constexpr std::size_t max_string_size = max_object_size;

    bool on_string(string_view piece, std::size_t, error_code&) {
        if (string != nullptr) string->append(piece.data(), piece.size());
        return true;
    }
    bool on_string_part(string_view piece, std::size_t size, error_code& error) {
        return on_string(piece, size, error);
    }
    Ignored on_document_begin{}, on_document_end{}, on_object_begin{}, on_object_end{}, on_array_begin{},
        on_array_end{}, on_key{}, on_key_part{}, on_number_part{}, on_int64{}, on_uint64{}, on_double{}, on_bool{},
        on_null{}, on_comment{}, on_comment_part{};

    std::string* string{};
};

// Whether `text` is one value and nothing else.
bool parse(std::string_view text, std::size_t max_depth, std::string* string, error_code& error) {
    boost::json::parse_options options;
    options.max_depth = max_depth;
    options.allow_invalid_utf8 = true;
    boost::json::basic_parser<Handler> parser{options};
    if (string != nullptr && text.starts_with('"')) {
        string->clear();
        parser.handler().string = string;
    }
    return parser.write_some(false, text.data(), text.size(), error) == text.size() && !error;
}

}  // namespace

Problem expected(std::string_view what, std::string_view found) {
    Problem problem;
    ((problem.message = "expected ").append(what) += ", found ").append(found);
    return problem;
}

Problem not_json(std::string_view why) {
    Problem problem;
    problem.message = std::string{"is not valid JSON: "}.append(why);
    problem.is_final = true;
    return problem;
}

std::optional<Problem> check_json(std::string_view text, std::size_t max_depth, std::string* string) {
    if (string != nullptr && text.size() > 1 && text.starts_with('"')) {
        char const* const last = text.data() + text.size() - 1;
        if (*last == '"' && base::find_json_escape(text.data() + 1, last) == last) {
            string->assign(text.data() + 1, last);
            return {};
        }
    }
    error_code error;
    bool is_whole = parse(text, max_depth, string, error);
    if (error == boost::json::error::exponent_overflow) {
        is_whole = parse(base::with_short_exponents(text), max_depth, string, error);
    }
    if (is_whole) return {};
    Problem problem = not_json(error ? error.message() : "extra data");
    if (error == boost::json::error::too_deep) {
        problem.code = errc::json_too_deep;
        problem.message = "nests deeper than " + std::to_string(max_depth) + " levels";
    }
    return problem;
}

bool is_number(std::string_view json) noexcept { return json.front() == '-' || base::is_digit(json.front()); }

std::string_view kind_of(std::string_view json) noexcept {
    if (is_number(json)) {
        if (json.find_first_of(".eE") != json.npos) return "a number that is not an integer";
        return base::integer_from_json_number(json) ? "a number" : "a number outside the 64-bit range";
    }
    if (json == "null") return "null";
    constexpr std::pair<char, std::string_view> kinds[] = {{'{', "an object"}, {'[', "an array"}, {'"', "a string"}};
    for (auto const& [first, kind] : kinds) {
        if (json.front() == first) return kind;
    }
    return "a boolean";
}

}  // namespace clerk::api
