#include "client/attempt.hpp"

#include "support/printing.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace clerk::client {
BOOST_AUTO_TEST_SUITE(attempt)

namespace {

using namespace std::chrono_literals;

// The local clock may be wrong by years.
BOOST_AUTO_TEST_CASE(a_date_to_retry_after_is_measured_against_the_answers_own) {
    auto const retry_after = [](std::string_view value, std::string_view date) {
        Attempt attempt{.error_text = http::CappedText{100}};
        attempt.end.complete = true;
        attempt.end.head.status = 503;
        attempt.end.head.retry_after.assign(value);
        if (!date.empty()) attempt.end.head.headers.append("date", date);
        return attempt.outcome({}).retry_after;
    };
    constexpr std::string_view later = "Mon, 02 Jan 2040 10:00:30 GMT";
    constexpr std::string_view answered = "Mon, 02 Jan 2040 10:00:00 GMT";
    BOOST_TEST((retry_after(later, answered) == std::optional{30'000ms}));
    BOOST_TEST((retry_after(answered, later) == std::optional{0ms}));
    BOOST_TEST((retry_after("7", answered) == std::optional{7'000ms}));
    BOOST_TEST(
        (retry_after("Mon, 02 Jan 2012 10:00:30 GMT", "Mon, 02 Jan 2012 10:00:00 GMT") == std::optional{30'000ms}));
    // Without a valid date, the local clock is used.
    for (std::string_view const date : {"", "yesterday"}) BOOST_TEST(retry_after(later, date) > 24h);
    BOOST_TEST(!retry_after("", answered).has_value());
}

BOOST_AUTO_TEST_CASE(what_it_says_of_its_connection) {
    Attempt attempt{.error_text = http::CappedText{100}};
    BOOST_TEST((attempt.connection_fate() == transport::Fate::spent));
    attempt.end.code = make_error_code(errc::connection_closed);
    BOOST_TEST((attempt.connection_fate() == transport::Fate::failed));
    BOOST_TEST(attempt.closed_before_response());
    attempt.end.response_begun = true;
    BOOST_TEST(!attempt.closed_before_response());
    attempt.end.code = make_error_code(errc::cancelled);
    BOOST_TEST((attempt.connection_fate() == transport::Fate::spent));
    attempt.end.reusable = true;
    BOOST_TEST((attempt.connection_fate() == transport::Fate::reusable));
}

// An overloaded service answers fast without doing anything.
BOOST_AUTO_TEST_CASE(only_an_answer_of_a_service_that_worked_is_measured) {
    for (int const status : {200, 301, 404, 408, 422, 429, 500, 503}) {
        Attempt attempt{.error_text = http::CappedText{100}};
        attempt.end.head.status = status;
        BOOST_TEST((attempt.answered() == transport::PoolCore::Ended::otherwise), status);  // cut
        attempt.end.complete = true;
        bool const works = status != 408 && status != 429 && status < 500;
        BOOST_TEST((attempt.answered() == transport::PoolCore::Ended::answered) == works, status);
    }
}

BOOST_AUTO_TEST_CASE(what_stopped_an_attempt_counts_more_than_the_status_whose_body_it_cut) {
    for (errc const code : {errc::cancelled, errc::deadline_exceeded, errc::attempt_timeout, errc::client_closed}) {
        Attempt attempt{.error_text = http::CappedText{100}};
        attempt.end.head.status = 503;
        attempt.fail(make_error_code(code), {}, "stopped");
        Error const error = attempt.error({}, CallFacts{});
        BOOST_TEST(error == code);
        BOOST_TEST(error.message() == "stopped");
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::client
