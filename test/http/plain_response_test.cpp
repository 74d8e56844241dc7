#include "http/plain_response.hpp"

#include "http/capped_text.hpp"
#include "http/response_parser.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <random>
#include <string>
#include <vector>

namespace clerk::http {
BOOST_AUTO_TEST_SUITE(plain_response)

namespace {

std::string const plain =
    "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nContent-Type: application/json; charset=utf-8\r\n"
    "content-length: 9\r\nConnection: keep-alive\r\nCF-Ray: 8a-FRA\r\nClerk-Trace-Id: t1\r\nRetry-After: 3\r\n"
    "X-Empty:\r\n\r\n{\"a\":123}";

std::string with(std::string text, std::string_view what, std::string_view instead) {
    std::size_t const at = text.find(what);
    BOOST_TEST_REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), instead);
}

// A response as read by the general parser or by the fast path.
struct Seen {
    bool done{};
    bool refused{};
    std::size_t consumed{};
    ResponseHead head{};
    std::string body{};
    bool is_success{};
    bool may_continue{};
    bool ends_with_stream{};
};

constexpr std::size_t max_head = 1024;
constexpr std::size_t max_body = 2048;

// Only the general parser keeps headers, so this option selects it.
Seen read(std::string_view text, bool general) {
    Seen seen{};
    CappedText success{2 * max_body};
    CappedText failure{2 * max_body};
    ResponseParser parser{seen.head, success, failure, {general, false, max_head, max_body}};
    boost::system::error_code ec;
    while (!parser.done() && !ec) {
        std::size_t const consumed = parser.read(text.substr(seen.consumed), ec);
        seen.consumed += consumed;
        if (consumed == 0) break;
    }
    if (ec) return seen;
    seen.done = parser.done();
    if (!seen.done) return seen;
    seen.is_success = parser.sink() == &success;
    seen.body = seen.is_success ? success.text() : failure.text();
    seen.may_continue = parser.may_continue();
    seen.ends_with_stream = parser.ends_with_stream();
    return seen;
}

BOOST_AUTO_TEST_CASE(is_read_into_its_parts) {
    auto const response = read_plain_response(plain);
    BOOST_TEST_REQUIRE(response.has_value());
    BOOST_TEST(response->body == "{\"a\":123}");
    BOOST_TEST(response->head_size == plain.size() - 9);
    BOOST_TEST(response->ray == "8a-FRA");
    BOOST_TEST(response->trace_id == "t1");
    BOOST_TEST(response->retry_after == "3");
    BOOST_TEST(read_plain_response("HTTP/1.1 200 \r\nContent-Length:0\r\n\r\n").has_value());
    BOOST_TEST(read_plain_response("HTTP/1.1 200\r\nContent-Length:0\r\n\r\n").has_value());
}

struct Change {
    std::string_view what{};
    std::string_view instead{};
    friend std::ostream& operator<<(std::ostream& out, Change const& change) {
        return out << "\"" << change.what << "\" as \"" << change.instead << "\"";
    }
};

Change const left_alone[] = {
    {"HTTP/1.1", "HTTP/1.0"},
    {"HTTP/1.1", "HTTP/1.2"},
    {"200 OK", "201 Created"},
    {"200 OK", "204 No Content"},
    {"200 OK", "2000"},
    {"200 OK", "200OK"},
    {"200 OK", "200\tOK"},
    {"200 OK\r\n", "200\n"},
    {"200 OK\r\n", "200\r"},
    {"200 OK", "200 O\tK"},
    {"200 OK\r\n", "200 OK\n"},
    {"application/json", "text/html"},
    {"content-length: 9", "content-length: 8"},
    {"content-length: 9", "content-length: 10"},
    {"content-length: 9", "content-length: 09"},
    {"content-length: 9", "content-length: +9"},
    {"content-length: 9", "content-length: -9"},
    {"content-length: 9", "content-length: 0x9"},
    {"content-length: 9", "content-length: 9, 9"},
    {"content-length: 9", "content-length: 99999999999999999999"},
    {"content-length: 9", "content-length:"},
    {"content-length: 9", "content-length : 9"},
    {"content-length: 9", "content-length:  9"},
    {"content-length: 9", "content-length: 9 "},
    {"content-length: 9", "content-length:\t9"},
    {"content-length: 9", "content-length: 9\r\nContent-Length: 9"},
    {"content-length: 9", "x-length: 9"},
    {"Connection: keep-alive", "Connection: close"},
    {"Connection: keep-alive", "Connection: keep-alive, close"},
    {"Connection: keep-alive", "Proxy-Connection: close"},
    {"Connection: keep-alive", "Upgrade: h2c"},
    {"Connection: keep-alive", "Transfer-Encoding: chunked"},
    {"Connection: keep-alive", "Content-Encoding: gzip"},
    {"Connection: keep-alive", "Content-Encoding: identity"},
    {"X-Empty:", "X-Empty"},
    {"X-Empty:", ":"},
    {"X-Empty:", " X-Empty:"},
    {"X-Empty:", "X Empty:"},
    {"X-Empty:", "X-Empty: a\r b"},
    {"X-Empty:", "X-Empty: a\n b"},
    {"X-Empty:", "X-Empty: \xc3\xbc"},
    {"X-Empty:", "X-Empty: \x7f"},
    {"\r\n\r\n", "\r\n\n"},
    {"\r\n\r\n", "\n\n"},
    {"123}", "1"},
    {"123}", "123}\r\n"},
};

