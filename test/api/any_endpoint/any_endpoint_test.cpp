// Client::request() over TLS.
#include <clerk.hpp>

#include "support/emulator_client.hpp"
#include "support/wire_server.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <type_traits>

namespace clerk {
BOOST_AUTO_TEST_SUITE(any_endpoint)

namespace {

using test::EmulatorClient;
using test::WireServer;

template <class C>
concept takes_temporaries = requires(C client) { client.request(ApiRequest{}); };
static_assert(takes_temporaries<Client> == !CLERK_REFUSES_TEMPORARY_REQUESTS);
static_assert(std::is_trivially_destructible_v<OperationName>);
static_assert(!std::is_constructible_v<OperationName, std::string>);

struct Wire {
    explicit Wire(WireServer::Handler handler) : server{std::move(handler)} {}

    Result<Response<std::string>> send(ApiRequest const& request, CallOptions options = {}) {
        Config config = server.config();
        if (change) change(config);
        Client const client{io.get_executor(), config};
        return test::run(io, client.request(request, options));
    }

    WireServer server;
    boost::asio::io_context io{};
    std::function<void(Config&)> change{};
};

struct LastCall final : Observer {
    void on_call(CallRecord const& call) noexcept override { operation = call.operation; }
    std::string operation{};
};

BOOST_AUTO_TEST_CASE(a_request_on_the_wire_and_its_answer_byte_for_byte) {
    std::string const answer = "{ \"n\":1e400, \"n\": 12345678901234567890,\n \"a\":\"\\u0041\"}";
    Wire wire{test::always(test::http_response(200, answer, "X-Odd: yes\r\n"))};
    ApiRequest request{};
    request.method = "POST";
    request.path = "/organizations/org_1/domains";
    request.query = {{"a", "b c"}};
    request.body = R"({"name": "example.com"})";
    auto const result = wire.send(request);
    BOOST_TEST_REQUIRE(result.has_value());
    BOOST_TEST(result->data == answer);
    BOOST_TEST(result->status == 200);
    BOOST_TEST(result->headers["x-odd"] == "yes");
    std::string const sent = wire.server.requests().at(0);
    BOOST_TEST(sent.starts_with("POST /v1/organizations/org_1/domains?a=b%20c HTTP/1.1\r\nHost: "));
    BOOST_TEST(
        sent.ends_with("\r\nContent-Type: application/json\r\nContent-Length: 23\r\n\r\n{\"name\": \"example.com\"}"));
}

BOOST_AUTO_TEST_CASE(nothing_is_sent_of_what_is_refused) {
    Wire wire{test::always(test::http_response(200, "{}"))};
    ApiRequest request{};
    request.path = "/a/../b";
    auto const result = wire.send(request);
    BOOST_TEST((result.error() == errc::invalid_argument));
    BOOST_TEST(result.error().field() == "path");
    BOOST_TEST(wire.server.connections() == 0U);
}

BOOST_AUTO_TEST_CASE(an_answer_is_bounded_and_has_to_be_json) {
    Wire large{test::always(test::http_response(200, '"' + std::string(2000, 'x') + '"'))};
    large.change = [](Config& config) { config.limits.max_response_body_bytes = 1024; };
    ApiRequest request{};
    request.path = "/a";
    BOOST_TEST((large.send(request).error() == errc::response_body_too_large));
    Wire html{test::always("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi")};
    BOOST_TEST((html.send(request).error() == errc::unexpected_content));
}

BOOST_AUTO_TEST_CASE(an_answer_without_a_body_is_empty) {
    Wire wire{test::always("HTTP/1.1 204 No Content\r\nX-Odd: yes\r\n\r\n")};
    ApiRequest request{};
    request.method = "PATCH";
    request.path = "/instance";
    request.body = R"({"test_mode":true})";
    auto const result = wire.send(request);
    BOOST_TEST_REQUIRE(result.has_value());
    BOOST_TEST(result->data == "");
    BOOST_TEST(result->status == 204);
    BOOST_TEST(result->headers["x-odd"] == "yes");
}

BOOST_AUTO_TEST_CASE(only_what_may_be_sent_twice_is_tried_again) {
    Wire wire{test::always(test::http_response(503, R"({"errors":[{"code":"service_unavailable"}]})"))};
    wire.change = [](Config& config) {
        config.retry.max_attempts = 2;
        config.retry.initial_backoff = {};
    };
    ApiRequest request{};
    request.path = "/a";
    request.method = "POST";
    auto const once = wire.send(request);
    BOOST_TEST(once.error().attempts() == 1);
    BOOST_TEST((once.error().stop_reason() == StopReason::not_idempotent));
    BOOST_TEST(once.error().may_have_taken_effect());
    request.idempotent = true;
    BOOST_TEST(wire.send(request).error().attempts() == 2);
    request.method = "DELETE";
    request.idempotent = {};
    BOOST_TEST(wire.send(request).error().attempts() == 2);
    request.idempotent = false;
    BOOST_TEST(wire.send(request).error().attempts() == 1);
}

BOOST_AUTO_TEST_CASE(errors_and_records_have_the_name_of_the_caller) {
    auto const observer = std::make_shared<LastCall>();
    EmulatorClient f{{}, [&](Config& config) { config.observer = observer; }};
    ApiRequest request{};
    request.path = "/organizations/org_none";
    Error const unnamed = f.run(f.client->request(request)).error();
    BOOST_TEST((unnamed == condition::not_found));
    BOOST_TEST(unnamed.operation() == "request");
    request.operation = "look_up";
    Error const named = f.run(f.client->request(request)).error();
    BOOST_TEST(named.operation() == "look_up");
    BOOST_TEST(observer->operation == "look_up");
    BOOST_TEST(named.errors().front().code == "resource_not_found");
}

BOOST_AUTO_TEST_CASE(it_is_the_same_client) {
    EmulatorClient f{{.organizations = 3}};
    ApiRequest request{};
    request.path = "/organizations";
    request.query = {{"limit", "2"}};
    auto const calls = [&]() -> awaitable<int> {
        int right = 0;
        auto const text = co_await f.client->request(request, {.timeout = std::chrono::seconds{10}});
        auto const typed = co_await f.api->list_organizations();
        right += text && text->data.starts_with(R"({"data":[{"object":"organization")") &&
                 text->data.ends_with(R"("total_count":3})");
        right += typed && typed->total_count == 3;
        auto const late = co_await f.client->request(request, {.timeout = std::chrono::milliseconds{0}});
        right += late.error() == errc::deadline_exceeded;
        co_await f.client->close();
        right += (co_await f.client->request(request)).error() == errc::client_closed;
        co_return right;
    };
    BOOST_TEST(f.run(calls()) == 4);
    BOOST_TEST(f.emulator.connections() == 1U);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
