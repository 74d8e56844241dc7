// Every kind of fault on the wire, and whether the request has taken effect.
#include "testing/raw_client.hpp"

#include "support/printing.hpp"

#include <clerk/testing/emulator.hpp>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace data = boost::unit_test::data;
using namespace clerk::testing;
using Ending = Connection::Ending;

BOOST_AUTO_TEST_SUITE(session)

namespace {

Emulator emulator_with(std::string faults) {
    EmulatorOptions options{};
    options.faults = std::move(faults);
    return Emulator{std::move(options)};
}

std::string create_request() { return request("POST", "/v1/organizations", R"({"name":"Acme"})", json_type); }
std::string list_request() { return request("GET", "/v1/organizations"); }

// Whether `text` is one answer from the first to the last byte.
bool is_whole(std::string_view text) {
    http::response_parser<http::string_body> parser{};
    parser.eager(true);
    error_code error{};
    std::size_t const used = parser.put(asio::buffer(text), error);
    return !error && parser.is_done() && used == text.size();
}

enum class Seen { nothing, part, all };

struct WireCase {
    std::string_view fault;
    Seen seen;
    Ending ending;
    bool effect;
};
std::ostream& operator<<(std::ostream& out, WireCase const& test) { return out << test.fault; }

WireCase const wire_cases[] = {
    {"close-before-effect", Seen::nothing, Ending::close_notify, false},
    {"cut-before-effect", Seen::nothing, Ending::truncated, false},
    {"rst-before-effect", Seen::nothing, Ending::reset, false},
    {"hang-before-effect", Seen::nothing, Ending::silence, false},
    {"close-after-effect", Seen::nothing, Ending::close_notify, true},
    {"cut-after-effect", Seen::nothing, Ending::truncated, true},
    {"rst-after-effect", Seen::nothing, Ending::reset, true},
    {"hang-after-effect", Seen::nothing, Ending::silence, true},
    {"close-mid-answer", Seen::part, Ending::close_notify, true},
    {"cut-mid-answer", Seen::part, Ending::truncated, true},
    {"rst-mid-answer", Seen::part, Ending::reset, true},
    {"hang-mid-answer", Seen::part, Ending::silence, true},
    {"truncated-tls", Seen::nothing, Ending::truncated, true},
    {"drip=0@piece=100", Seen::all, Ending::silence, true},
    {"stale", Seen::all, Ending::close_notify, true},
    {"stale-rst", Seen::all, Ending::reset, true},
    {"connection-close", Seen::all, Ending::close_notify, true},
    {"latency=1", Seen::all, Ending::silence, true},
};

struct StatusCase {
    unsigned status;
    std::string_view reason;
    std::string_view code;  // empty: a page of the CDN
};
std::ostream& operator<<(std::ostream& out, StatusCase const& test) { return out << test.status; }

StatusCase const status_cases[] = {
    {400, "Bad Request", "injected_fault"},
    {408, "Request Timeout", "request_timeout"},
    {409, "Conflict", "resource_locked"},
    {429, "Too Many Requests", "too_many_requests"},
    {500, "Internal Server Error", "internal_clerk_error"},
    {501, "Not Implemented", "injected_fault"},
    {502, "Bad Gateway", ""},
    {503, "Service Unavailable", "service_unavailable"},
    {504, "Gateway Timeout", ""},
    {519, "", "injected_fault"},
    {520, "Web Server Returned an Unknown Error", ""},
    {522, "Connection Timed Out", ""},
    {527, "Railgun Listener Error", ""},
    {528, "", "injected_fault"},
};

}  // namespace

BOOST_DATA_TEST_CASE(faults_on_the_wire, data::make(wire_cases), test) {
    Emulator const emulator = emulator_with(std::string{test.fault});
    Connection connection{emulator};
    connection.send(create_request());
    bool const quiet = test.ending == Ending::silence;
    auto const rest = connection.receive_rest(quiet ? 300ms : 5000ms);
    BOOST_TEST(rest.ending == test.ending);
    BOOST_TEST(rest.text.empty() == (test.seen == Seen::nothing));
    BOOST_TEST(is_whole(rest.text) == (test.seen == Seen::all));
    if (test.seen == Seen::part) BOOST_TEST(rest.text.starts_with("HTTP/1.1 200 OK\r\n"));
    BOOST_TEST(emulator.organizations() == (test.effect ? 1U : 0U));
    BOOST_TEST(emulator.requests() == 1U);
    BOOST_TEST(emulator.faults_injected() == 1U);
}

