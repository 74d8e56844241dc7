// Answers that HTTP or the API do not allow: each is a clear error or a success, no message contains a secret, and the
// next call uses a connection that is not affected.
#include "hostile/hostile_peer.hpp"

#include "support/printing.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#include <vector>

namespace clerk::hostile {
BOOST_AUTO_TEST_SUITE(answers)

namespace {

namespace data = boost::unit_test::data;
using namespace std::chrono_literals;

struct Row {
    char const* name;
    std::string bytes;
    End end;
    errc code;  // errc{}: a success
};
std::ostream& operator<<(std::ostream& out, Row const& row) { return out << row.name; }

std::string const body{organization};
std::string const ok{head_200};

std::string chunked(std::string const& chunks) { return ok + "Transfer-Encoding: chunked\r\n\r\n" + chunks; }
static_assert(organization.size() == 0x66 && organization.size() == 102);
std::string const whole_chunk = "66\r\n" + body + "\r\n";
std::string with_length(std::string const& value) { return ok + "Content-Length: " + value + "\r\n\r\n" + body; }
std::string with_status_line(std::string const& line) {
    return line + "\r\nContent-Type: application/json\r\n" + length_of(body) + "\r\n" + body;
}
std::string with_header(std::string const& line) { return ok + line + "\r\n" + length_of(body) + "\r\n" + body; }
std::string repeated(std::string const& text, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += text;
    return out;
}

constexpr errc success{};

std::vector<Row> const chunking{
    {"upper case and zeros", chunked("0066\r\n" + body + "\r\n0\r\n\r\n"), End::keep, success},
    {"a chunk extension", chunked("66;a=\"b;c\"\r\n" + body + "\r\n0\r\n\r\n"), End::keep, success},
    {"a plus sign", chunked("+66\r\n" + body), End::stall, errc::malformed_response},
    {"a minus sign", chunked("-1\r\n" + body), End::stall, errc::malformed_response},
    {"a hexadecimal prefix", chunked("0x66\r\n" + body + "\r\n\r\n"), End::stall, errc::malformed_response},
    {"an empty size", chunked("\r\n" + body), End::stall, errc::malformed_response},
    {"a size with a space in it", chunked("6 6\r\n" + body), End::stall, errc::malformed_response},
    {"garbage after a size", chunked("66 garbage\r\n" + body), End::stall, errc::malformed_response},
    {"an overflowing size", chunked("FFFFFFFFFFFFFFFFFF\r\n" + body), End::stall, errc::malformed_response},
    {"the largest size", chunked("FFFFFFFFFFFFFFFF\r\n" + body), End::stall, errc::response_body_too_large},
    {"a size of 2 GB", chunked("80000000\r\n" + body), End::stall, errc::response_body_too_large},
    {"a line feed alone", chunked("66\n" + body + "\r\n0\r\n\r\n"), End::stall, errc::malformed_response},
    {"no line end after the data", chunked("66\r\n" + body + "0\r\n\r\n"), End::stall, errc::malformed_response},
    {"data longer than its size", chunked("3\r\n" + body + "\r\n0\r\n\r\n"), End::stall, errc::malformed_response},
    {"no last chunk", chunked(whole_chunk), End::close, errc::connection_closed},
    {"no last chunk, cut", chunked(whole_chunk), End::cut, errc::connection_closed},
    {"no end of the trailers", chunked(whole_chunk + "0\r\nX: y\r\n"), End::close, errc::connection_closed},
    {"malformed trailers", chunked(whole_chunk + "0\r\nno colon\r\n\r\n"), End::stall, errc::malformed_response},
    {"trailers that would have been fields",
     chunked(whole_chunk + "0\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nRetry-After: 9\r\n\r\n"),
     End::keep, success},
    {"endless trailers", chunked(whole_chunk + "0\r\n" + repeated("X: y\r\n", 20'000)), End::stall,
     errc::response_headers_too_large},
    {"a control in a trailer", chunked(whole_chunk + "0\r\nX: \x1b\r\n\r\n"), End::stall, errc::malformed_response},
    {"a line feed in an extension", chunked("66;\n\r\n" + body), End::stall, errc::malformed_response},
    {"many extensions", chunked(repeated("1;abcdefgh\r\n \r\n", 2'000)), End::stall, errc::response_headers_too_large},
    {"endless zeros", chunked(std::string(50'000, '0')), End::stall, errc::response_headers_too_large},
    {"an endless extension", chunked("66;" + std::string(50'000, 'x')), End::stall, errc::response_headers_too_large},
    {"only a last chunk", chunked("0\r\n\r\n"), End::keep, errc::malformed_body},
};

std::vector<Row> const lengths{
    {"the same twice", with_length("102\r\nContent-Length: 102"), End::keep, success},
    {"the same twice in one", with_length("102, 102"), End::keep, success},
    {"another in one", with_length("102, 103"), End::stall, errc::malformed_response},
    {"another below", with_length("102\r\nContent-Length: 3"), End::stall, errc::malformed_response},
    {"hexadecimal", with_length("0x66"), End::stall, errc::malformed_response},
    {"hexadecimal digits", with_length("6A"), End::stall, errc::malformed_response},
    {"a plus sign", with_length("+102"), End::stall, errc::malformed_response},
    {"a fraction", with_length("102.0"), End::stall, errc::malformed_response},
    {"an exponent", with_length("1e2"), End::stall, errc::malformed_response},
    {"digits apart", with_length("10 2"), End::stall, errc::malformed_response},
    {"nothing", with_length(""), End::stall, errc::malformed_response},
    {"other digits", with_length("\xD9\xA1\xD9\xA0\xD9\xA2"), End::stall, errc::malformed_response},
    {"2^64", with_length("18446744073709551616"), End::stall, errc::malformed_response},
    {"2^64 - 1", with_length("18446744073709551615"), End::stall, errc::response_body_too_large},
    {"2^63", with_length("9223372036854775808"), End::stall, errc::response_body_too_large},
    {"2 GB", with_length("2147483648"), End::stall, errc::response_body_too_large},
    {"less than there is", with_length("50"), End::stall, errc::malformed_body},
    {"more than there is", with_length("103"), End::close, errc::connection_closed},
    {"beside chunks", ok + "Transfer-Encoding: chunked\r\nContent-Length: 102\r\n\r\n" + whole_chunk + "0\r\n\r\n",
     End::stall, errc::malformed_response},
    {"beside another coding", ok + "Content-Length: 102\r\nTransfer-Encoding: gzip\r\n\r\n" + body, End::stall,
     errc::malformed_response},
};

std::vector<Row> const transfer_codings{
    {"compressed, then chunked", ok + "Transfer-Encoding: gzip, chunked\r\n\r\n" + whole_chunk + "0\r\n\r\n", End::keep,
     errc::unexpected_content},
    {"compressed", ok + "Transfer-Encoding: gzip\r\n\r\n" + body, End::close, errc::unexpected_content},
    {"chunked twice", ok + "Transfer-Encoding: chunked, chunked\r\n\r\n" + whole_chunk + "0\r\n\r\n", End::close,
     errc::unexpected_content},
    {"chunked in two fields",
     ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + whole_chunk + "0\r\n\r\n", End::stall,
     errc::malformed_response},
    {"a space before the colon", ok + "Transfer-Encoding : chunked\r\n\r\n" + whole_chunk + "0\r\n\r\n", End::stall,
     errc::malformed_response},
    {"something like chunked", ok + "Transfer-Encoding: xchunked\r\n\r\n" + whole_chunk, End::close,
     errc::unexpected_content},
};

std::vector<Row> const status_lines{
    {"no reason", with_status_line("HTTP/1.1 200 "), End::keep, success},
    {"no reason, and no space before it", with_status_line("HTTP/1.1 200"), End::keep, success},
    {"only a status, of HTTP/1.0", with_status_line("HTTP/1.0 200"), End::close, success},
    {"only a status, and a line feed", with_status_line("HTTP/1.1 200\n"), End::stall, errc::malformed_response},
    {"only a status, and a carriage return", "HTTP/1.1 200\rX: y\r\n\r\n", End::stall, errc::malformed_response},
    {"only two digits", with_status_line("HTTP/1.1 20"), End::stall, errc::malformed_response},
    {"two digits", with_status_line("HTTP/1.1 20 OK"), End::stall, errc::malformed_response},
    {"four digits", with_status_line("HTTP/1.1 2000 OK"), End::stall, errc::malformed_response},
    {"a sign", with_status_line("HTTP/1.1 -20 OK"), End::stall, errc::malformed_response},
    {"letters", with_status_line("HTTP/1.1 2xx OK"), End::stall, errc::malformed_response},
    {"no status", with_status_line("HTTP/1.1"), End::stall, errc::malformed_response},
    {"two spaces", with_status_line("HTTP/1.1  200 OK"), End::stall, errc::malformed_response},
    {"a tab", with_status_line("HTTP/1.1\t200 OK"), End::stall, errc::malformed_response},
    {"lower case", with_status_line("http/1.1 200 OK"), End::stall, errc::malformed_response},
    {"another protocol", with_status_line("ICY 200 OK"), End::stall, errc::malformed_response},
    {"HTTP/0.9 by name", with_status_line("HTTP/0.9 200 OK"), End::stall, errc::malformed_response},
    {"HTTP/2 by name", with_status_line("HTTP/2.0 200 OK"), End::stall, errc::malformed_response},
    {"HTTP/3 by name", with_status_line("HTTP/3 200 OK"), End::stall, errc::malformed_response},
    {"HTTP/1.9 by name", with_status_line("HTTP/1.9 200 OK"), End::stall, errc::malformed_response},
    {"HTTP/0.9", "<html>hello</html>", End::close, errc::malformed_response},
    {"HTTP/0.9 in JSON", body, End::close, errc::malformed_response},
    {"HTTP/2 settings",
     {"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64\0\x04\x40\0\0\0\0\x05\0\xff\xff\xff", 27},
     End::stall,
     errc::malformed_response},
    {"a line end first", "\r\n" + with_status_line("HTTP/1.1 200 OK"), End::stall, errc::malformed_response},
    {"a control in the reason", with_status_line("HTTP/1.1 200 \x1b[2J"), End::stall, errc::malformed_response},
    {"zeros", std::string(300, '\0'), End::stall, errc::malformed_response},
    {"an endless reason", "HTTP/1.1 200 " + std::string(100'000, 'x'), End::stall, errc::response_headers_too_large},
    {"000", with_status_line("HTTP/1.1 000 Zero"), End::keep, errc::unexpected_status},
    {"099", with_status_line("HTTP/1.1 099 Low"), End::keep, errc::unexpected_status},
    {"304", "HTTP/1.1 304 Not Modified\r\n\r\n", End::keep, errc::unexpected_status},
    {"600", with_status_line("HTTP/1.1 600 High"), End::keep, errc::unexpected_status},
    {"999", with_status_line("HTTP/1.1 999 Blocked"), End::keep, errc::unexpected_status},
};

std::vector<Row> const headers{
    {"other text", with_header("X: gr\xC3\xBC\xC3\x9F\x65 \xFF"), End::keep, success},
    {"an empty value", with_header("X:"), End::keep, success},
    {"a folded line", with_header("X: a\r\n b"), End::keep, success},
    {"no colon", with_header("no colon"), End::stall, errc::malformed_response},
    {"no name", with_header(": value"), End::stall, errc::malformed_response},
    {"a space in the name", with_header("X Y: value"), End::stall, errc::malformed_response},
    {"a zero in the value", with_header(std::string{"X: a\0b", 6}), End::stall, errc::malformed_response},
    {"a zero in the name", with_header(std::string{"X\0Y: a", 6}), End::stall, errc::malformed_response},
    {"a carriage return in the value", with_header("X: a\rY: b"), End::stall, errc::malformed_response},
    {"an escape in the value", with_header("X: \x1b[2J"), End::stall, errc::malformed_response},
    {"line feeds alone", "HTTP/1.1 200 OK\nContent-Length: 2\n\n{}", End::stall, errc::malformed_response},
    {"a line feed alone in the middle", with_header("X: a\nY: b"), End::stall, errc::malformed_response},
    {"an endless value", ok + "X: " + std::string(100'000, 'x'), End::stall, errc::response_headers_too_large},
    {"an endless name", ok + std::string(100'000, 'x'), End::stall, errc::response_headers_too_large},
    {"endless fields", ok + repeated("X: y\r\n", 20'000), End::stall, errc::response_headers_too_large},
    {"more than is allowed, but ended", with_header(repeated("X: y\r\n", 4'000) + "Z: z"), End::stall,
     errc::response_headers_too_large},
};

std::vector<Row> const interim{
    {"one of each",
     "HTTP/1.1 100 \r\n\r\nHTTP/1.1 102 x\r\nA: b\r\n\r\nHTTP/1.1 103 \r\n\r\nHTTP/1.1 199 \r\n\r\n" +
         with_status_line("HTTP/1.1 200 OK"),
     End::keep, success},
    {"one with a length", "HTTP/1.1 103 \r\nContent-Length: 5\r\n\r\n" + with_status_line("HTTP/1.1 200 OK"), End::keep,
     success},
    {"endless", repeated("HTTP/1.1 100 Continue\r\n\r\n", 10'000), End::stall, errc::malformed_response},
    {"nothing after it", "HTTP/1.1 100 Continue\r\n\r\n", End::close, errc::connection_closed},
    {"nothing after it, cut", "HTTP/1.1 100 Continue\r\n\r\n", End::cut, errc::connection_closed},
    {"another protocol", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n", End::keep,
     errc::unexpected_status},
    {"another protocol at once",
     "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n" + with_status_line("HTTP/1.1 200 OK"), End::keep,
     errc::unexpected_status},
    {"204 with a body", "HTTP/1.1 204 No Content\r\n" + length_of(body) + "\r\n" + body, End::keep,
     errc::unexpected_status},
    {"205", "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n", End::keep, errc::unexpected_status},
    {"an empty 200 without a length", ok + "\r\n", End::close, errc::malformed_body},
};

std::vector<Row> const contents{
    {"gzip",
     ok + "Content-Encoding: gzip\r\nContent-Length: 10\r\n\r\n\x1f\x8b\x08"
          "corrupt",
     End::keep, errc::unexpected_content},
    {"an unknown coding", with_header("Content-Encoding: br"), End::keep, errc::unexpected_content},
    {"two codings", with_header("Content-Encoding: identity, gzip"), End::keep, errc::unexpected_content},
    {"a coding hidden by another field", with_header("Content-Encoding: gzip\r\nContent-Encoding: identity"), End::keep,
     errc::unexpected_content},
    {"no coding by name", with_header("Content-Encoding: identity"), End::keep, success},
    {"an empty coding", with_header("Content-Encoding:"), End::keep, success},
    {"a type hidden by another field", with_header("Content-Type: text/html"), End::keep, errc::unexpected_content},
    {"a type hidden by a later field",
     "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Type: application/json\r\n" + length_of(body) + "\r\n" +
         body,
     End::keep, errc::unexpected_content},
    {"an empty type", "HTTP/1.1 200 OK\r\nContent-Type:\r\n" + length_of(body) + "\r\n" + body, End::keep, success},
    {"text", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n" + length_of(body) + "\r\n" + body, End::keep,
     errc::unexpected_content},
    {"HTTP/1.0 in chunks, kept alive",
     "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n" + whole_chunk + "0\r\n\r\n",
     End::close, success},
};

bool is_transport(errc code) {
    return code == errc::connection_closed || code == errc::connection_failed || code == errc::malformed_response;
}

void check(Row const& row) {
    auto const begin = std::chrono::steady_clock::now();
    {
        Peer peer{answer(row.bytes, row.end)};
        auto const result = peer.get();
        BOOST_TEST_CONTEXT(to_text(result)) {
            if (row.code == success) {
                BOOST_REQUIRE(result.has_value());
                BOOST_TEST(result->id == "org_1");
                BOOST_TEST(result->name == "Acme");
            } else {
                BOOST_REQUIRE(!result);
                BOOST_TEST(result.error().code() == make_error_code(row.code));
                BOOST_TEST(result.error().operation() == "get_organization");
                check_no_secret(result.error());
                BOOST_TEST(peer.server.requests().size() == 1U);
            }
        }
        if (row.end != End::keep || row.code != success) {
            // The first connection is not used again.
            if (row.end != End::keep || peer.client->pool_gauges().idle == 0U) peer.check_harmless();
        } else {
            peer.check_harmless();
        }
    }
    if (is_transport(row.code)) {
        Peer peer{answer(row.bytes, row.end), [](Config& config) {
                      config.retry.max_attempts = 2;
                      config.retry.initial_backoff = 0ms;
                  }};
        auto const again = peer.get();
        BOOST_TEST_CONTEXT(to_text(again)) BOOST_TEST(again.has_value());
        BOOST_TEST(peer.server.connections() == 2U);
        peer.check_harmless();
    }
    BOOST_TEST((std::chrono::steady_clock::now() - begin < 9s));
}

BOOST_DATA_TEST_CASE(of_chunking, data::make(chunking), row) { check(row); }
BOOST_DATA_TEST_CASE(of_content_length, data::make(lengths), row) { check(row); }
BOOST_DATA_TEST_CASE(of_transfer_codings, data::make(transfer_codings), row) { check(row); }
BOOST_DATA_TEST_CASE(of_status_lines, data::make(status_lines), row) { check(row); }
BOOST_DATA_TEST_CASE(of_header_fields, data::make(headers), row) { check(row); }
BOOST_DATA_TEST_CASE(of_interim_and_empty_answers, data::make(interim), row) { check(row); }
BOOST_DATA_TEST_CASE(of_contents, data::make(contents), row) { check(row); }

// After one of these the connection cannot be used again, although the answer was complete.
BOOST_AUTO_TEST_CASE(what_makes_a_connection_unusable) {
    std::string const rest = length_of(body) + "\r\n" + body;
    for (std::string const& bytes :
         std::vector<std::string>{"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n",
                                  "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n" +
                                      whole_chunk + "0\r\n\r\n",
                                  "HTTP/1.0 200 OK\r\n" + rest, "HTTP/1.1 200 OK\r\nConnection: close\r\n" + rest,
                                  "HTTP/1.1 200 OK\r\nConnection: keep-alive, Close\r\n" + rest,
                                  "HTTP/1.1 200 OK\r\n" + rest + "x", "HTTP/1.1 200 OK\r\n" + rest + "\r\n"}) {
        Peer peer{answer(bytes, End::keep)};
        static_cast<void>(peer.get());
        BOOST_TEST_CONTEXT(bytes) {
            BOOST_TEST(peer.client->pool_gauges().idle == 0U);
            peer.check_harmless();
            BOOST_TEST(peer.server.connections() == 2U);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_redirect_is_not_followed) {
    test::WireServer elsewhere{test::always(test::http_response(200, organization))};
    for (int const status : {300, 301, 302, 303, 305, 307, 308}) {
        std::string const location = "Location: https://" + elsewhere.authority() + "/v1/organizations/org_1\r\n";
        Peer peer{answer(test::http_response(status, "", location), End::keep),
                  [](Config& config) { config.retry.max_attempts = 3; }};
        auto const read = peer.get();
        BOOST_REQUIRE(!read);
        BOOST_TEST(read.error() == errc::unexpected_status);
        BOOST_TEST(read.error().status() == status);
        BOOST_TEST(read.error().headers()["location"].ends_with("/organizations/org_1"));
        auto const written = peer.create();
        BOOST_REQUIRE(!written);
        BOOST_TEST(written.error() == errc::unexpected_status);
        BOOST_TEST(peer.server.requests().size() == 2U);
    }
    BOOST_TEST(elsewhere.connections() == 0U);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::hostile
