#include <clerk/observer.hpp>

#include <boost/test/unit_test.hpp>

#include <sstream>
#include <vector>

namespace clerk {
BOOST_AUTO_TEST_SUITE(observer)

namespace {

using namespace std::chrono_literals;

BOOST_AUTO_TEST_CASE(a_record_is_one_line_with_every_phase) {
    std::vector<AttemptRecord> attempts(2);
    attempts[0].limiter_wait = 1ms;
    attempts[0].pool_wait = 2ms;
    attempts[0].resolve = 3ms;
    attempts[0].connect = 4ms;
    attempts[0].tls = 5ms;
    attempts[0].time_to_first_byte = 6ms;
    attempts[0].transfer = 7ms;
    attempts[0].decode = 1500us;
    attempts[0].backoff = 250ms;
    attempts[0].bytes_sent = 310;
    attempts[0].bytes_received = 120;
    attempts[0].resumed = true;
    attempts[0].status = 503;
    attempts[1].code = make_error_code(errc::connection_closed);
    attempts[1].bytes_sent = 310;
    attempts[1].reused = true;
    CallRecord call{};
    call.operation = "get_organization";
    call.attempts = attempts;
    call.elapsed = 1234567ns;
    call.code = make_error_code(errc::connection_closed);
    call.stop_reason = StopReason::attempts_exhausted;
    call.trace_id = "abc";
    std::ostringstream out;
    out << call;
    BOOST_TEST(
        out.str() ==
        "get_organization: connection closed by the server before the response was complete in 1.235 ms, attempts "
        "exhausted, trace id abc | attempt 1: HTTP 503 limiter 1.000 ms pool 2.000 ms resolve 3.000 ms connect "
        "4.000 ms tls 5.000 ms first byte 6.000 ms transfer 7.000 ms decode 1.500 ms backoff 250.000 ms sent 310 B "
        "received 120 B resumed | attempt 2: connection closed by the server before the response was complete "
        "sent 310 B received 0 B reused");
}

BOOST_AUTO_TEST_CASE(times_are_rounded_to_microseconds) {
    auto const written = [](std::chrono::nanoseconds elapsed) {
        CallRecord call{};
        call.operation = "get_organization";
        call.status = 200;
        call.elapsed = elapsed;
        std::string const text = to_string(call);
        return text.substr(text.find(" in ") + 4);
    };
    BOOST_TEST(written(499ns) == "0.000 ms");
    BOOST_TEST(written(501ns) == "0.001 ms");
    BOOST_TEST(written(999'999ns) == "1.000 ms");
    BOOST_TEST(written(8'335'020'000ns) == "8335.020 ms");
}

BOOST_AUTO_TEST_CASE(outcomes_are_told_apart) {
    CallRecord call{};
    call.operation = "delete_organization";
    call.status = 200;
    BOOST_TEST(to_string(call) == "delete_organization: HTTP 200 in 0.000 ms");
    call.status = 404;
    call.code = {404, http_status_category()};
    call.may_have_taken_effect = true;
    BOOST_TEST(to_string(call) == "delete_organization: HTTP 404 in 0.000 ms, it may have taken effect");
    call.status = 200;
    call.code = make_error_code(errc::malformed_body);
    call.may_have_taken_effect = false;
    BOOST_TEST(to_string(call) ==
               "delete_organization: HTTP 200, response body is not what the API describes in 0.000 ms");
}

BOOST_AUTO_TEST_CASE(what_a_server_sent_cannot_break_the_line) {
    CallRecord call{};
    call.operation = "get_organization";
    call.status = 200;
    call.trace_id = "a\nb\x1b[31m";
    std::string const line = to_string(call);
    BOOST_TEST(line.find('\n') == std::string::npos);
    BOOST_TEST(line.find('\x1b') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_attempt_takes_headers_that_the_request_has_not) {
    CallInfo const call{};
    AttemptStart attempt{call, 2, "Host: x\r\nX-Of-Call: 1\r\n\r\n"};
    BOOST_TEST(attempt.number() == 2);
    BOOST_TEST(attempt.add_header("traceparent", "00-1-2-01"));
    BOOST_TEST(attempt.add_header("X-Empty", ""));
    for (std::string_view const name : {"Traceparent", "x-of-call", "Authorization", "X Y", ""}) {
        BOOST_TEST(!attempt.add_header(name, "v"), name);
    }
    BOOST_TEST(!attempt.add_header("X-Lines", "a\r\nb"));
    BOOST_TEST(attempt.added_headers() == "traceparent: 00-1-2-01\r\nX-Empty: \r\n");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
