// Error documents, and the line that a user gets. Input: a value of cf-ray, a line end, the body.
#include "fuzz/target.hpp"

#include "base/json_parse.hpp"
#include "base/json_text.hpp"
#include "base/text_safety.hpp"
#include "http/error_body.hpp"

#include <boost/json/value.hpp>

#include <algorithm>
#include <string>

namespace clerk::fuzz {
namespace {

constexpr std::size_t max_errors = 100;
constexpr std::size_t max_text = 8192;
constexpr std::size_t max_trace_id = 256;
constexpr std::size_t longest_line = 8192;

void check_text(std::string const& text, std::size_t limit) {
    check(text.size() <= limit, "a text is bounded");
    check(base::is_valid_utf8(text), "a text is cut between code points");
}

void check_body(http::ErrorBody const& body) {
    check(body.errors.size() <= max_errors, "the number of errors is bounded");
    for (ApiError const& error : body.errors) {
        check_text(error.code, max_text);
        check_text(error.message, max_text);
        check_text(error.long_message, max_text);
        check(Metadata::parse(error.meta.text()).has_value(), "meta is a JSON object");
        check(error.param_name().size() <= error.meta.text().size(), "a parameter comes from meta");
    }
    check(Metadata::parse(body.meta.text()).has_value(), "meta is a JSON object");
    check_text(body.trace_id, max_trace_id);
    check(!body.errors.empty() || !body.meta.empty() || !body.trace_id.empty(), "a document says something");
}

void check_line(ErrorDetails details) {
    details.operation = "get_organization";
    std::string const line = to_string(Error{{503, http_status_category()}, std::move(details)});
    check(line.size() <= longest_line, "a line is bounded");
    check(base::is_valid_utf8(line), "a line is text");
    check(std::all_of(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x20; }),
          "a line has no control characters");
    check(base::printable(line, longest_line) == line, "a line cannot move a cursor");
}

}  // namespace

void run(std::string_view input) {
    std::string_view const ray = take_line(input);
    auto body = http::parse_error_body(input);
    std::string const trace_id = http::trace_id(body ? &*body : nullptr, {}, ray);
    check(trace_id.size() <= max_trace_id, "a trace id is bounded");
    if (body) check_body(*body);

    ErrorDetails details;
    details.status = 503;
    details.trace_id = trace_id;
    details.message = std::string{input};
    details.raw_body = std::string{input};
    if (body) {
        boost::system::error_code failure;
        check(base::parse_json(input, 64, failure).is_object() && !failure, "only a JSON object is a document");
        details.errors = std::move(body->errors);
        details.meta = std::move(body->meta);
    }
    check_line(std::move(details));
}

}  // namespace clerk::fuzz
