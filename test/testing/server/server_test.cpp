// The emulator over TLS, with a client that does not use the library.
#include "support/printing.hpp"
#include "testing/images.hpp"
#include "testing/raw_client.hpp"

#include <clerk/testing/emulator.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

using namespace clerk::testing;

BOOST_AUTO_TEST_SUITE(server)

namespace {

std::string const form_type = "Content-Type: multipart/form-data; boundary=B\r\n";

std::string form(std::string const& file) {
    return "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"logo.png\"\r\nContent-Type: "
           "image/png\r\n\r\n" +
           file + "\r\n--B--\r\n";
}

std::string created_id(Connection& connection) {
    std::string const body =
        connection.exchange(request("POST", "/v1/organizations", R"({"name":"Acme"})", json_type)).body();
    return body.substr(body.find("org_"), 31);
}

}  // namespace

BOOST_AUTO_TEST_CASE(answers_over_one_connection) {
    Emulator emulator{};
    BOOST_TEST(emulator.base_url() == "https://127.0.0.1:" + std::to_string(emulator.port()) + "/v1");
    BOOST_TEST(emulator.secret_key() == "sk_test_emulator");
    Connection connection{emulator};
    std::string const id = created_id(connection);
    for (int i = 0; i != 10; ++i) {
        Response const response = connection.exchange(request("GET", "/v1/organizations/" + id));
        BOOST_TEST(response.result_int() == 200U);
        BOOST_TEST(response[http::field::content_type] == "application/json");
        BOOST_TEST(response["Clerk-Trace-Id"].size() == 32U);
        BOOST_TEST(!response["cf-ray"].empty());
        BOOST_TEST(response[http::field::date].size() == 29U);
        BOOST_TEST(response.has_content_length());
        BOOST_TEST(response.body().find(id) != std::string::npos);
    }
    Response const refused = connection.exchange(request("GET", "/v1/organizations/org_none"));
    BOOST_TEST(refused.result_int() == 404U);
    BOOST_TEST(refused.body().find("\"clerk_trace_id\":\"" + std::string{refused["Clerk-Trace-Id"]} + '"') !=
               std::string::npos);
    BOOST_TEST(emulator.connections() == 1U);
    BOOST_TEST(emulator.requests() == 12U);
    BOOST_TEST(emulator.organizations() == 1U);
    BOOST_TEST(SSL_version(connection.tls()) == TLS1_3_VERSION);
}

BOOST_AUTO_TEST_CASE(keeps_pipelined_requests_in_order) {
    EmulatorOptions options{};
    options.organizations = 50;
    Emulator emulator{options};
    Connection connection{emulator};
    std::string all{};
    for (int i = 1; i <= 50; ++i) all += request("GET", "/v1/organizations?limit=" + std::to_string(i));
    // In pieces that do not match the boundaries of requests.
    for (std::size_t at = 0; at < all.size(); at += 777) connection.send(all.substr(at, 777));
    std::size_t last = 0;
    for (int i = 1; i <= 50; ++i) {
        Response const response = connection.receive();
        BOOST_TEST(response.result_int() == 200U);
        BOOST_TEST(response.body().size() > last);
        last = response.body().size();
    }
}

BOOST_AUTO_TEST_CASE(takes_chunked_bodies_and_bodies_byte_by_byte) {
    Emulator emulator{};
    Connection connection{emulator};
    Response const chunked =
        connection.exchange(request("POST", "/v1/organizations", "", json_type + "Transfer-Encoding: chunked\r\n") +
                            "7\r\n{\"name\"\r\n8;x=y\r\n:\"Acme\"}\r\n0\r\nAuthorization: Bearer other\r\n\r\n");
    BOOST_TEST(chunked.result_int() == 200U, chunked.body());
    for (char const c : request("POST", "/v1/organizations", R"({"name":"Slow"})", json_type))
        connection.send(std::string(1, c));
    BOOST_TEST(connection.receive().result_int() == 200U);
}

