// The whole exchange over a stream in memory. Input: a character for the end of the stream and the options of the
// caller, how the bytes of the peer are cut, a line end, the bytes.
#include "fuzz/pieces.hpp"
#include "fuzz/target.hpp"

#include "http/capped_text.hpp"
#include "support/fake_stream.hpp"
#include "transport/http_exchange.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <array>
#include <exception>
#include <string>
#include <utility>

namespace clerk::fuzz {
namespace {

namespace asio = boost::asio;
using test::FakeStream;

constexpr std::string_view request = "GET /v1/organizations HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr std::size_t max_head = 1024;
constexpr std::size_t max_body = 2048;

struct Settings {
    boost::system::error_code end{};
    bool keep_headers{};
    bool gzip{};  // was requested
};

struct Outcome {
    transport::ExchangeResult result{};
    std::string success{};
    std::string failure{};
    std::size_t bytes_read{};
    std::size_t steps{};
};

Outcome run_exchange(Settings const& settings, std::vector<std::string_view> const& pieces) {
    test::PeerScript script;
    for (std::string_view const piece : pieces) {
        if (!piece.empty()) script.pieces.emplace_back(piece);
    }
    script.end = settings.end;
    static asio::io_context io{1};  // shared, because it costs more than an exchange
    io.restart();
    FakeStream stream{io.get_executor(), std::move(script)};
    LimitOptions limits;
    limits.max_response_header_bytes = max_head;
    limits.max_response_body_bytes = max_body;
    transport::HttpExchange<FakeStream> exchange{stream, limits};
    http::CappedText success{2 * max_body};
    http::CappedText failure{2 * max_body};
    transport::ExchangeTiming timing;
    transport::Exchange order{request, nullptr, success, failure};
    order.keep_headers = settings.keep_headers;
    order.gzip = settings.gzip;
    order.timing = &timing;
    Outcome outcome;
    bool ended = false;
    asio::co_spawn(io, exchange.run(order, outcome.result), [&ended](std::exception_ptr thrown) {
        check(!thrown, "nothing is thrown");
        ended = true;
    });
    io.run();
    check(ended, "an exchange ends with its stream");
    outcome.success = success.text();
    outcome.failure = failure.text();
    outcome.bytes_read = stream.bytes_read();
    outcome.steps = stream.steps();
    check(stream.written() == request, "the request is sent once");
    check(timing.bytes_received == outcome.bytes_read, "bytes are counted");
    return outcome;
}

void check_outcome(Outcome const& outcome, std::size_t bytes_sent, std::size_t pieces, bool gzip) {
    transport::ExchangeResult const& result = outcome.result;
    check(result.any_byte_sent, "the peer has seen the request");
    check(result.response_begun == (outcome.bytes_read != 0), "a byte begins a response");
    check(outcome.steps <= pieces + 2, "an operation makes progress");
    check(outcome.success.size() + outcome.failure.size() <= max_body, "a body is bounded");
    check(outcome.success.empty() || outcome.failure.empty(), "a body goes to one sink");
    if (!result.code) {
        check(result.complete, "success is a whole response");
        int const status = result.head.status;
        check(status / 100 != 1 || status == 101, "a response is final");
        check(result.success_sink ? outcome.failure.empty() : outcome.success.empty(), "the sink is the one named");
        check(!result.success_sink || (status <= 299 && result.head.json && result.head.plain), "a success is JSON");
    } else {
        auto const& code = result.code;
        check(code == errc::connection_closed || code == errc::connection_failed || code == errc::malformed_response ||
                  code == errc::response_headers_too_large || code == errc::response_body_too_large ||
                  (gzip && code == errc::malformed_body),
              "a failure has its class");
        // An error in compressed data may be detected only after its last byte.
        check(!result.complete || gzip, "these sinks refuse nothing");
        check(!result.reusable || result.complete, "a connection is spent with its failure");
    }
    if (result.reusable) {
        check(outcome.bytes_read == bytes_sent, "nothing may follow on a connection that is kept");
        check(result.head.status != 101, "another protocol follows 101");
    }
    std::size_t kept = 0;
    for (Headers::Field const field : result.head.headers) kept += field.name.size() + field.value.size();
    check(kept <= max_head, "a head is bounded");
}

bool same_headers(Headers const& left, Headers const& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](Headers::Field a, Headers::Field b) { return a.name == b.name && a.value == b.value; });
}

void check_same(Outcome const& left, Outcome const& right) {
    // White space that is folded or trimmed counts against the limit only until the next bytes arrive.
    for (auto const& code : {left.result.code, right.result.code}) {
        if (code == errc::response_headers_too_large) return;
    }
    // The failure may differ: an error in a head that came in one piece is found before its missing end.
    check(left.result.code.failed() == right.result.code.failed(), "pieces do not change success");
    check(left.result.complete == right.result.complete, "pieces do not change what is complete");
    check(left.result.reusable == right.result.reusable, "pieces do not change what is kept");
    if (!left.result.complete) return;
    check(left.result.head.status == right.result.head.status, "pieces do not change the status");
    check(left.success == right.success && left.failure == right.failure, "pieces do not change the body");
    check(left.result.head.retry_after.view() == right.result.head.retry_after.view(), "nor a field");
    check(same_headers(left.result.head.headers, right.result.head.headers), "nor all of them");
}

}  // namespace

void run(std::string_view input) {
    std::string_view pattern = take_line(input);
    Settings settings{asio::error::eof, false, false};
    if (!pattern.empty()) {
        std::array<boost::system::error_code, 4> const ends{asio::error::eof, FakeStream::cut,
                                                            asio::error::connection_reset, asio::error::timed_out};
        auto const flags = static_cast<unsigned char>(pattern.front());
        settings = {ends[flags & 3U], (flags & 4U) != 0, (flags & 8U) != 0};
        pattern.remove_prefix(1);
    }
    Outcome const whole = run_exchange(settings, {input});
    check_outcome(whole, input.size(), 1 + input.size() / max_head, settings.gzip);
    auto const pieces = cut(input, pattern);
    Outcome const cut_up = run_exchange(settings, pieces);
    check_outcome(cut_up, input.size(), pieces.size(), settings.gzip);
    check_same(whole, cut_up);
    // Framing is exact: a message after which the connection is usable is incomplete without its last byte.
    if (whole.result.reusable) {
        Outcome const shorter = run_exchange(settings, {input.substr(0, input.size() - 1)});
        check(!shorter.result.complete, "a message without its last byte is not complete");
    }
}

}  // namespace clerk::fuzz