BOOST_DATA_TEST_CASE(statuses_before_and_after_the_effect, data::make(status_cases), test) {
    for (bool const effect : {false, true}) {
        std::string const kind = effect ? "status-after-effect=" : "status=";
        Emulator const emulator = emulator_with(kind + std::to_string(test.status) + "@count=1");
        Connection connection{emulator};
        Response const response = connection.exchange(create_request());
        BOOST_TEST(response.result_int() == test.status);
        if (!test.reason.empty()) BOOST_TEST(response.reason() == test.reason);
        BOOST_TEST(response.count("cf-ray") == 1U);
        BOOST_TEST(response.count(http::field::retry_after) == 0U);
        if (test.code.empty()) {
            BOOST_TEST(response[http::field::content_type] == "text/html; charset=UTF-8");
            BOOST_TEST(response.body().starts_with("<!DOCTYPE html>"));
            BOOST_TEST(response.count("Clerk-Trace-Id") == 0U);
        } else {
            BOOST_TEST(response[http::field::content_type] == "application/json");
            std::string const start = R"({"errors":[{"code":")" + std::string{test.code} + '"';
            BOOST_TEST(response.body().starts_with(start), response.body());
            BOOST_TEST(response.body().find(std::string{response["Clerk-Trace-Id"]}) != std::string::npos);
        }
        BOOST_TEST(emulator.organizations() == (effect ? 1U : 0U));
        // The connection can still be used.
        BOOST_TEST(connection.exchange(list_request()).result_int() == 200U);
        BOOST_TEST(emulator.connections() == 1U);
        BOOST_TEST(emulator.requests() == 2U);
    }
}

BOOST_AUTO_TEST_CASE(retry_after_goes_with_any_status) {
    for (char const* const fault :
         {"status=429@retry-after=7", "status-after-effect=502@retry-after=7", "locked@retry-after=7"}) {
        Emulator const emulator = emulator_with(fault);
        Connection connection{emulator};
        BOOST_TEST(connection.exchange(create_request())[http::field::retry_after] == "7", fault);
    }
}

BOOST_AUTO_TEST_CASE(garbage_is_no_answer) {
    Emulator const emulator = emulator_with("garbage");
    Connection connection{emulator};
    connection.send(create_request());
    auto const rest = connection.receive_rest();
    BOOST_TEST(rest.ending == Ending::close_notify);
    BOOST_TEST(!rest.text.empty());
    BOOST_TEST(!rest.text.starts_with("HTTP/"));
    BOOST_TEST(emulator.organizations() == 1U);
}

BOOST_AUTO_TEST_CASE(a_cut_record_is_there_but_for_its_end) {
    std::uint64_t whole{};
    {
        Emulator const emulator{};
        Connection connection{emulator};
        connection.exchange(create_request());  // session tickets come before it
        connection.send(list_request());
        whole = connection.receive_rest(200ms).tls_bytes;
    }
    Emulator const emulator = emulator_with("truncated-tls@after=1");
    Connection connection{emulator};
    connection.exchange(create_request());
    connection.send(list_request());
    auto const rest = connection.receive_rest();
    BOOST_TEST(rest.ending == Ending::truncated);
    BOOST_TEST(rest.text.empty());
    BOOST_TEST(rest.tls_bytes + 8 == whole);
}

BOOST_AUTO_TEST_CASE(the_size_of_a_part_can_be_chosen_but_is_never_the_whole) {
    Emulator emulator = emulator_with("cut-mid-answer=15");
    {
        Connection connection{emulator};
        connection.send(list_request());
        BOOST_TEST(connection.receive_rest().text == "HTTP/1.1 200 OK");
    }
    emulator.set_faults("cut-mid-answer=1000000");
    Connection connection{emulator};
    connection.send(list_request());
    auto const rest = connection.receive_rest();
    BOOST_TEST(rest.text.ends_with(R"("total_count":0)"), rest.text);
}

// Larger than a TLS record and than the socket's buffers.
BOOST_AUTO_TEST_CASE(a_large_answer_is_cut_in_the_middle) {
    EmulatorOptions options{};
    options.organizations = 500;
    Emulator emulator{options};
    std::string const page = request("GET", "/v1/organizations?limit=500");
    std::size_t const body = Connection{emulator}.exchange(page).body().size();
    for (char const* const fault : {"cut-mid-answer", "truncated-tls"}) {
        emulator.set_faults(fault);
        Connection connection{emulator};
        connection.send(page);
        auto const rest = connection.receive_rest();
        BOOST_TEST(rest.ending == Ending::truncated);
        BOOST_TEST((rest.text.size() > body / 3 && rest.text.size() < body), fault);
    }
    emulator.set_faults("drip=1@piece=30000");
    Connection connection{emulator};
    BOOST_TEST(connection.exchange(page).body().size() == body);
    BOOST_TEST(connection.exchange(page).body().size() == body);
}