BOOST_AUTO_TEST_CASE(invites_bodies_that_wait_for_it) {
    Emulator emulator{};
    Connection connection{emulator};
    std::string const id = created_id(connection);
    std::string const body = form(clerk::testing::tiny_png() + std::string(9'000'000, 'x'));
    std::string const whole =
        request("PUT", "/v1/organizations/" + id + "/logo", body, form_type + "Expect: 100-continue\r\n");
    Response const invitation = connection.exchange(whole.substr(0, whole.size() - body.size()));
    BOOST_TEST(invitation.result_int() == 100U);
    Response const done = connection.exchange(body);
    BOOST_TEST(done.result_int() == 200U, done.body());
    BOOST_TEST(done.body().find("logo_url") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(refuses_large_bodies_before_they_come) {
    Emulator emulator{};
    std::string id{};
    {
        Connection connection{emulator};
        id = created_id(connection);
        Response const response =
            connection.exchange(request("PUT", "/v1/organizations/" + id + "/logo", "",
                                        form_type + "Content-Length: 99999999999\r\nExpect: 100-continue\r\n"));
        BOOST_TEST(response.result_int() == 413U);
        BOOST_TEST(response.body().find("image_too_large") != std::string::npos);
        BOOST_TEST(response[http::field::connection] == "close");
        BOOST_TEST(connection.closed());
    }
    Connection posting{emulator};
    Response const response =
        posting.exchange(request("POST", "/v1/organizations", "", json_type + "Content-Length: 12582913\r\n"));
    BOOST_TEST(response.result_int() == 413U);
    BOOST_TEST(response.body().find("request_body_too_large") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(answers_a_client_that_sends_all_of_a_large_body_first) {
    Emulator emulator{};
    Connection connection{emulator};
    std::string const id = created_id(connection);
    std::string const body = form(clerk::testing::tiny_png() + std::string(20'000'000, 'x'));
    Response const response = connection.exchange(request("PUT", "/v1/organizations/" + id + "/logo", body, form_type));
    BOOST_TEST(response.result_int() == 413U);

    Connection chunking{emulator};
    std::string chunked = request("POST", "/v1/organizations", "", json_type + "Transfer-Encoding: chunked\r\n");
    for (int i = 0; i != 13; ++i) chunked += "100000\r\n" + std::string(0x100000, ' ') + "\r\n";
    BOOST_TEST(chunking.exchange(chunked).result_int() == 413U);

    // One chunk states its size at the beginning.
    Connection announcing{emulator};
    BOOST_TEST(announcing
                   .exchange(request("POST", "/v1/organizations", "", json_type + "Transfer-Encoding: chunked\r\n") +
                             "ffffffff\r\n")
                   .result_int() == 413U);
}

BOOST_AUTO_TEST_CASE(refuses_malformed_http_and_closes) {
    Emulator emulator{};
    for (std::string const& text :
         {std::string{"nonsense\r\n\r\n"}, std::string{"GET / HTTP/9.9\r\n\r\n"},
          std::string{"GET /v1/organizations HTTP/1.1\r\n\r\n"}, std::string{"GET / HTTP/1.1\r\nHost: a b\r\n\r\n"},
          std::string{"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"},
          std::string{"GET / HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n"},
          std::string{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"},
          std::string{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n"}}) {
        Connection connection{emulator};
        Response const response = connection.exchange(text);
        BOOST_TEST(response.result_int() == 400U, text);
        BOOST_TEST(response[http::field::content_type] == "application/json");
        BOOST_TEST(connection.closed_cleanly());
    }
    Connection connection{emulator};
    Response const response =
        connection.exchange("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n");
    BOOST_TEST(response.result_int() == 431U);
}

// Otherwise the bytes after the head could be read as a request, or as another body.
BOOST_AUTO_TEST_CASE(answers_once_when_the_end_of_a_body_is_in_doubt) {
    Emulator emulator{};
    std::string const chunks = "d\r\n{\"name\":\"Ac\"}\r\n0\r\n\r\n";
    for (char const* const framing :
         {"Transfer-Encoding: gzip\r\n", "Transfer-Encoding: xchunked\r\n", "Transfer-Encoding: chunked, gzip\r\n",
          "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: chunked\r\nContent-Length: 13\r\n",
          "Content-Length: 13\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 13\r\nContent-Length: 14\r\n",
          "Host: other\r\n"}) {
        Connection connection{emulator};
        std::string const text = request("POST", "/v1/organizations", "", json_type + framing) + chunks +
                                 request("GET", "/v1/organizations");
        BOOST_TEST(connection.exchange(text).result_int() == 400U, framing);
        BOOST_TEST(connection.closed_cleanly(), framing);
    }
    Connection old{emulator};
    BOOST_TEST(
        old.exchange("POST /v1/organizations HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks).result_int() ==
        400U);
    BOOST_TEST(emulator.organizations() == 0U);
    BOOST_TEST(emulator.requests() == 10U);
}

BOOST_AUTO_TEST_CASE(takes_requests_as_proxies_and_old_clients_send_them) {
    Emulator emulator{};
    Connection connection{emulator};
    BOOST_TEST(connection.exchange(request("GET", "HTTPS://127.0.0.1/v1/organizations?limit=1")).result_int() == 200U);
    BOOST_TEST(connection.exchange("\r\n\r\n" + request("GET", "/v1/organizations")).result_int() == 200U);
    connection.send("\r");
    connection.send("\n");
    BOOST_TEST(connection.exchange(request("GET", "/v1/organizations")).result_int() == 200U);
    BOOST_TEST(emulator.requests() == 3U);
}

BOOST_AUTO_TEST_CASE(gives_a_slug_to_one_of_many) {
    EmulatorOptions options{};
    options.threads = 2;
    Emulator emulator{options};
    constexpr int rounds = 20;
    std::atomic<int> won{};
    std::atomic<int> refused{};
    std::vector<std::thread> threads{};
    for (int n = 0; n != 6; ++n) {
        threads.emplace_back([&] {
            Connection connection{emulator};
            for (int i = 0; i != rounds; ++i) {
                std::string const body = R"({"name":"A","slug":"wanted-)" + std::to_string(i) + "\"}";
                unsigned const status =
                    connection.exchange(request("POST", "/v1/organizations", body, json_type)).result_int();
                if (status == 200) ++won;
                if (status == 422) ++refused;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(won.load() == rounds);
    BOOST_TEST(refused.load() == 5 * rounds);
    BOOST_TEST(emulator.organizations() == static_cast<std::size_t>(rounds));
}

BOOST_AUTO_TEST_CASE(closes_when_asked) {
    Emulator emulator{};
    Connection connection{emulator};
    Response const response = connection.exchange(request("GET", "/v1/organizations", "", "Connection: close\r\n"));
    BOOST_TEST(response[http::field::connection] == "close");
    BOOST_TEST(connection.closed());
    Connection old{emulator};
    BOOST_TEST(old.exchange("GET /v1/organizations HTTP/1.0\r\n\r\n").result_int() == 401U);
    BOOST_TEST(old.closed());
}

BOOST_AUTO_TEST_CASE(says_how_long_to_wait) {
    EmulatorOptions options{};
    options.rate_limit = clerk::testing::RateLimit::development;
    Emulator emulator{options};
    Connection connection{emulator};
    for (int i = 0; i != 100; ++i)
        BOOST_TEST(connection.exchange(request("GET", "/v1/organizations")).result_int() == 200U);
    Response const response = connection.exchange(request("GET", "/v1/organizations"));
    BOOST_TEST(response.result_int() == 429U);
    int const seconds = std::stoi(std::string{response[http::field::retry_after]});
    BOOST_TEST(seconds >= 1);
    BOOST_TEST(seconds <= 10);
}

BOOST_AUTO_TEST_CASE(waits_before_every_answer) {
    EmulatorOptions options{};
    options.latency = 60ms;
    Emulator emulator{options};
    Connection connection{emulator};
    auto const begin = std::chrono::steady_clock::now();
    for (int i = 0; i != 3; ++i) connection.exchange(request("GET", "/v1/organizations"));
    BOOST_TEST(std::chrono::steady_clock::now() - begin >= 180ms);
}

BOOST_AUTO_TEST_CASE(is_not_trusted_without_its_authority) {
    Emulator emulator{};
    Emulator const other{};
    BOOST_CHECK_THROW((Connection{emulator, other.ca_pem()}), boost::system::system_error);
    BOOST_CHECK_NO_THROW(Connection{emulator});
}

BOOST_AUTO_TEST_CASE(writes_its_authority_to_a_file) {
    Emulator const emulator{};
    auto const path =
        std::filesystem::temp_directory_path() / ("clerk-emulator-" + std::to_string(emulator.port()) + ".pem");
    emulator.write_ca_file(path);
    std::ifstream file{path, std::ios::binary};
    BOOST_TEST((std::string{std::istreambuf_iterator<char>{file}, {}} == emulator.ca_pem()));
    file.close();
    std::filesystem::remove(path);
    BOOST_CHECK_THROW(emulator.write_ca_file(path / "none" / "ca.pem"), std::system_error);
}

BOOST_AUTO_TEST_CASE(refuses_bad_options) {
    EmulatorOptions no_threads{};
    no_threads.threads = 0;
    BOOST_CHECK_THROW(Emulator{no_threads}, std::invalid_argument);
    EmulatorOptions negative{};
    negative.latency = -1ms;
    BOOST_CHECK_THROW(Emulator{negative}, std::invalid_argument);
    EmulatorOptions spaced{};
    spaced.secret_key = "sk test";
    BOOST_CHECK_THROW(Emulator{spaced}, std::invalid_argument);
    Emulator const first{};
    EmulatorOptions taken{};
    taken.port = first.port();
    BOOST_CHECK_EXCEPTION(Emulator{taken}, std::system_error,
                          [](std::system_error const& problem) { return problem.code() == std::errc::address_in_use; });
}

BOOST_AUTO_TEST_CASE(stops_with_connections_in_every_state) {
    for (int round = 0; round != 5; ++round) {
        EmulatorOptions options{};
        options.threads = 3;
        options.latency = round % 2 == 0 ? 0ms : 10s;
        auto emulator = std::make_unique<Emulator>(options);
        Connection idle{*emulator};
        Connection halfway{*emulator};
        halfway.send("GET /v1/organi");
        Connection waiting{*emulator};
        waiting.send(request("GET", "/v1/organizations"));
        asio::io_context io{};
        tcp::socket silent{io};  // sends no handshake
        silent.connect(tcp::endpoint{asio::ip::address_v4::loopback(), emulator->port()});
        if (round % 3 == 0) emulator->stop();
        if (round % 3 == 1) {
            std::thread other{[&] { emulator->stop(); }};
            emulator->stop();
            other.join();
        }
        std::uint16_t const port = emulator->port();
        emulator.reset();
        BOOST_TEST(idle.closed());
        tcp::socket late{io};
        error_code error{};
        late.connect(tcp::endpoint{asio::ip::address_v4::loopback(), port}, error);
        BOOST_TEST(error.failed());
    }
}

BOOST_AUTO_TEST_CASE(serves_many_at_once) {
    EmulatorOptions options{};
    options.threads = 2;
    options.organizations = 200;
    Emulator emulator{options};
    constexpr int clients = 8;
    constexpr int each = 60;
    std::atomic<int> failures{};
    std::vector<std::thread> threads{};
    for (int n = 0; n != clients; ++n) {
        threads.emplace_back([&, n] {
            Connection connection{emulator};
            for (int i = 0; i != each; ++i) {
                bool const write = i % 3 == 0;
                char const* const order = i % 2 == 0 ? "name" : "-members_count";
                Response const response = connection.exchange(
                    write ? request("POST", "/v1/organizations", R"({"name":"Made by )" + std::to_string(n) + "\"}",
                                    json_type)
                          : request("GET", std::string{"/v1/organizations?limit=50&order_by="} + order));
                if (response.result_int() != 200) ++failures;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(failures.load() == 0);
    BOOST_TEST(emulator.organizations() == 200U + clients * each / 3);
    BOOST_TEST(emulator.connections() == 8U);
    BOOST_TEST(emulator.requests() == static_cast<std::uint64_t>(clients * each));
}

BOOST_AUTO_TEST_SUITE_END()
