// How the client interprets the bytes of a server, over real TLS: framing, reuse, replay, truncation.
#include <clerk.hpp>

#include "support/printing.hpp"
#include "support/run.hpp"
#include "support/wire_server.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <random>

namespace clerk {
BOOST_AUTO_TEST_SUITE(framing)

namespace {

using test::WireServer;
using namespace std::chrono_literals;
using Session = WireServer::Session;

constexpr std::string_view head_200 = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
constexpr std::string_view organization = R"({"object":"organization","id":"org_1","name":"Acme"})";

struct Fixture {
    explicit Fixture(WireServer::Handler handler, std::function<void(Config&)> const& change = {})
        : server{std::move(handler)} {
        config = server.config();
        if (change) change(config);
        client.emplace(io.get_executor(), config);
        api.emplace(*client);
    }
    Result<Organization> get(CallOptions options = {}) {
        return test::run(io, api->get_organization("org_1", {}, options));
    }
    Result<Organization> create() {
        CreateOrganizationRequest const request{.name = "Acme"};
        return test::run(io, api->create_organization(request));
    }
    void pause(std::chrono::milliseconds time) {
        boost::asio::steady_timer timer{io, time};
        timer.async_wait([](boost::system::error_code) {});
        io.restart();
        io.run();
    }

    boost::asio::io_context io{};
    WireServer server;
    Config config{};
    std::optional<Client> client{};
    std::optional<OrganizationsApi> api{};
};

// Sends the same bytes for every request, then ends the connection in the given way.
enum class End { keep, close, cut, reset, stall };
WireServer::Handler send_raw(std::string bytes, End end = End::keep) {
    return [bytes, end](Session& session) {
        while (!session.read_request().empty()) {
            if (!bytes.empty()) session.write(bytes);
            switch (end) {
                case End::keep:
                    break;
                case End::close:
                    session.close();
                    return;
                case End::cut:
                    session.cut();
                    return;
                case End::reset:
                    session.reset();
                    return;
                case End::stall:
                    session.stall();
                    return;
            }
        }
    };
}

std::string chunked(std::string_view body, std::size_t piece) {
    std::string out;
    for (std::size_t at = 0; at < body.size(); at += piece) {
        std::string_view const part = body.substr(at, piece);
        char size[16];
        std::snprintf(size, sizeof size, "%zx", part.size());
        out += std::string{size} + ";ext=1\r\n" + std::string{part} + "\r\n";
    }
    return out + "0\r\nTrailer: t\r\n\r\n";
}

BOOST_AUTO_TEST_CASE(good_answers_in_every_framing) {
    struct Row {
        std::string name;
        std::string bytes;
        End end;
        bool kept;
    };
    std::string const length = "Content-Length: " + std::to_string(organization.size()) + "\r\n";
    std::vector<Row> const rows{
        {"length", std::string{head_200} + length + "\r\n" + std::string{organization}, End::keep, true},
        {"length, close", std::string{head_200} + "Connection: close\r\n" + length + "\r\n" + std::string{organization},
         End::close, false},
        {"chunks", std::string{head_200} + "Transfer-Encoding: chunked\r\n\r\n" + chunked(organization, 7), End::keep,
         true},
        {"until the end", std::string{head_200} + "\r\n" + std::string{organization}, End::close, false},
        {"HTTP/1.0",
         "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n" + length + "\r\n" + std::string{organization},
         End::close, false},
        {"interim answers",
         "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + std::string{head_200} + length +
             "\r\n" + std::string{organization},
         End::keep, true},
        {"charset",
         "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n" + length + "\r\n" +
             std::string{organization},
         End::keep, true},
        {"no type", "HTTP/1.1 200 OK\r\n" + length + "\r\n" + std::string{organization}, End::keep, true},
        {"length without close_notify", std::string{head_200} + length + "\r\n" + std::string{organization}, End::cut,
         true},
    };
    for (Row const& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            Fixture f{send_raw(row.bytes, row.end)};
            auto const result = f.get();
            BOOST_TEST_CONTEXT((result ? std::string{} : to_string(result.error()))) BOOST_REQUIRE(result.has_value());
            BOOST_TEST(result->name == "Acme");
            BOOST_TEST((f.client->pool_gauges().idle == 1U) == row.kept);
            BOOST_TEST(f.get().has_value());
            BOOST_TEST(f.server.connections() == (row.kept && row.end == End::keep ? 1U : 2U));
        }
    }
}

BOOST_AUTO_TEST_CASE(bad_answers_are_clear_errors) {
    struct Row {
        std::string name;
        std::string bytes;
        End end;
        errc code;
    };
    std::string const length = "Content-Length: " + std::to_string(organization.size()) + "\r\n";
    std::string const body{organization};
    std::string const ok{head_200};
    std::vector<Row> const rows{
        {"closed at once", "", End::close, errc::connection_closed},
        {"cut at once", "", End::cut, errc::connection_closed},
        {"reset at once", "", End::reset, errc::connection_closed},
        {"closed in the head", "HTTP/1.1 200 OK\r\nConte", End::close, errc::connection_closed},
        {"closed in the body", ok + length + "\r\n" + body.substr(0, 9), End::close, errc::connection_closed},
        {"cut in the body", ok + length + "\r\n" + body.substr(0, 9), End::cut, errc::connection_closed},
        {"cut where only close_notify may end the body", ok + "\r\n" + body, End::cut, errc::connection_closed},
        {"cut in a chunk", ok + "Transfer-Encoding: chunked\r\n\r\n10\r\n{\"id\":", End::cut, errc::connection_closed},
        {"bad chunk size", ok + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n" + body, End::stall,
         errc::malformed_response},
        {"not HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n", End::stall, errc::malformed_response},
        {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", End::stall, errc::malformed_response},
        {"length twice", ok + length + "Content-Length: 3\r\n\r\n" + body, End::stall, errc::malformed_response},
        {"negative length", ok + "Content-Length: -1\r\n\r\n" + body, End::stall, errc::malformed_response},
        {"overflowing length", ok + "Content-Length: 99999999999999999999999\r\n\r\n" + body, End::stall,
         errc::malformed_response},
        {"length and chunks", ok + length + "Transfer-Encoding: chunked\r\n\r\n" + chunked(body, 5), End::stall,
         errc::malformed_response},
        {"2 GB claimed", ok + "Content-Length: 2147483648\r\n\r\n{", End::stall, errc::response_body_too_large},
        {"endless header", ok + "X: " + std::string(40'000, 'x'), End::stall, errc::response_headers_too_large},
        {"HTML", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>", End::keep,
         errc::unexpected_content},
        {"compressed", ok + "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", End::keep,
         errc::unexpected_content},
        {"not JSON", ok + "Content-Length: 6\r\n\r\n<html>", End::keep, errc::malformed_body},
        {"no organization", ok + "Content-Length: 2\r\n\r\n{}", End::keep, errc::malformed_body},
        {"no body", ok + "Content-Length: 0\r\n\r\n", End::keep, errc::malformed_body},
        // An error status counts only once its head is complete.
        {"404 closed in the head", "HTTP/1.1 404 Not Found\r\nConte", End::close, errc::connection_closed},
        {"404 with an endless header", "HTTP/1.1 404 Not Found\r\nX: " + std::string(40'000, 'x'), End::stall,
         errc::response_headers_too_large},
        {"404 with a broken header", "HTTP/1.1 404 Not Found\r\nno colon\r\n\r\n", End::stall,
         errc::malformed_response},
        {"204", "HTTP/1.1 204 No Content\r\n\r\n", End::keep, errc::unexpected_status},
        {"redirect", "HTTP/1.1 302 Found\r\nLocation: https://evil.test/\r\nContent-Length: 0\r\n\r\n", End::keep,
         errc::unexpected_status},
        {"101", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", End::stall, errc::unexpected_status},
    };
    for (Row const& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            Fixture f{send_raw(row.bytes, row.end)};
            auto const result = f.get();
            BOOST_REQUIRE(!result);
            BOOST_TEST_CONTEXT(to_string(result.error()))
            BOOST_TEST(result.error().code() == make_error_code(row.code));
            PoolGauges const gauges = f.client->pool_gauges();
            BOOST_TEST(gauges.busy + gauges.connecting + gauges.waiting == 0U);
            BOOST_TEST(f.server.requests().size() == 1U);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_bad_body_names_the_place) {
    std::string const body = R"({"id":"org_1","created_at":"yesterday"})";
    Fixture f{test::always(test::http_response(200, body))};
    auto const result = f.get();
    BOOST_REQUIRE(!result);
    BOOST_TEST(result.error().field() == "$.created_at");
    BOOST_TEST(result.error() == condition::decode);
}

BOOST_AUTO_TEST_CASE(an_html_error_page_keeps_status_headers_and_a_piece_of_it) {
    std::string const page = "<html>" + std::string(200'000, 'x');
    Fixture f{send_raw("HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\ncf-ray: ray-1\r\nContent-Length: " +
                       std::to_string(page.size()) + "\r\n\r\n" + page)};
    Error const error = f.get().error();
    BOOST_TEST(error.status() == 502);
    BOOST_TEST(error.headers()["CF-Ray"] == "ray-1");
    BOOST_TEST(error.trace_id() == "ray-1");
    BOOST_TEST(error.raw_body().starts_with("<html>xxx"));
    BOOST_TEST(error.raw_body().size() == 65536U);
}

BOOST_AUTO_TEST_CASE(bytes_after_an_answer_never_reach_the_next_call) {
    Fixture f{[](Session& session) {
        while (!session.read_request().empty()) {
            session.write(test::organization_response() +
                          (session.number() == 0 ? test::http_response(200, R"({"id":"smuggled"})") : ""));
        }
    }};
    BOOST_TEST(f.get()->id == "org_1");
    BOOST_TEST(f.client->pool_gauges().idle == 0U);
    BOOST_TEST(f.get()->id == "org_1");
    BOOST_TEST(f.server.connections() == 2U);
}

BOOST_AUTO_TEST_CASE(bytes_while_idle_never_reach_the_next_call) {
    Fixture f{[](Session& session) {
        session.read_request();
        session.write(test::organization_response());
        if (session.number() == 0) session.write(test::http_response(200, R"({"id":"smuggled"})"));
        while (!session.read_request().empty()) session.write(test::organization_response());
    }};
    BOOST_TEST(f.get()->id == "org_1");
    f.pause(100ms);
    BOOST_TEST(f.get()->id == "org_1");
    BOOST_TEST(f.server.connections() == 2U);
}

BOOST_AUTO_TEST_CASE(a_connection_closed_while_idle_is_replaced) {
    for (bool const create : {false, true}) {
        for (auto const wait : {0ms, 100ms}) {
            Fixture f{[](Session& session) {
                session.read_request();
                session.write(test::organization_response());
                session.close();
            }};
            BOOST_TEST(f.get().has_value());
            f.pause(wait == 0ms && create ? 100ms : wait);  // for a create the close must have arrived
            auto const result = create ? f.create() : f.get();
            BOOST_TEST_CONTEXT((result ? std::string{} : to_string(result.error()))) BOOST_TEST(result.has_value());
            BOOST_TEST(f.server.connections() == 2U);
            BOOST_TEST(f.server.requests().size() == 2U);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_create_is_not_sent_twice_when_its_connection_dies) {
    Fixture f{[](Session& session) {
                  session.read_request();
                  session.write(test::organization_response());
                  session.read_request();
                  session.cut();
              },
              [](Config& config) { config.retry.max_attempts = 3; }};
    BOOST_TEST(f.get().has_value());
    auto const result = f.create();
    BOOST_TEST(result.error() == errc::connection_closed);
    BOOST_TEST(result.error().stop_reason() == StopReason::not_idempotent);
    BOOST_TEST(f.server.requests().size() == 2U);
    // A GET in the same situation is sent again.
    BOOST_TEST(f.get().has_value());
    BOOST_TEST(f.get().has_value());
    BOOST_TEST(f.server.requests().size() == 5U);
}

BOOST_AUTO_TEST_CASE(a_silent_server_meets_the_deadline) {
    std::vector<std::string> const answers{"", "HTTP/1.1 200", std::string{head_200} + "Content-Length: 100\r\n\r\n{"};
    for (std::string const& begun : answers) {
        Fixture f{send_raw(begun, End::stall)};
        auto const begin = std::chrono::steady_clock::now();
        Error const error = f.get({.timeout = 150ms}).error();
        auto const took = std::chrono::steady_clock::now() - begin;
        BOOST_TEST(error == errc::deadline_exceeded);
        BOOST_TEST((took >= 140ms && took < 1500ms));
        BOOST_TEST(f.client->pool_gauges().busy == 0U);
    }
}

BOOST_AUTO_TEST_CASE(a_dripping_server_meets_the_deadline) {
    Fixture f{[](Session& session) {
        session.read_request();
        session.write(std::string{head_200} + "Content-Length: 1000000\r\n\r\n{\"id\":\"");
        boost::asio::io_context io;
        while (session.write("x")) {
            boost::asio::steady_timer timer{io, 20ms};
            timer.wait();
        }
    }};
    BOOST_TEST(f.get({.timeout = 200ms}).error() == errc::deadline_exceeded);
}

BOOST_AUTO_TEST_CASE(an_early_answer_to_an_upload_is_read) {
    // The server answers 413 to the head and closes without reading the rest.
    Fixture f{[](Session& session) {
        session.read_request();
        session.write(
            test::http_response(413, R"({"errors":[{"code":"image_too_large","message":"Image too large"}]})"));
        session.close();
    }};
    UploadOrganizationLogoRequest request{};
    request.file = LogoFile::from_memory(std::string{"\x89PNG\r\n\x1a\n"} + std::string(1000, 'x'), "a.png");
    auto const result = test::run(f.io, f.api->upload_organization_logo("org_1", request));
    BOOST_TEST(result.error().status() == 413);
}

BOOST_AUTO_TEST_CASE(a_file_that_shrinks_during_its_upload_ends_the_call_at_once) {
    auto const path =
        std::filesystem::temp_directory_path() / ("clerk_shrinking_" + std::to_string(std::random_device{}()));
    std::ofstream{path, std::ios::binary} << "\x89PNG\r\n\x1a\n" << std::string(9'900'000, 'x');
    Fixture f{[&path](Session& session) {
        std::filesystem::resize_file(path, 10);
        session.stall();  // reads all bytes and waits for the rest, like a server
    }};
    UploadOrganizationLogoRequest request{};
    request.file = LogoFile::from_path(path);
    auto const begin = std::chrono::steady_clock::now();
    auto const result = test::run(f.io, f.api->upload_organization_logo("org_1", request, {.timeout = 5s}));
    BOOST_TEST(result.error() == errc::file_unreadable);
    BOOST_TEST((std::chrono::steady_clock::now() - begin < 3s));
    BOOST_TEST(f.client->pool_gauges().idle == 0U);
    std::filesystem::remove(path);
}

BOOST_AUTO_TEST_CASE(http_info_carries_all_headers) {
    Fixture f{test::always(test::organization_response("X-One: 1\r\nX-Two: a\r\nX-Two: b\r\ncf-ray: r\r\n"))};
    auto const info = test::run(f.io, f.api->get_organization_with_http_info("org_1"));
    BOOST_REQUIRE(info.has_value());
    BOOST_TEST(info->status == 200);
    BOOST_TEST(info->data.id == "org_1");
    BOOST_TEST(info->headers["cf-ray"] == "r");
    BOOST_TEST(info->headers["x-one"] == "1");
    BOOST_TEST(info->headers.size() == 6U);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
