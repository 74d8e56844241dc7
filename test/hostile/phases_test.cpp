// A peer that stops, stalls, drips or breaks TLS in any phase of a call.
#include "hostile/hostile_peer.hpp"

#include "support/printing.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#include <future>
#include <thread>
#include <vector>

namespace clerk::hostile {
BOOST_AUTO_TEST_SUITE(phases)

namespace {

namespace data = boost::unit_test::data;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

std::string const whole = test::http_response(200, organization);
std::string const in_chunks = std::string{head_200} + "Transfer-Encoding: chunked\r\n\r\n20\r\n" +
                              std::string{organization.substr(0, 32)} + "\r\n46\r\n" +
                              std::string{organization.substr(32)} + "\r\n0\r\n\r\n";

bool is_broken_connection(Error const& error) {
    return error == errc::connection_closed || error == errc::connection_failed;
}

// The connections of one server break off after 0, 11, 22 … bytes of a good answer, and all calls are retried once.
BOOST_DATA_TEST_CASE(an_answer_that_breaks_off_anywhere,
                     data::make({End::close, End::cut, End::reset}) * data::make({&whole, &in_chunks}), end, answer) {
    constexpr std::size_t stride = 11;
    std::string const& bytes = *answer;
    std::size_t const prefixes = (bytes.size() - 1) / stride + 1;
    test::WireServer server{[&bytes, end](Session& session) {
        if (session.number() % 2 == 1) return Peer::serve_well(session);
        session.read_request();
        session.write(std::string_view{bytes}.substr(0, session.number() / 2 * stride));
        finish(session, end);
    }};
    for (int const attempts : {1, 2}) {
        Config config = server.config();
        config.retry.max_attempts = attempts;
        config.retry.initial_backoff = 0ms;
        boost::asio::io_context io;
        // Without keep-alive every attempt has its own connection.
        for (std::size_t number = 0; number < prefixes && attempts == 2; ++number) {
            Client const client{io.get_executor(), config};
            OrganizationsApi api{client};
            auto const result = test::run(io, api.get_organization("org_1"));
            BOOST_TEST_CONTEXT(number * stride << " bytes, " << to_text(result)) {
                BOOST_TEST(result.has_value());
                BOOST_TEST(client.pool_gauges().idle == 1U);
            }
        }
    }
    BOOST_TEST(server.connections() == 2 * prefixes);
}

BOOST_DATA_TEST_CASE(a_create_that_breaks_off_is_not_repeated, data::make({End::close, End::cut, End::reset}), end) {
    for (std::size_t const length : {std::size_t{0}, std::size_t{20}, whole.size() - 1}) {
        Peer peer{answer(whole.substr(0, length), end), [](Config& config) { config.retry.max_attempts = 5; }};
        auto const result = peer.create();
        BOOST_REQUIRE(!result);
        BOOST_TEST(is_broken_connection(result.error()));
        BOOST_TEST(result.error().stop_reason() == StopReason::not_idempotent);
        BOOST_TEST(result.error().may_have_taken_effect());
        BOOST_TEST(peer.server.requests().size() == 1U);
        check_no_secret(result.error());
        peer.check_harmless();
    }
}

BOOST_AUTO_TEST_CASE(garbage_instead_of_a_tls_record) {
    for (std::size_t const length : {std::size_t{0}, std::size_t{20}, whole.size() - 1}) {
        for (int const attempts : {1, 2}) {
            Peer peer{[length](Session& session) {
                          session.read_request();
                          if (length != 0) session.write(std::string_view{whole}.substr(0, length));
                          session.write_raw("HTTP/1.1 400 Bad Request\r\n\r\n");
                          session.stall();
                      },
                      [attempts](Config& config) {
                          config.retry.max_attempts = attempts;
                          config.retry.initial_backoff = 0ms;
                      }};
            auto const result = peer.get();
            BOOST_TEST_CONTEXT(to_text(result)) {
                BOOST_TEST(result.has_value() == (attempts == 2));
                if (!result) BOOST_TEST(result.error() == errc::connection_failed);
            }
            peer.check_harmless();
        }
    }
}

BOOST_AUTO_TEST_CASE(a_truncated_tls_record) {
    Peer peer{[](Session& session) {
        session.read_request();
        session.write_raw(std::string{"\x17\x03\x03\x01\x00only the beginning", 23});
        session.cut();
    }};
    auto const result = peer.get();
    BOOST_REQUIRE(!result);
    BOOST_TEST(result.error() == errc::connection_closed);
    peer.check_harmless();
}

// close_notify, but TCP stays open.
BOOST_AUTO_TEST_CASE(a_tls_session_that_ends_without_tcp) {
    for (std::size_t const length : {std::size_t{0}, std::size_t{20}, whole.size() - 1, whole.size()}) {
        Peer peer{[length](Session& session) {
            session.read_request();
            if (length != 0) session.write(std::string_view{whole}.substr(0, length));
            session.end_tls();
            session.stall();
        }};
        auto const result = peer.get();
        BOOST_TEST_CONTEXT(to_text(result)) {
            BOOST_TEST(result.has_value() == (length == whole.size()));
            if (!result) BOOST_TEST(result.error() == errc::connection_closed);
        }
        peer.check_harmless();
        BOOST_TEST(peer.server.connections() == 2U);
    }
}

// With one byte every 400 ms no single read times out; the call still ends at its deadline.
BOOST_AUTO_TEST_CASE(a_dripping_peer_meets_the_total_deadline) {
    std::string const drips[] = {whole, "HTTP/1.1 100 Continue\r\n\r\n" + whole,
                                 std::string{head_200} + "Transfer-Encoding: chunked\r\n\r\n00000000000000066\r\n"};
    for (std::string const& bytes : drips) {
        for (std::size_t const at_once : {std::size_t{0}, bytes.find("\r\n\r\n") + 4}) {
            Peer peer{[&bytes, at_once](Session& session) {
                          session.read_request();
                          session.write(std::string_view{bytes}.substr(0, at_once));
                          session.drip(std::string_view{bytes}.substr(at_once), 400ms);
                      },
                      [](Config& config) {
                          config.timeout.attempt = 0ms;
                          config.retry.max_attempts = 3;
                      }};
            auto const begin = steady_clock::now();
            auto const result = peer.get({.timeout = 900ms});
            auto const took = steady_clock::now() - begin;
            BOOST_REQUIRE(!result);
            BOOST_TEST(result.error() == errc::deadline_exceeded);
            BOOST_TEST((took >= 890ms && took < 3s));
            peer.check_harmless();
        }
    }
}

BOOST_AUTO_TEST_CASE(a_dripping_peer_costs_one_attempt_when_attempts_are_limited) {
    Peer peer{[](Session& session) {
                  session.read_request();
                  session.drip(whole, 400ms);
              },
              [](Config& config) {
                  config.timeout.attempt = 500ms;
                  config.retry.max_attempts = 2;
                  config.retry.initial_backoff = 0ms;
              }};
    BOOST_TEST(peer.get().has_value());
    BOOST_TEST(peer.server.connections() == 2U);
}

UploadOrganizationLogoRequest large_logo() {
    UploadOrganizationLogoRequest request{};
    request.file = LogoFile::from_memory(std::string{"\x89PNG\r\n\x1a\n"} + std::string(9'900'000, 'x'), "a.png");
    return request;
}

BOOST_AUTO_TEST_CASE(a_peer_that_does_not_read_an_upload) {
    std::promise<void> over;
    Peer peer{[waiting = over.get_future().share()](Session&) { waiting.wait(); }};
    auto const request = large_logo();
    auto const begin = steady_clock::now();
    auto const result = test::run(peer.io, peer.api->upload_organization_logo("org_1", request, {.timeout = 500ms}));
    auto const took = steady_clock::now() - begin;
    over.set_value();
    BOOST_REQUIRE(!result);
    BOOST_TEST(result.error() == errc::deadline_exceeded);
    BOOST_TEST((took >= 490ms && took < 3s));
    BOOST_TEST(result.error().message() == "time ran out while sending the request");
    BOOST_TEST(result.error().may_have_taken_effect());
    peer.check_harmless();
}

// The answer is complete, so the client does not wait for the peer to read the rest.
BOOST_AUTO_TEST_CASE(a_peer_that_answers_an_upload_and_does_not_read_it) {
    constexpr std::string_view document = R"({"errors":[{"code":"image_too_large","message":"too large"}]})";
    std::string const refusal = test::http_response(413, document);
    std::string const success = test::http_response(200, organization);
    struct Row {
        std::string bytes;
        bool ends;
        int status;  // 0: no answer
    };
    for (Row const& row : std::vector<Row>{{refusal, false, 413},
                                           {refusal, true, 413},
                                           {success, false, 200},
                                           {"HTTP/1.1 100 Continue\r\n\r\n" + refusal, false, 413},
                                           {std::string{head_200} + "\r\n" + std::string{organization}, true, 200},
                                           {"HTTP/1.1 100 Continue\r\n\r\n", true, 0},
                                           {refusal.substr(0, 60), true, 0},
                                           {"", true, 0}}) {
        std::promise<void> over;
        Peer peer{[&row, waiting = over.get_future().share()](Session& session) {
            if (!row.bytes.empty()) session.write(row.bytes);
            if (row.ends) session.end_tls();
            waiting.wait();
        }};
        auto const request = large_logo();
        auto const begin = steady_clock::now();
        auto const result = test::run(peer.io, peer.api->upload_organization_logo("org_1", request, {.timeout = 9s}));
        auto const took = steady_clock::now() - begin;
        over.set_value();
        BOOST_TEST_CONTEXT(row.bytes << (row.ends ? " and close_notify" : "")) {
            BOOST_TEST(took < 4s);
            BOOST_TEST(result.has_value() == (row.status == 200));
            if (!result) {
                BOOST_TEST(result.error().status() == row.status);
                if (row.status == 0) BOOST_TEST(result.error() == errc::connection_closed);
            }
            BOOST_TEST(peer.client->pool_gauges().idle == 0U);
            peer.check_harmless();
        }
    }
}

BOOST_AUTO_TEST_CASE(a_peer_that_only_encourages_an_upload_gets_all_of_it) {
    Peer peer{[](Session& session) {
        session.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n");
        std::this_thread::sleep_for(50ms);  // the client's writes block meanwhile
        session.read_request();
        session.write(test::http_response(200, organization));
        session.stall();
    }};
    auto const request = large_logo();
    auto const result = test::run(peer.io, peer.api->upload_organization_logo("org_1", request));
    BOOST_REQUIRE(result.has_value());
    BOOST_REQUIRE(peer.server.requests().size() == 1U);
    BOOST_TEST(peer.server.requests()[0].size() > 9'900'000U);
}

BOOST_DATA_TEST_CASE(a_peer_that_ends_during_an_upload, data::make({End::close, End::cut, End::reset}), end) {
    Peer peer{[end](Session& session) { finish(session, end); }};
    auto const request = large_logo();
    auto const result = test::run(peer.io, peer.api->upload_organization_logo("org_1", request));
    BOOST_REQUIRE(!result);
    BOOST_TEST_CONTEXT(to_string(result.error())) BOOST_TEST(is_broken_connection(result.error()));
    peer.check_harmless();
}

BOOST_AUTO_TEST_CASE(a_peer_that_answers_during_an_upload_and_reads_on) {
    Peer peer{[](Session& session) {
        session.write(test::http_response(413, R"({"errors":[{"code":"image_too_large","message":"too large"}]})"));
        session.stall();
    }};
    auto const request = large_logo();
    auto const result = test::run(peer.io, peer.api->upload_organization_logo("org_1", request));
    BOOST_REQUIRE(!result);
    BOOST_TEST(result.error().status() == 413);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::hostile
