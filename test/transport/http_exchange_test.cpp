// The exchange over a stream without a network: every way to cut the answer into pieces, and every operation failing,
// hanging, cancelled or aborted.
#include "transport/http_exchange.hpp"

#include "http/capped_text.hpp"
#include "support/fake_stream.hpp"
#include "support/gzip.hpp"
#include "support/printing.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <exception>
#include <ostream>
#include <string>
#include <string_view>

namespace clerk::transport {
BOOST_AUTO_TEST_SUITE(http_exchange)

namespace {

namespace asio = boost::asio;
namespace data = boost::unit_test::data;
using boost::system::error_code;
using test::FakeStream;
using test::PeerScript;

constexpr std::string_view request = "POST /v1/organizations HTTP/1.1\r\nHost: h\r\nContent-Length: 26\r\n\r\n";
constexpr std::string_view upload = "a body that is sent apart.";
constexpr std::string_view body = R"({"id":"org_1"})";

// Some bytes in memory, sent like a file.
class TextStream final : public http::BodyStream {
public:
    explicit TextStream(std::string_view text) : text_{text} {}
    [[nodiscard]] std::uint64_t size() const noexcept override { return text_.size(); }
    bool rewind() override {
        at_ = 0;
        return true;
    }
    std::size_t read(std::span<char> out) override {
        std::size_t const n = text_.substr(at_).copy(out.data(), out.size());
        at_ += n;
        return n;
    }

private:
    std::string_view text_;
    std::size_t at_{};
};

struct Run {
    ExchangeResult result{};
    std::string success{};
    std::string failure{};
    std::string written{};
    std::size_t steps{};
    ExchangeTiming timing{};
};

// One exchange with a streamed request, from beginning to end. `prepare` may watch the stream and emit the signal.
using Prepare = std::function<void(FakeStream&, asio::cancellation_signal&, asio::io_context&)>;
Run run_exchange(PeerScript script, Prepare const& prepare = {}, bool gzip = false) {
    asio::io_context io;
    FakeStream stream{io.get_executor(), std::move(script)};
    asio::cancellation_signal signal;
    if (prepare) prepare(stream, signal, io);
    LimitOptions const limits{};
    HttpExchange<FakeStream> exchange{stream, limits};
    http::CappedText success{1000};
    http::CappedText failure{1000};
    TextStream file{upload};
    Run run{};
    Exchange const order{.wire = request,
                         .stream = &file,
                         .success = success,
                         .failure = failure,
                         .keep_headers = true,
                         .gzip = gzip,
                         .timing = &run.timing};
    bool ended = false;
    auto const task = [&]() -> asio::awaitable<void> {
        co_await asio::this_coro::throw_if_cancelled(false);
        co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation{});
        co_await exchange.run(order, run.result);
    };
    asio::co_spawn(io, task(), asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr thrown) {
                       BOOST_TEST(!thrown);
                       ended = true;
                   }));
    io.run();
    BOOST_TEST(ended);
    run.success = success.text();
    run.failure = failure.text();
    run.written = stream.written();
    run.steps = stream.steps();
    return run;
}

std::vector<std::string> cut_into(std::string_view text, std::size_t size) {
    std::vector<std::string> pieces;
    for (; !text.empty(); text.remove_prefix(std::min(size, text.size()))) pieces.emplace_back(text.substr(0, size));
    return pieces;
}

struct Answer {
    char const* name;
    std::string bytes;
    bool reusable;
    bool ends_with_stream;
};
std::ostream& operator<<(std::ostream& out, Answer const& answer) { return out << answer.name; }

std::array<Answer, 4> const answers{{
    {"length", "HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n" + std::string{body}, true, false},
    {"chunks",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\n" + std::string{body.substr(0, 5)} + "\r\n9\r\n" +
         std::string{body.substr(5)} + "\r\n0\r\nT: 1\r\n\r\n",
     true, false},
    {"until the end", "HTTP/1.1 200 OK\r\n\r\n" + std::string{body}, false, true},
    {"interim first",
     "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
     "HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n" +
         std::string{body},
     true, false},
}};

