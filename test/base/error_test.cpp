#include <clerk/error.hpp>
#include <clerk/result.hpp>

#include "support/printing.hpp"

#include <boost/asio/error.hpp>
#include <boost/json/object.hpp>
#include <boost/test/unit_test.hpp>

#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(error)

namespace {

using clerk::condition;
using clerk::errc;
using clerk::Error;
using clerk::ErrorDetails;
using clerk::StopReason;

constexpr int last_errc = static_cast<int>(errc::proxy_unauthorized);
constexpr int last_condition = static_cast<int>(condition::size_limit);

clerk::ApiError api_error(std::string code, std::string message, std::string long_message = {},
                          clerk::Metadata meta = {}) {
    clerk::ApiError error;
    error.code = std::move(code);
    error.message = std::move(message);
    error.long_message = std::move(long_message);
    error.meta = std::move(meta);
    return error;
}

ErrorDetails http_details(int status, std::vector<clerk::ApiError> errors) {
    ErrorDetails details;
    details.operation = "get_organization";
    details.status = status;
    details.errors = std::move(errors);
    details.attempts = 1;
    details.stop_reason = StopReason::not_retryable;
    return details;
}

Error http_error(ErrorDetails details) {
    int const status = details.status;
    return {{status, clerk::http_status_category()}, std::move(details)};
}

std::set<condition> conditions_of(boost::system::error_code code) {
    std::set<condition> found;
    for (int value = 1; value <= last_condition; ++value) {
        if (code == static_cast<condition>(value)) found.insert(static_cast<condition>(value));
    }
    return found;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_code_belongs_to_its_conditions_and_no_other) {
    std::map<errc, std::set<condition>> const expected{
        {errc::invalid_argument, {condition::invalid_argument}},
        {errc::request_too_large, {condition::size_limit}},
        {errc::file_unreadable, {}},
        {errc::pool_exhausted, {}},
        {errc::client_closed, {condition::cancelled}},
        {errc::cancelled, {condition::cancelled}},
        {errc::deadline_exceeded, {condition::timeout}},
        {errc::connect_timeout, {condition::timeout, condition::transport}},
        {errc::resolve_failed, {condition::transport}},
        {errc::connect_failed, {condition::transport}},
        {errc::tls_failed, {condition::transport}},
        {errc::certificate_rejected, {condition::transport}},
        {errc::connection_closed, {condition::transport}},
        {errc::connection_failed, {condition::transport}},
        {errc::malformed_response, {condition::transport}},
        {errc::unexpected_status, {condition::decode}},
        {errc::unexpected_content, {condition::decode}},
        {errc::malformed_body, {condition::decode}},
        {errc::response_headers_too_large, {condition::size_limit}},
        {errc::response_body_too_large, {condition::size_limit}},
        {errc::json_too_deep, {condition::size_limit}},
        {errc::pagination_stalled, {condition::decode}},
        {errc::attempt_timeout, {condition::timeout}},
        {errc::rate_limited, {condition::rate_limited}},
        {errc::proxy_failed, {condition::transport}},
        {errc::proxy_unauthorized, {condition::transport}},
    };
    for (int value = 1; value <= last_errc; ++value) {
        auto const code = static_cast<errc>(value);
        BOOST_TEST_CONTEXT("errc " << value) {
            BOOST_REQUIRE(expected.contains(code));
            BOOST_TEST(conditions_of(make_error_code(code)) == expected.at(code), boost::test_tools::per_element());
        }
    }
}

// Labels of metrics: a change breaks dashboards.
BOOST_AUTO_TEST_CASE(names_are_those_of_the_enumerators_and_are_what_streams_write) {
    std::set<std::string_view> names;
    for (int value = 1; value <= last_errc; ++value) {
        auto const code = static_cast<errc>(value);
        std::ostringstream out;
        out << code;
        BOOST_TEST(out.str() == name(code));
        BOOST_TEST(name(code).find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos);
        names.insert(name(code));
    }
    BOOST_TEST(names.size() == static_cast<std::size_t>(last_errc));
    names.clear();
    for (int value = 1; value <= last_condition; ++value) {
        auto const each = static_cast<condition>(value);
        std::ostringstream out;
        out << each;
        BOOST_TEST(out.str() == name(each));
        names.insert(name(each));
    }
    BOOST_TEST(names.size() == static_cast<std::size_t>(last_condition));
    BOOST_TEST(name(errc::invalid_argument) == "invalid_argument");
    BOOST_TEST(name(errc::deadline_exceeded) == "deadline_exceeded");
    BOOST_TEST(name(errc::proxy_unauthorized) == "proxy_unauthorized");
    BOOST_TEST(name(condition::not_found) == "not_found");
    BOOST_TEST(name(condition::size_limit) == "size_limit");
    BOOST_TEST(name(static_cast<errc>(0)) == "unknown");
    BOOST_TEST(name(static_cast<condition>(99)) == "unknown");
}

BOOST_AUTO_TEST_CASE(the_message_of_an_http_error_is_what_the_service_said) {
    BOOST_TEST(http_error(http_details(404, {api_error("a", "short", "long"), api_error("b", "other")})).message() ==
               "long");
    BOOST_TEST(http_error(http_details(404, {api_error("a", "short")})).message() == "short");
    BOOST_TEST(http_error(http_details(404, {api_error("a", "")})).message() == "");
    BOOST_TEST(http_error(http_details(502, {})).message() == "");
    ErrorDetails ours = http_details(200, {api_error("a", "short", "long")});
    ours.message = "ours";
    BOOST_TEST(http_error(ours).message() == "ours");
}

BOOST_AUTO_TEST_CASE(every_status_belongs_to_its_conditions) {
    std::map<int, std::set<condition>> const special{
        {401, {condition::unauthorized, condition::client_error}},
        {403, {condition::forbidden, condition::client_error}},
        {404, {condition::not_found, condition::client_error}},
        {409, {condition::conflict, condition::client_error}},
        {422, {condition::unprocessable, condition::client_error}},
        {429, {condition::rate_limited, condition::client_error}},
    };
    for (int status = 400; status <= 599; ++status) {
        std::set<condition> expected{status < 500 ? condition::client_error : condition::server_error};
        if (auto const found = special.find(status); found != special.end()) expected = found->second;
        BOOST_TEST_CONTEXT("status " << status)
        BOOST_TEST(conditions_of({status, clerk::http_status_category()}) == expected,
                   boost::test_tools::per_element());
    }
    // The same numbers mean nothing in a foreign category.
    BOOST_TEST(conditions_of({404, boost::system::generic_category()}).empty());
    BOOST_TEST(conditions_of(boost::asio::error::operation_aborted).empty());
}

BOOST_AUTO_TEST_CASE(categories_have_names_and_messages) {
    std::set<std::string> messages;
    for (int value = 1; value <= last_errc; ++value)
        messages.insert(make_error_code(static_cast<errc>(value)).message());
    BOOST_TEST(messages.size() == static_cast<std::size_t>(last_errc));
    BOOST_TEST(!messages.contains("unknown error"));
    messages.clear();
    for (int value = 1; value <= last_condition; ++value) {
        messages.insert(make_error_condition(static_cast<condition>(value)).message());
    }
    BOOST_TEST(messages.size() == static_cast<std::size_t>(last_condition));
    BOOST_TEST(!messages.contains("unknown condition"));
    BOOST_TEST(clerk::client_category().message(-1) == "unknown error");
    BOOST_TEST(clerk::http_status_category().message(404) == "HTTP 404 Not Found");
    BOOST_TEST(clerk::http_status_category().message(599) == "HTTP 599");
    BOOST_TEST((clerk::client_category() != clerk::http_status_category()));
    BOOST_TEST((clerk::client_category() != clerk::condition_category()));
    boost::system::error_code const from_enum = errc::cancelled;
    BOOST_TEST(from_enum == errc::cancelled);
}

BOOST_AUTO_TEST_CASE(is_a_cheap_handle) {
    Error const none;
    BOOST_TEST(!none.code());
    BOOST_TEST(none.message().empty());
    BOOST_TEST(none.attempts() == 0);
    BOOST_TEST(to_string(none) == "no error");
    Error const original = http_error(http_details(404, {api_error("resource_not_found", "not found")}));
    Error const copy = original;
    BOOST_TEST(&copy.details() == &original.details());
    BOOST_TEST(copy == condition::not_found);
    BOOST_TEST(!(copy == errc::cancelled));
    BOOST_TEST((Error{errc::cancelled, ""} == errc::cancelled));
}

BOOST_AUTO_TEST_CASE(prints_an_answer_in_one_line) {
    ErrorDetails details =
        http_details(404, {api_error("resource_not_found", "not found", "Given organization not found.")});
    details.trace_id = "64ab";
    BOOST_TEST(
        to_string(http_error(details)) ==
        "get_organization: HTTP 404 resource_not_found: Given organization not found. (trace id 64ab, 1 attempt)");

    details.errors = {api_error("form_param_missing", "is missing", "", boost::json::object{{"param_name", "name"}}),
                      api_error("form_param_unknown", "is unknown")};
    details.status = 422;
    BOOST_TEST(to_string(http_error(details)) ==
               "get_organization: HTTP 422 form_param_missing: is missing [name]; form_param_unknown: is unknown "
               "(trace id 64ab, 1 attempt)");

    details.errors.assign(6, api_error("x", ""));
    BOOST_TEST(to_string(http_error(details)) ==
               "get_organization: HTTP 422 x; x; x; and 3 more (trace id 64ab, 1 attempt)");
    details.errors.resize(3);
    BOOST_TEST(to_string(http_error(details)) == "get_organization: HTTP 422 x; x; x (trace id 64ab, 1 attempt)");

    details.errors.clear();
    details.status = 502;
    details.trace_id = "";
    details.raw_body = "<html>secret page</html>";
    details.attempts = 3;
    details.stop_reason = StopReason::attempts_exhausted;
    BOOST_TEST(to_string(http_error(details)) ==
               "get_organization: HTTP 502 Bad Gateway (3 attempts, attempts exhausted)");
}

BOOST_AUTO_TEST_CASE(prints_our_own_failures_in_one_line) {
    ErrorDetails refused;
    refused.operation = "list_organizations";
    refused.field = "limit";
    refused.message = "must be 1…500";
    BOOST_TEST(to_string(Error{errc::invalid_argument, refused}) ==
               "list_organizations: limit: must be 1…500 (nothing was sent)");
    for (errc const code : {errc::request_too_large, errc::file_unreadable}) {
        BOOST_TEST(to_string(Error{code, refused}).ends_with(" (nothing was sent)"));
    }
    refused.operation = "";
    refused.field = "pool.max_connections";
    BOOST_TEST(to_string(Error{errc::invalid_argument, refused}) == "pool.max_connections: must be 1…500");

    ErrorDetails closed;
    closed.operation = "get_organization";
    closed.attempts = 3;
    closed.stop_reason = StopReason::attempts_exhausted;
    BOOST_TEST(to_string(Error{errc::connection_closed, closed}) ==
               "get_organization: connection closed by the server before the response was complete (3 attempts, "
               "attempts exhausted)");

    ErrorDetails failed;
    failed.operation = "create_organization";
    failed.message = "could not write the request";
    failed.cause = boost::asio::error::make_error_code(boost::asio::error::connection_reset);
    failed.attempts = 1;
    failed.stop_reason = StopReason::not_idempotent;
    BOOST_TEST(to_string(Error{errc::connection_failed, failed}) ==
               "create_organization: could not write the request: " + failed.cause.message() +
                   " (1 attempt, may have taken effect, so not repeated)");

    ErrorDetails postponed;
    postponed.stop_reason = StopReason::retry_after_too_long;
    postponed.retry_after = std::chrono::milliseconds{60'001};
    BOOST_TEST(to_string(Error{errc::rate_limited, postponed}).ends_with("Retry-After 61 s)"));

    BOOST_TEST(to_string(Error{errc::cancelled, ""}) == "call was cancelled");
    BOOST_TEST(to_string(Error{errc::malformed_body, "broken"}) == "broken");
}

BOOST_AUTO_TEST_CASE(never_lets_control_characters_or_the_raw_body_through) {
    std::string const evil = "a\x1B[2J\r\nb\xE2\x80\xAE\xFF";
    ErrorDetails details = http_details(400, {api_error(evil, evil, evil, boost::json::object{{"param_name", "p\n"}})});
    details.trace_id = evil;
    details.raw_body = "RAW";
    details.operation = evil;
    details.field = evil;
    details.message = evil;
    for (Error const& error : {http_error(details), Error{errc::malformed_body, details}}) {
        std::string const line = to_string(error);
        BOOST_TEST(line.find_first_of("\r\n\x1B") == std::string::npos);
        BOOST_TEST(line.find("\xE2\x80\xAE") == std::string::npos);
        BOOST_TEST(line.find('\xFF') == std::string::npos);
        BOOST_TEST(line.find("RAW") == std::string::npos);
        BOOST_TEST(line.find("\\u001b[2J\\u000d\\u000ab\\u202e\\xff") != std::string::npos);
        std::ostringstream out;
        out << error;
        BOOST_TEST(out.str() == line);
    }
    details.errors = {api_error("c", std::string(1'000'000, 'x'))};
    BOOST_TEST(to_string(http_error(details)).size() < 4000U);
}

BOOST_AUTO_TEST_CASE(reads_the_parameter_name) {
    BOOST_TEST(api_error("c", "m").param_name().empty());
    BOOST_TEST(api_error("c", "m", "", boost::json::object{{"param_name", "slug"}}).param_name() == "slug");
    BOOST_TEST(api_error("c", "m", "", boost::json::object{{"param_name", 1}}).param_name().empty());
    BOOST_TEST(api_error("c", "m", "", boost::json::object{{"other", "x"}}).param_name().empty());
}

BOOST_AUTO_TEST_CASE(value_throws_what_error_says) {
    clerk::Result<int> const failed = http_error(http_details(404, {api_error("resource_not_found", "not found")}));
    try {
        static_cast<void>(failed.value());
        BOOST_FAIL("value() returned");
    } catch (clerk::Exception const& exception) {
        BOOST_TEST(exception.error() == condition::not_found);
        BOOST_TEST(std::string{exception.what()} == to_string(failed.error()));
    }
    clerk::Result<int> const fine = 7;
    BOOST_TEST(fine.value() == 7);
    BOOST_TEST(!fine.error().code());
}

BOOST_AUTO_TEST_SUITE_END()