BOOST_AUTO_TEST_CASE(a_dripped_answer_comes_in_pieces_and_the_connection_lives_on) {
    Emulator const emulator = emulator_with("drip=20@piece=40@count=1");
    Connection connection{emulator};
    connection.send(list_request());
    auto const rest = connection.receive_rest(300ms);
    BOOST_TEST(is_whole(rest.text));
    std::size_t const pieces = (rest.text.size() + 39) / 40;
    BOOST_REQUIRE(rest.times.size() >= pieces);
    BOOST_TEST(rest.times[pieces - 1] - rest.times.front() >= 20ms * (pieces - 1) - 5ms);
    BOOST_TEST(connection.exchange(list_request()).result_int() == 200U);
}

BOOST_AUTO_TEST_CASE(latency_is_waited_once_per_request) {
    Emulator emulator = emulator_with("latency=300@count=1; latency=150@count=1; status=500@count=1");
    Connection connection{emulator};
    auto const begin = std::chrono::steady_clock::now();
    BOOST_TEST(connection.exchange(list_request()).result_int() == 500U);
    auto const middle = std::chrono::steady_clock::now();
    BOOST_TEST(connection.exchange(list_request()).result_int() == 200U);
    BOOST_TEST(middle - begin >= 450ms);
    BOOST_TEST(std::chrono::steady_clock::now() - middle < 300ms);
    BOOST_TEST(emulator.faults_injected() == 3U);
}

BOOST_AUTO_TEST_CASE(a_stale_connection_says_nothing_about_its_end) {
    Emulator const emulator = emulator_with("stale=150");
    Connection connection{emulator};
    Response const response = connection.exchange(create_request());
    BOOST_TEST(response.result_int() == 200U);
    BOOST_TEST(response.keep_alive());
    BOOST_TEST(response.count(http::field::connection) == 0U);
    // A request after the end is not carried out.
    connection.send(create_request());
    auto const rest = connection.receive_rest();
    BOOST_TEST(rest.ending == Ending::close_notify);
    BOOST_TEST(rest.text.empty());
    BOOST_TEST(emulator.organizations() == 1U);
    BOOST_TEST(emulator.requests() == 1U);
}

BOOST_AUTO_TEST_CASE(connection_close_is_announced) {
    Emulator const emulator = emulator_with("connection-close");
    Connection connection{emulator};
    Response const response = connection.exchange(list_request());
    BOOST_TEST(response[http::field::connection] == "close");
    BOOST_TEST(connection.closed_cleanly());
}

// The server does not wait for the client to end TLS before it ends TCP.
BOOST_AUTO_TEST_CASE(a_closed_connection_is_closed_at_once) {
    Emulator const emulator = emulator_with("close-before-effect");
    Connection connection{emulator};
    connection.send(list_request());
    auto const begin = std::chrono::steady_clock::now();
    error_code error{};
    std::string bytes(4096, '\0');
    while (!error) connection.socket().read_some(asio::buffer(bytes), error);  // TLS records, then the end
    BOOST_TEST(error == asio::error::eof);
    BOOST_TEST(std::chrono::steady_clock::now() - begin < 1s);
}

BOOST_AUTO_TEST_CASE(connections_fail_before_tls) {
    for (std::string_view const fault : {"close-on-connect", "rst-on-connect", "hang-on-connect"}) {
        Emulator const emulator = emulator_with(std::string{fault} + "@count=1");
        asio::io_context io{};
        tcp::socket socket{io};
        socket.connect(tcp::endpoint{asio::ip::address_v4::loopback(), emulator.port()});
        bool ended = false;
        char byte{};
        socket.async_read_some(asio::buffer(&byte, 1), [&](error_code error, std::size_t) {
            ended = true;
            BOOST_TEST(error == (fault == "close-on-connect" ? error_code{asio::error::eof}
                                                             : error_code{asio::error::connection_reset}));
        });
        io.run_for(fault == "hang-on-connect" ? 300ms : 5000ms);
        BOOST_TEST(ended == (fault != "hang-on-connect"), fault);
        socket.close();
        BOOST_TEST(emulator.faults_injected() == 1U);
        BOOST_TEST(emulator.requests() == 0U);
        Connection connection{emulator};
        BOOST_TEST(connection.exchange(list_request()).result_int() == 200U);
    }
}