BOOST_DATA_TEST_CASE(any_pieces_give_the_same, data::make(answers), answer) {
    for (std::size_t size = 1; size <= answer.bytes.size(); ++size) {
        for (std::size_t const write_size : {std::size_t{1}, std::size_t{7}, PeerScript::never}) {
            bool const at_once = (size + write_size) % 2 == 0;
            Run const run =
                run_exchange({.pieces = cut_into(answer.bytes, size), .write_size = write_size, .at_once = at_once});
            BOOST_TEST_CONTEXT("pieces of " << size << ", written by " << write_size << ", at once: " << at_once) {
                BOOST_TEST(!run.result.code);
                BOOST_TEST((run.result.complete && run.result.success_sink));
                BOOST_TEST((run.result.any_byte_sent && run.result.response_begun));
                BOOST_TEST(run.result.reusable == answer.reusable);
                BOOST_TEST(run.result.head.status == 200);
                BOOST_TEST(run.success == body);
                BOOST_TEST(run.failure == "");
                BOOST_TEST(run.written == std::string{request} + std::string{upload});
            }
        }
    }
}

std::string in_chunks(std::string_view text, std::string const& end, std::string const& fields = {}) {
    auto const chunk = [](std::string_view data, std::string_view extension) {
        constexpr std::string_view digits = "0123456789aBcDeF";
        std::string size = {digits[data.size() / 16], digits[data.size() % 16]};
        return size.append(extension).append("\r\n").append(data).append("\r\n");
    };
    return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + fields + "\r\n" + chunk(text.substr(0, 5), "") +
           chunk(text.substr(5), ";x=\"y;\"") + end;
}

Answer const chunked_answers[] = {
    {"no trailers", in_chunks(body, "0\r\n\r\n"), true, false},
    {"zeros", in_chunks(body, "000\r\n\r\n"), true, false},
    {"an extension at the end", in_chunks(body, "0;x\r\n\r\n"), true, false},
    {"a trailer", in_chunks(body, "0\r\nT: 1\r\n\r\n"), true, false},
    {"trailers", in_chunks(body, "0 ;x\r\nT:\r\nU: 1\r\n 2\r\n\r\n"), true, false},
    {"packed", in_chunks(test::gzip(body), "0\r\n\r\n", "Content-Encoding: gzip\r\n"), true, false},
    {"packed, and a trailer", in_chunks(test::gzip(body), "0\r\nT: 1\r\n\r\n", "Content-Encoding: gzip\r\n"), true,
     false},
};

BOOST_DATA_TEST_CASE(a_chunked_answer_may_be_cut_anywhere_twice, data::make(chunked_answers), answer) {
    std::string_view const bytes = answer.bytes;
    std::size_t const end_of_head = bytes.find("\r\n\r\n");
    for (std::size_t first = 1; first <= bytes.size(); ++first) {
        // Two cuts in the head do not concern chunks.
        for (std::size_t second = std::max(first, end_of_head); second <= bytes.size(); ++second) {
            PeerScript script{};
            for (auto const piece :
                 {bytes.substr(0, first), bytes.substr(first, second - first), bytes.substr(second)}) {
                if (!piece.empty()) script.pieces.emplace_back(piece);
            }
            Run const run = run_exchange(std::move(script), {}, true);
            BOOST_TEST_CONTEXT("cut at " << first << " and " << second) {
                BOOST_TEST_REQUIRE(run.result.code == error_code{});
                BOOST_TEST_REQUIRE(run.result.complete);
                BOOST_TEST_REQUIRE(run.result.reusable);
                BOOST_TEST_REQUIRE(run.success == body);
            }
        }
    }
}

