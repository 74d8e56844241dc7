#include "http/chunk_decoder.hpp"

#include <boost/beast/http/error.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>
#include <string_view>

namespace clerk::http {
BOOST_AUTO_TEST_SUITE(chunk_decoder)

namespace {

namespace data = boost::unit_test::data;
using boost::beast::http::error;
using boost::system::error_code;

constexpr std::size_t max_skipped = 40;

struct Outcome {
    std::string data{};
    std::string rest{};
    bool done{};
    error_code code{};
};

Outcome decode(std::string_view first, std::string_view second = {}) {
    ChunkDecoder decoder{max_skipped};
    Outcome outcome{};
    for (std::string_view text : {first, second}) {
        while (!text.empty() && !decoder.done() && !outcome.code) outcome.data += decoder.next(text, outcome.code);
        outcome.rest += text;
    }
    outcome.done = decoder.done();
    return outcome;
}

struct Row {
    std::string bytes;
    std::string data;
    error_code code{};
    friend std::ostream& operator<<(std::ostream& out, Row const& row) { return out << '"' << row.bytes << '"'; }
};

Row const complete[] = {
    {"0\r\n\r\n", ""},
    {"0000\r\n\r\n", ""},
    {"3\r\nabc\r\n0\r\n\r\n", "abc"},
    {"1\r\na\r\n2\r\nbc\r\n0\r\n\r\n", "abc"},
    {"003\r\n\r\n\r\r\n0\r\n\r\n", "\r\n\r"},
    {"A\r\n0123456789\r\n00\r\n\r\n", "0123456789"},
    {"b\r\n0123456789a\r\n0\r\n\r\n", "0123456789a"},
    {"1;\r\na\r\n0;a=\"\xC3\xBC;\";b\r\n\r\n", "a"},
    {"1 ; a = b\r\na\r\n0\t\r\n\r\n", "a"},
    {"1  \r\na\r\n0\r\n\r\n", "a"},
    {"0\r\nA:\r\nb!-1:\tc d\r\n e\r\n\r\n", ""},
    {"0;" + std::string(max_skipped - 1, 'x') + "\r\n\r\n", ""},
    {std::string(max_skipped + 1, '0') + "\r\n\r\n", ""},
    {"0\r\nA:" + std::string(max_skipped - 2, 'x') + "\r\n\r\n", ""},
};

BOOST_DATA_TEST_CASE(a_body_is_the_same_in_any_two_pieces, data::make(complete), row) {
    std::string const bytes = row.bytes + "next";
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        Outcome const outcome = decode(std::string_view{bytes}.substr(0, cut), std::string_view{bytes}.substr(cut));
        BOOST_TEST_CONTEXT("cut at " << cut) {
            BOOST_TEST(outcome.code == error_code{});
            BOOST_TEST(outcome.done);
            BOOST_TEST(outcome.data == row.data);
            BOOST_TEST(outcome.rest == "next");
        }
    }
    for (std::size_t length = 0; length < row.bytes.size(); ++length) {
        Outcome const outcome = decode(std::string_view{row.bytes}.substr(0, length));
        BOOST_TEST_CONTEXT(length << " bytes") {
            BOOST_TEST(outcome.code == error_code{});
            BOOST_TEST(!outcome.done);
            BOOST_TEST(outcome.rest == "");
        }
    }
}

Row const malformed[] = {
    {"\r\n", "", error::bad_chunk},
    {" 1\r\n", "", error::bad_chunk},
    {";x\r\n", "", error::bad_chunk},
    {"+1\r\n", "", error::bad_chunk},
    {"0x1\r\n", "", error::bad_chunk},
    {"g\r\n", "", error::bad_chunk},
    {"1\n", "", error::bad_chunk},
    {"1\ra", "", error::bad_chunk},
    {"1 1\r\n", "", error::bad_chunk},
    {"10000000000000000\r\n", "", error::bad_chunk},
    {"1\r\nab\r\n", "a", error::bad_chunk},
    {"1\r\na\n", "a", error::bad_chunk},
    {"1\r\na\r\r", "a", error::bad_chunk},
    {"1;\n", "", error::bad_chunk_extension},
    {"1;\x7F", "", error::bad_chunk_extension},
    {std::string{"1;\0", 3}, "", error::bad_chunk_extension},
    {"1;x\rx", "", error::bad_chunk},
    {"0\r\n:\r\n", "", error::bad_field},
    {"0\r\nno colon\r\n", "", error::bad_field},
    {"0\r\n\n", "", error::bad_field},
    {"0\r\nA\r\n", "", error::bad_field},
    {"0\r\nA: \x1b\r\n", "", error::bad_value},
    {"0\r\nA: b\n", "", error::bad_value},
    {"0\r\n\r\r", "", error::bad_chunk},
    {"0;" + std::string(max_skipped, 'x'), "", error::header_limit},
    {std::string(max_skipped + 2, '0'), "", error::header_limit},
    {"0\r\nA:" + std::string(max_skipped - 1, 'x'), "", error::header_limit},
    {"1;" + std::string(max_skipped - 2, 'x') + "\r\na\r\n0\r\nA:", "a", error::header_limit},
};

BOOST_DATA_TEST_CASE(anything_else_is_refused, data::make(malformed), row) {
    for (std::size_t cut = 0; cut < row.bytes.size(); ++cut) {
        Outcome const outcome =
            decode(std::string_view{row.bytes}.substr(0, cut), std::string_view{row.bytes}.substr(cut));
        BOOST_TEST_CONTEXT("cut at " << cut) {
            BOOST_TEST(outcome.code == row.code);
            BOOST_TEST(!outcome.done);
            BOOST_TEST(outcome.data == row.data);
        }
    }
}

BOOST_AUTO_TEST_CASE(says_how_much_of_a_chunk_is_to_come) {
    ChunkDecoder decoder{max_skipped};
    error_code ec;
    std::string_view text = "FFFFFFFFFFFFFFFF\r\n";
    BOOST_TEST(decoder.next(text, ec) == "");
    BOOST_TEST(decoder.left_in_chunk() == UINT64_MAX);
    text = "abc";
    BOOST_TEST(decoder.next(text, ec) == "abc");
    BOOST_TEST(decoder.left_in_chunk() == UINT64_MAX - 3);
    BOOST_TEST(ec == error_code{});
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::http