BOOST_DATA_TEST_CASE(anything_else_is_for_the_general_parser, boost::unit_test::data::make(left_alone)) {
    BOOST_TEST(!read_plain_response(with(plain, sample.what, sample.instead)));
}

BOOST_AUTO_TEST_CASE(of_a_part_or_with_a_zero_byte_it_is_none) {
    for (std::size_t size = 0; size != plain.size(); ++size) {
        BOOST_TEST_REQUIRE(!read_plain_response(std::string_view{plain}.substr(0, size)));
        std::string zero = plain;
        zero[size] = '\0';
        BOOST_TEST_REQUIRE((!read_plain_response(zero) || size >= plain.size() - 9));
    }
}

void check_same(std::string const& text) {
    if (!read_plain_response(text)) return;
    Seen const fast = read(text, false);
    Seen const general = read(text, true);
    BOOST_TEST_CONTEXT(text) {
        BOOST_TEST_REQUIRE(general.done);
        BOOST_TEST_REQUIRE(fast.done);
        BOOST_TEST_REQUIRE(fast.consumed == general.consumed);
        BOOST_TEST_REQUIRE(fast.body == general.body);
        BOOST_TEST_REQUIRE((fast.is_success && general.is_success));
        BOOST_TEST_REQUIRE((fast.may_continue && general.may_continue));
        BOOST_TEST_REQUIRE((!fast.ends_with_stream && !general.ends_with_stream));
        BOOST_TEST_REQUIRE(fast.head.status == general.head.status);
        BOOST_TEST_REQUIRE((fast.head.json && general.head.json && fast.head.plain && general.head.plain));
        BOOST_TEST_REQUIRE(fast.head.retry_after.view() == general.head.retry_after.view());
        BOOST_TEST_REQUIRE(fast.head.trace_id.view() == general.head.trace_id.view());
        BOOST_TEST_REQUIRE(fast.head.ray.view() == general.head.ray.view());
    }
}

// If the fast path accepts a response, the general parser gives the same result.
BOOST_AUTO_TEST_CASE(is_what_the_general_parser_sees) {
    auto const seed = std::random_device{}();
    BOOST_TEST_INFO("seed " << seed);
    std::mt19937 random{seed};
    auto const below = [&random](std::size_t bound) {
        return std::uniform_int_distribution<std::size_t>{0, bound - 1}(random);
    };
    std::vector<std::string> const pieces{"\r\n", "\r",  "\n",  " ",     "\t",      ":",       "0",
                                          "9",    "a",   "\0x", "close", "chunked", ",",       "--",
                                          "\"",   "200", "1.0", "\x80",  "gzip",    "\r\n\r\n"};
    std::string const status_lines[] = {"HTTP/1.1 200 OK", "HTTP/1.1 200 ", "HTTP/1.1 200"};
    std::vector<std::string> const fields{"Content-Length: 9",
                                          "Content-Length: 0",
                                          "Transfer-Encoding: chunked",
                                          "Connection: Keep-Alive",
                                          "Connection: close",
                                          "Content-Type: text/plain",
                                          "Content-Type: application/problem+json",
                                          "Content-Encoding: gzip",
                                          "Upgrade: x",
                                          "Retry-After: soon",
                                          "cf-ray:b",
                                          "X-A_b-1: ~!@#$%^&*()",
                                          "Trailer: x",
                                          "Keep-Alive: timeout=5",
                                          "Set-Cookie: a=b; c"};
    int accepted = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string text = with(plain, status_lines[0], status_lines[below(3)]);
        for (auto count = below(4); count > 0; --count) {
            if (below(3) == 0) {
                std::size_t const line = text.find("\r\n", below(text.size()));
                if (line != std::string::npos) text.insert(line, "\r\n" + fields[below(fields.size())]);
            } else if (below(2) == 0) {
                text.insert(below(text.size()), pieces[below(pieces.size())]);
            } else {
                text.erase(below(text.size()), 1 + below(3));
            }
        }
        accepted += read_plain_response(text) ? 1 : 0;
        check_same(text);
    }
    BOOST_TEST(accepted > 1000);
}

BOOST_AUTO_TEST_CASE(the_limits_hold) {
    std::string const long_head = with(plain, "X-Empty:", "X-Long: " + std::string(max_head, 'a'));
    BOOST_TEST(read_plain_response(long_head).has_value());
    BOOST_TEST(!read(long_head, false).done);
    std::string const large =
        with(with(plain, "content-length: 9", "content-length: 2049"), "{\"a\":123}", std::string(max_body + 1, '1'));
    BOOST_TEST(read_plain_response(large).has_value());
    BOOST_TEST(!read(large, false).done);
    std::string const fits =
        with(with(plain, "content-length: 9", "content-length: 2048"), "{\"a\":123}", std::string(max_body, '1'));
    BOOST_TEST(read(fits, false).done);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::http