BOOST_DATA_TEST_CASE(a_chunked_answer_is_incomplete_before_its_last_byte, data::make(chunked_answers), answer) {
    for (std::size_t length = 1; length < answer.bytes.size(); ++length) {
        Run const run = run_exchange({.pieces = {answer.bytes.substr(0, length)}}, {}, true);
        BOOST_TEST_CONTEXT(length << " bytes") {
            BOOST_TEST_REQUIRE(run.result.code == make_error_code(errc::connection_closed));
            BOOST_TEST_REQUIRE(!run.result.complete);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_status_line_may_end_with_the_status) {
    for (std::string const status : {"HTTP/1.1 200", "HTTP/1.1 200 "}) {
        std::string const bytes = status + "\r\nContent-Length: 14\r\n\r\n" + std::string{body};
        for (std::size_t length = 1; length < bytes.size(); ++length) {
            Run const run = run_exchange({.pieces = {bytes.substr(0, length), bytes.substr(length)}});
            BOOST_TEST_CONTEXT(length << " bytes") {
                BOOST_TEST_REQUIRE(run.result.code == error_code{});
                BOOST_TEST_REQUIRE(run.result.reusable);
                BOOST_TEST_REQUIRE(run.success == body);
            }
        }
    }
}

// RFC 9110 section 6.5.1: fields after the body do not describe it.
BOOST_DATA_TEST_CASE(trailers_change_nothing,
                     data::make({"Content-Type: text/html", "Content-Encoding: gzip", "Content-Encoding: br",
                                 "Retry-After: 3", "Clerk-Trace-Id: 1", "cf-ray: 1", "X: y"}),
                     trailer) {
    std::string const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    Run const run = run_exchange({.pieces = {head, "e\r\n" + std::string{body} + "\r\n0\r\n", trailer, "\r\n\r\n"}});
    BOOST_TEST(!run.result.code);
    BOOST_TEST((run.result.complete && run.result.success_sink && run.result.reusable));
    BOOST_TEST(run.success == body);
    BOOST_TEST((run.result.head.json && run.result.head.plain));
    BOOST_TEST(run.result.head.retry_after.view().empty());
    BOOST_TEST(run.result.head.trace_id.view().empty());
    BOOST_TEST(run.result.head.ray.view().empty());
    BOOST_TEST(run.result.head.headers.size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_head_is_that_of_the_final_answer) {
    Run const run =
        run_exchange({.pieces = {"HTTP/1.1 103 Early Hints\r\nRetry-After: 3\r\nClerk-Trace-Id: 1\r\ncf-ray: 1\r\n"
                                 "Content-Type: text/html\r\n\r\n",
                                 answers[0].bytes}});
    BOOST_TEST(!run.result.code);
    BOOST_TEST(run.result.success_sink);
    BOOST_TEST(run.result.head.retry_after.view() == "");
    BOOST_TEST(run.result.head.trace_id.view() == "");
    BOOST_TEST(run.result.head.ray.view() == "");
    BOOST_TEST(run.result.head.headers.size() == 1U);
    BOOST_TEST(run.result.head.headers["Content-Length"] == "14");
}

BOOST_DATA_TEST_CASE(every_prefix_is_incomplete, data::make(answers), answer) {
    for (std::size_t length = 0; length < answer.bytes.size(); ++length) {
        for (error_code const end :
             {error_code{asio::error::eof}, error_code{FakeStream::cut}, error_code{asio::error::connection_reset}}) {
            // If only the end of the stream ends the body, any prefix of it is a complete body.
            std::size_t const head = answer.bytes.find("\r\n\r\n") + 4;
            if (answer.ends_with_stream && length >= head && end == asio::error::eof) continue;
            Run const run =
                run_exchange({.pieces = cut_into(std::string_view{answer.bytes}.substr(0, length), 16), .end = end});
            BOOST_TEST_CONTEXT(length << " bytes, then " << end.message()) {
                BOOST_TEST(run.result.code == make_error_code(errc::connection_closed));
                BOOST_TEST(run.result.cause == end);
                BOOST_TEST(!run.result.complete);
                BOOST_TEST(!run.result.reusable);
                BOOST_TEST(run.result.response_begun == (length != 0));
            }
        }
    }
    // The stream is truncated instead of ended, even after all bytes.
    if (answer.ends_with_stream) {
        Run const run = run_exchange({.pieces = {answer.bytes}, .end = FakeStream::cut});
        BOOST_TEST(run.result.code == make_error_code(errc::connection_closed));
    }
}

BOOST_AUTO_TEST_CASE(a_head_that_breaks_off_is_not_used) {
    std::string const head = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 3\r\nContent-Length: 9\r\n\r\n";
    for (std::size_t length = 0; length <= head.size(); ++length) {
        Run const run = run_exchange({.pieces = {head.substr(0, length)}});
        BOOST_TEST_CONTEXT(length << " bytes") {
            bool const is_whole = length == head.size();
            BOOST_TEST(run.result.head.status == (is_whole ? 503 : 0));
            BOOST_TEST(run.result.head.retry_after.view() == (is_whole ? "3" : ""));
        }
    }
}

// The peer that reset the connection while it was written to may also have ended it.
BOOST_AUTO_TEST_CASE(the_failure_of_a_write_counts_more_than_the_missing_answer) {
    Run const run = run_exchange({.write_size = 24, .fail_at = 1, .failure = asio::error::timed_out});
    BOOST_TEST(run.result.code == make_error_code(errc::connection_failed));
    BOOST_TEST(run.result.cause == asio::error::timed_out);
    BOOST_TEST(run.result.any_byte_sent);
    BOOST_TEST(!run.result.complete);
}

// The result of an exchange that stopped at one step. `touched` and `begun` as observed by the stream.
struct Trace {
    std::size_t writes{};
    std::size_t reads{};
};

void check_stopped(Run const& run, errc code, Trace const& before) {
    BOOST_TEST(run.result.code == make_error_code(code));
    BOOST_TEST(!run.result.complete);
    BOOST_TEST(!run.result.reusable);
    BOOST_TEST(!run.result.success_sink);
    BOOST_TEST(run.result.any_byte_sent == (before.writes != 0));
    BOOST_TEST(run.result.response_begun == (before.reads != 0));
    BOOST_TEST((run.timing.ended >= run.timing.begun));
    BOOST_TEST(run.timing.bytes_sent == run.written.size());
}

constexpr std::size_t piece = 20;
constexpr std::size_t write_piece = 24;

PeerScript script_of(Answer const& answer) {
    return {.pieces = cut_into(answer.bytes, piece), .write_size = write_piece};
}

// How many operations of each kind there were before `step`.
struct Watch {
    std::size_t step;
    Trace before{};
    bool reads{};
    void operator()(std::size_t number, bool is_read) {
        if (number == step) reads = is_read;
        if (number < step) ++(is_read ? before.reads : before.writes);
    }
};

BOOST_DATA_TEST_CASE(failing_at_each_step_is_classified, data::make(answers), answer) {
    std::size_t const steps = run_exchange(script_of(answer)).steps;
    BOOST_TEST(steps > 5U);
    struct Kind {
        error_code failure;
        errc code;
    };
    std::array<Kind, 5> const kinds{{{asio::error::connection_reset, errc::connection_closed},
                                     {asio::error::broken_pipe, errc::connection_closed},
                                     {FakeStream::cut, errc::connection_closed},
                                     {asio::error::timed_out, errc::connection_failed},
                                     {asio::error::operation_aborted, errc::cancelled}}};
    for (Kind const& kind : kinds) {
        for (std::size_t step = 0; step < steps; ++step) {
            Watch watch{step};
            PeerScript script = script_of(answer);
            script.fail_at = step;
            script.failure = kind.failure;
            Run const run = run_exchange(script, [&](FakeStream& stream, auto&, auto&) {
                stream.on_step = [&](std::size_t number, bool is_read) { watch(number, is_read); };
            });
            BOOST_TEST_CONTEXT("step " << step << ": " << kind.failure.message()) {
                // An answer to half a request still counts, but the connection cannot be reused.
                if (!watch.reads && watch.before.writes != 0 && kind.code != errc::cancelled) {
                    BOOST_TEST(!run.result.code);
                    BOOST_TEST(run.result.complete);
                    BOOST_TEST(!run.result.reusable);
                    BOOST_TEST(run.success == body);
                } else {
                    check_stopped(run, kind.code, watch.before);
                    if (run.result.code != errc::cancelled) BOOST_TEST(run.result.cause == kind.failure);
                }
            }
        }
    }
}

BOOST_DATA_TEST_CASE(cancelled_at_each_step, data::make(answers), answer) {
    std::size_t const steps = run_exchange(script_of(answer)).steps;
    enum class When { waiting, already_over };
    for (When const when : {When::waiting, When::already_over}) {
        for (auto const type : {asio::cancellation_type::terminal, asio::cancellation_type::total}) {
            for (std::size_t step = 0; step < steps; ++step) {
                Watch watch{step};
                PeerScript script = script_of(answer);
                if (when == When::waiting) script.hang_at = step;
                Run const run = run_exchange(
                    script, [&](FakeStream& stream, asio::cancellation_signal& signal, asio::io_context& io) {
                        stream.on_step = [&](std::size_t number, bool is_read) {
                            watch(number, is_read);
                            // Runs before the handler of an operation that is about to succeed: the coroutine has to
                            // notice it before the next one.
                            if (number == step) asio::post(io, [&signal, type] { signal.emit(type); });
                        };
                    });
                BOOST_TEST_CONTEXT("step " << step << (when == When::waiting ? " waiting" : " over")) {
                    if (when == When::already_over && step + 1 == steps && !answer.ends_with_stream) {
                        BOOST_TEST(run.result.complete);  // the cancellation came too late
                        BOOST_TEST(!run.result.code);
                        continue;
                    }
                    if (when == When::already_over && step + 1 == steps) continue;  // the stream had ended properly
                    Trace seen = watch.before;
                    // Bytes that have arrived are read; bytes that could be written now are not.
                    if (when == When::already_over && watch.reads) ++seen.reads;
                    check_stopped(run, errc::cancelled, seen);
                    BOOST_TEST(run.steps == step + 1);
                }
            }
        }
    }
}

BOOST_DATA_TEST_CASE(aborted_at_each_step, data::make(answers), answer) {
    std::size_t const steps = run_exchange(script_of(answer)).steps;
    for (std::size_t step = 0; step < steps; ++step) {
        PeerScript script = script_of(answer);
        script.hang_at = step;
        Run const run = run_exchange(script, [&](FakeStream& stream, auto&, asio::io_context& io) {
            stream.on_step = [&stream, &io, step](std::size_t number, bool) {
                if (number == step) asio::post(io, [&stream] { stream.abort(); });
            };
        });
        BOOST_TEST_CONTEXT("step " << step) {
            BOOST_TEST(run.result.code == errc::cancelled);
            BOOST_TEST(!run.result.complete);
            BOOST_TEST(!run.result.reusable);
        }
    }
}

BOOST_DATA_TEST_CASE(an_early_answer_ends_the_sending, data::make(answers), answer) {
    for (std::size_t const size : {std::size_t{1}, std::size_t{16}, answer.bytes.size()}) {
        std::vector<std::string> pieces = cut_into(answer.bytes, size);
        std::size_t const early = pieces.size();
        Run const run = run_exchange({.pieces = std::move(pieces), .write_size = 1, .early = early});
        BOOST_TEST_CONTEXT("pieces of " << size) {
            BOOST_TEST(!run.result.code);
            BOOST_TEST((run.result.complete && run.result.success_sink));
            BOOST_TEST(run.success == body);
            BOOST_TEST(!run.result.request_sent);
            BOOST_TEST(!run.result.reusable);
            BOOST_TEST(run.written.size() < request.size());
        }
    }
}

BOOST_AUTO_TEST_CASE(an_early_interim_answer_does_not) {
    std::string const interim = "HTTP/1.1 100 Continue\r\n\r\n";
    for (std::size_t const size : {std::size_t{1}, std::size_t{7}, interim.size()}) {
        std::vector<std::string> pieces = cut_into(interim, size);
        std::size_t const early = pieces.size();
        pieces.push_back(answers[0].bytes);
        Run const run = run_exchange({.pieces = std::move(pieces), .write_size = 7, .early = early});
        BOOST_TEST_CONTEXT("pieces of " << size) {
            BOOST_TEST(!run.result.code);
            BOOST_TEST((run.result.complete && run.result.request_sent && run.result.reusable));
            BOOST_TEST(run.success == body);
            BOOST_TEST(run.written == std::string{request} + std::string{upload});
        }
    }
}

BOOST_AUTO_TEST_CASE(an_end_during_the_sending_is_noticed) {
    for (error_code const end : {error_code{asio::error::eof}, error_code{FakeStream::cut}}) {
        // One piece is early, and so is the end after it.
        Run const run =
            run_exchange({.pieces = {"HTTP/1.1 "}, .end = end, .write_size = 7, .at_once = true, .early = 2});
        BOOST_TEST(run.result.code == make_error_code(errc::connection_closed));
        BOOST_TEST(run.result.cause == end);
        BOOST_TEST(!run.result.reusable);
    }
}

// Exchanges one after the other on one connection. In the end the stream has a piece left, because its end is no
// answer.
std::vector<ExchangeResult> run_exchanges(std::size_t count, PeerScript script) {
    asio::io_context io;
    script.pieces.emplace_back("HTTP/1.1 ");
    FakeStream stream{io.get_executor(), std::move(script)};
    LimitOptions const limits{};
    HttpExchange<FakeStream> exchange{stream, limits};
    std::vector<ExchangeResult> results(count);
    http::CappedText success{1000};
    http::CappedText failure{1000};
    Exchange const order{.wire = request, .success = success, .failure = failure};
    auto const task = [&]() -> asio::awaitable<void> {
        for (ExchangeResult& result : results) {
            co_await exchange.run(order, result);
            if (result.complete) BOOST_TEST(success.text() == body);
        }
    };
    asio::co_spawn(io, task(), [](std::exception_ptr thrown) { BOOST_TEST(!thrown); });
    io.run();
    return results;
}

BOOST_DATA_TEST_CASE(nothing_of_an_answer_reaches_the_next, data::make({1, 7, 16, 30, 1000}), size) {
    PeerScript script{};
    for (int answer = 0; answer < 3; ++answer) {
        auto const pieces = cut_into(answers[0].bytes, static_cast<std::size_t>(size));
        script.pieces.insert(script.pieces.end(), pieces.begin(), pieces.end());
    }
    for (ExchangeResult const& result : run_exchanges(3, std::move(script))) {
        BOOST_TEST(!result.code);
        BOOST_TEST(result.complete);
    }
}

BOOST_AUTO_TEST_CASE(every_answer_may_follow_sixteen_interim_ones) {
    PeerScript script{};
    for (std::size_t const interim : {16U, 16U, 17U}) {
        for (std::size_t i = 0; i < interim; ++i) script.pieces.emplace_back("HTTP/1.1 103 Early Hints\r\n\r\n");
        script.pieces.push_back(answers[0].bytes);
    }
    auto const results = run_exchanges(3, std::move(script));
    BOOST_TEST(results[0].complete);
    BOOST_TEST(results[1].complete);
    BOOST_TEST(results[2].code == errc::malformed_response);
    BOOST_TEST(!results[2].complete);
}

BOOST_AUTO_TEST_CASE(times_and_bytes_are_noted) {
    Run const run = run_exchange(script_of(answers[0]));
    BOOST_TEST(run.timing.bytes_sent == request.size() + upload.size());
    BOOST_TEST(run.timing.bytes_received == answers[0].bytes.size());
    BOOST_TEST((run.timing.begun <= run.timing.first_byte));
    BOOST_TEST((run.timing.first_byte <= run.timing.ended));
    BOOST_TEST((run.timing.begun != TimePoint{}));

    Run const silent = run_exchange({});
    BOOST_TEST(silent.timing.bytes_received == 0U);
    BOOST_TEST((silent.timing.first_byte == TimePoint{}));
    BOOST_TEST((silent.timing.ended != TimePoint{}));
}

BOOST_AUTO_TEST_CASE(a_file_that_shrinks_ends_the_exchange_before_it_waits_for_an_answer) {
    class Short final : public http::BodyStream {
    public:
        [[nodiscard]] std::uint64_t size() const noexcept override { return 10; }
        bool rewind() override { return true; }
        std::size_t read(std::span<char> out) override { return std::exchange(left_, 0) != 0 ? (out[0] = 'x', 1) : 0; }

    private:
        int left_{1};
    };
    asio::io_context io;
    FakeStream stream{io.get_executor(), {.pieces = {answers[0].bytes}}};
    HttpExchange<FakeStream> exchange{stream, LimitOptions{}};
    http::CappedText success{100};
    http::CappedText failure{100};
    Short file;
    Exchange const order{.wire = request, .stream = &file, .success = success, .failure = failure};
    ExchangeResult result{};
    asio::co_spawn(io, exchange.run(order, result), [](std::exception_ptr thrown) { BOOST_TEST(!thrown); });
    io.run();
    BOOST_TEST(result.code == errc::file_unreadable);
    BOOST_TEST(!result.reusable);
    BOOST_TEST(stream.bytes_read() == 0U);
}

BOOST_AUTO_TEST_CASE(a_body_in_memory_is_written_without_a_copy) {
    class InPlace final : public http::BodyStream {
    public:
        explicit InPlace(std::string_view text) : text_{text} {}
        [[nodiscard]] std::uint64_t size() const noexcept override { return text_.size(); }
        bool rewind() override { return text_.rewind(); }
        std::size_t read(std::span<char>) override {
            BOOST_ERROR("a copy was made");
            return 0;
        }
        std::string_view take_in_place(std::size_t size) override { return text_.take_in_place(size); }

    private:
        http::TextStream text_;
    };
    std::string const text(300'000, 'x');
    for (std::size_t const write_size : {std::size_t{5'000}, PeerScript::never}) {
        for (bool const at_once : {false, true}) {
            asio::io_context io;
            PeerScript script = script_of(answers[0]);
            script.write_size = write_size;
            script.at_once = at_once;
            FakeStream stream{io.get_executor(), script};
            HttpExchange<FakeStream> exchange{stream, LimitOptions{}};
            http::CappedText success{100};
            http::CappedText failure{100};
            InPlace file{text};
            Exchange const order{.wire = request, .stream = &file, .success = success, .failure = failure};
            ExchangeResult result{};
            asio::co_spawn(io, exchange.run(order, result), [](std::exception_ptr thrown) { BOOST_TEST(!thrown); });
            io.run();
            BOOST_TEST(!result.code);
            BOOST_TEST(result.complete);
            BOOST_TEST((stream.written() == std::string{request} + text));
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::transport