BOOST_AUTO_TEST_CASE(rules_can_be_for_operations) {
    Emulator const emulator = emulator_with("status=500@on=list_organizations,delete_organization_logo");
    Connection connection{emulator};
    BOOST_TEST(connection.exchange(list_request()).result_int() == 500U);
    BOOST_TEST(connection.exchange(request("GET", "/v1/organizations?limit=3")).result_int() == 500U);
    BOOST_TEST(connection.exchange(request("DELETE", "/v1/organizations/org_1/logo")).result_int() == 500U);
    BOOST_TEST(connection.exchange(request("DELETE", "/v1/organizations/org_1")).result_int() == 404U);
    BOOST_TEST(connection.exchange(request("PUT", "/v1/organizations")).result_int() == 405U);
    BOOST_TEST(connection.exchange(request("GET", "/v1/organizations/org_1")).result_int() == 404U);
    BOOST_TEST(connection.exchange(create_request()).result_int() == 200U);
    BOOST_TEST(emulator.faults_injected() == 3U);
}

BOOST_AUTO_TEST_CASE(faults_change_at_run_time) {
    Emulator emulator{};
    Connection connection{emulator};
    auto const status = [&] { return connection.exchange(list_request()).result_int(); };
    BOOST_TEST(status() == 200U);
    emulator.set_faults("status=500@after=1");
    BOOST_TEST(status() == 200U);
    BOOST_TEST(status() == 500U);
    BOOST_CHECK_EXCEPTION(emulator.set_faults("status=503; nonsense"), std::invalid_argument, [](auto const& problem) {
        return std::string_view{problem.what()}.starts_with(R"(fault 2, "nonsense": there is no fault "nonsense")");
    });
    BOOST_TEST(status() == 500U);
    emulator.set_faults("status=502@after=1");  // counts from zero
    BOOST_TEST(status() == 200U);
    BOOST_TEST(status() == 502U);
    emulator.set_faults("");
    BOOST_TEST(status() == 200U);
    BOOST_TEST(emulator.faults_injected() == 3U);
    BOOST_CHECK_THROW((void)emulator_with("latency"), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(faults_apply_to_every_client_and_need_no_key) {
    Emulator const emulator = emulator_with("status=503");
    Connection connection{emulator};
    BOOST_TEST(connection.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n").result_int() == 503U);
    // Bytes that are not HTTP are not counted.
    BOOST_TEST(connection.exchange("nonsense\r\n\r\n").result_int() == 400U);
    BOOST_TEST(emulator.faults_injected() == 1U);
}

// Hanging and dripping connections do not keep the server from stopping.
BOOST_AUTO_TEST_CASE(stops_in_the_middle_of_faults) {
    for (char const* const fault :
         {"hang-before-effect", "hang-mid-answer", "drip=1000", "latency=60000", "stale=60000", "hang-on-connect"}) {
        Emulator emulator = emulator_with(fault);
        asio::io_context io{};
        tcp::socket raw{io};
        std::optional<Connection> connection{};
        if (std::string_view{fault} == "hang-on-connect") {
            raw.connect(tcp::endpoint{asio::ip::address_v4::loopback(), emulator.port()});
        } else {
            connection.emplace(emulator);
            connection->send(list_request());
        }
        std::this_thread::sleep_for(20ms);
        auto const begin = std::chrono::steady_clock::now();
        emulator.stop();
        BOOST_TEST(std::chrono::steady_clock::now() - begin < 1s, fault);
    }
}

// The same rules affect the same number of requests, independent of the threads.
BOOST_AUTO_TEST_CASE(several_threads_share_one_plan) {
    EmulatorOptions options{};
    options.threads = 2;
    options.faults = "status=500@every=5; locked@p=0.25; seed=11";
    std::uint64_t struck[2]{};
    for (std::uint64_t& count : struck) {
        Emulator emulator{options};
        std::vector<std::thread> threads{};
        for (int client = 0; client != 4; ++client) {
            threads.emplace_back([&] {
                Connection connection{emulator};
                for (int i = 0; i != 100; ++i) connection.exchange(list_request());
            });
        }
        for (std::thread& thread : threads) thread.join();
        count = emulator.faults_injected();
    }
    BOOST_TEST(struck[0] == struck[1]);
    BOOST_TEST((struck[0] > 80U + 40U && struck[0] < 80U + 120U), struck[0]);
}

BOOST_AUTO_TEST_SUITE_END()
