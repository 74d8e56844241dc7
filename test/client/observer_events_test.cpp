// The events of an observer during a call, and the headers that it may add.
#include "support/manual_time.hpp"
#include "support/scripted_client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clerk::client {
BOOST_AUTO_TEST_SUITE(observer_events)

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using namespace clerk::test;

struct Recorder final : Observer {
    void on_start(CallInfo& call) noexcept override {
        events.push_back("start " + std::string{call.method} + ' ' + std::string{call.route});
        started = call;
        if (replacement != nullptr) call.context = replacement;
    }
    void on_attempt(AttemptStart& attempt) noexcept override {
        events.push_back("attempt " + std::to_string(attempt.number()));
        contexts.push_back(attempt.call().context);
        if (header.empty()) return;
        added.push_back(attempt.add_header(header, value + std::to_string(attempt.number())));
    }
    void on_call(CallRecord const& call) noexcept override {
        events.emplace_back("end");
        contexts.push_back(call.context);
        record = call;
    }

    std::string header{};
    std::string value{};
    void* replacement{};
    std::vector<std::string> events{};
    std::vector<void*> contexts{};
    std::vector<bool> added{};
    CallInfo started{};
    CallRecord record{};
};

http::Request routed() {
    http::Request request = get_request();
    request.route = "/organizations/{organization_id}";
    return request;
}

struct Fixture {
    Result<void> call(http::Request request, CallOptions limits = {}) {
        if (!core) core = make_core(io.get_executor(), script, options);
        std::optional<Result<void>> result;
        asio::co_spawn(io, perform(core, std::move(request), limits),
                       [&result](std::exception_ptr, Result<void> ended) { result = std::move(ended); });
        time.run(io);
        return result.value();
    }
    [[nodiscard]] std::string sent(std::size_t which) const { return script->requests.at(which); }

    ManualTime time{};
    asio::io_context io{};
    std::shared_ptr<Script> script{std::make_shared<Script>()};
    std::shared_ptr<Recorder> recorder{std::make_shared<Recorder>()};
    ScriptedOptions options = [this] {
        ScriptedOptions result{};
        result.core.observer = recorder;
        result.core.origin = http::parse_base_url("https://clerk.test:8443/v1").value();
        return result;
    }();
    std::shared_ptr<ClientCore> core{};
};

BOOST_FIXTURE_TEST_CASE(start_attempts_and_end_come_in_order, Fixture) {
    script->exchanges = {answer(503), answer(502)};
    BOOST_TEST(call(routed()).has_value());
    std::vector<std::string> const expected{"start GET /organizations/{organization_id}", "attempt 1", "attempt 2",
                                            "attempt 3", "end"};
    BOOST_TEST(recorder->events == expected, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(start_and_record_say_the_same_of_a_call, Fixture) {
    auto const before = std::chrono::system_clock::now();
    int own = 0;
    BOOST_TEST(call(routed(), {.max_attempts = 2, .context = &own}).has_value());
    for (CallInfo const& info : {recorder->started, static_cast<CallInfo>(recorder->record)}) {
        BOOST_TEST(info.operation == "get_organization");
        BOOST_TEST(info.method == "GET");
        BOOST_TEST(info.route == "/organizations/{organization_id}");
        BOOST_TEST(info.server_address == "clerk.test");
        BOOST_TEST(info.server_port == 8443);
        BOOST_TEST((info.start >= before && info.start <= std::chrono::system_clock::now()));
        BOOST_TEST(info.max_attempts == 2);
        BOOST_TEST(info.context == &own);
    }
}

BOOST_FIXTURE_TEST_CASE(the_context_travels_and_may_be_replaced, Fixture) {
    int own = 0;
    script->exchanges = {answer(503)};
    BOOST_TEST(call(routed(), {.context = &own}).has_value());
    BOOST_TEST(recorder->contexts == std::vector<void*>(3, &own), boost::test_tools::per_element());
    int replacement = 0;
    recorder->replacement = &replacement;
    recorder->contexts.clear();
    BOOST_TEST(call(routed(), {.context = &own}).has_value());
    BOOST_TEST(recorder->contexts == std::vector<void*>(2, &replacement), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(each_attempt_has_the_headers_that_were_added_for_it, Fixture) {
    recorder->header = "traceparent";
    recorder->value = std::string(300, 'x');
    script->exchanges = {answer(503), answer(503)};
    http::Request create = create_request();
    create.idempotency = http::Idempotency::idempotent;
    BOOST_TEST(call(std::move(create)).has_value());
    std::vector<std::string> heads;
    for (std::size_t i = 0; i < 3; ++i) {
        std::string request = sent(i);
        std::string const line = "traceparent: " + recorder->value + std::to_string(i + 1) + "\r\n";
        auto const at = request.find(line);
        BOOST_TEST_REQUIRE(at != std::string::npos);
        BOOST_TEST(request.ends_with(line + "\r\n{\"name\":\"Acme\"}"));
        BOOST_TEST(request.find("traceparent", at + 1) == std::string::npos);
        heads.push_back(request.erase(at, line.size()));
    }
    BOOST_TEST(heads[1] == heads[0]);
    BOOST_TEST(heads[2] == heads[0]);
}

BOOST_FIXTURE_TEST_CASE(a_request_that_is_sent_over_keeps_the_headers_of_its_attempt, Fixture) {
    recorder->header = "traceparent";
    BOOST_TEST(call(routed()).has_value());
    script->exchanges = {failure(errc::connection_closed)};
    BOOST_TEST(call(routed()).has_value());
    BOOST_TEST_REQUIRE(script->requests.size() == 3U);
    BOOST_TEST(sent(1) == sent(2));
    BOOST_TEST(sent(2).find("\r\ntraceparent: 1\r\n\r\n") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(what_the_request_has_or_the_client_owns_is_not_added, Fixture) {
    http::Request request = routed();
    request.headers = std::make_unique<std::string const>("traceparent: own\r\n");
    recorder->header = "Traceparent";
    BOOST_TEST(call(std::move(request)).has_value());
    recorder->header = "User-Agent";
    BOOST_TEST(call(routed()).has_value());
    recorder->header = "authorization";
    BOOST_TEST(call(routed()).has_value());
    BOOST_TEST(recorder->added == std::vector<bool>(3, false), boost::test_tools::per_element());
    BOOST_TEST(sent(0).find("\r\ntraceparent: own\r\n") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_call_without_time_has_a_start_and_an_end, Fixture) {
    BOOST_TEST(!call(routed(), {.timeout = 0ms}).has_value());
    std::vector<std::string> const expected{"start GET /organizations/{organization_id}", "end"};
    BOOST_TEST(recorder->events == expected, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_call_has_its_own_limit_of_attempts, Fixture) {
    for (auto const& [limit, made] : {std::pair{1, 1U}, std::pair{2, 2U}, std::pair{5, 5U}}) {
        script->requests.clear();
        script->exchanges.assign(6, answer(503));
        Error const error = call(routed(), {.max_attempts = limit}).error();
        BOOST_TEST(error.attempts() == limit);
        BOOST_TEST((error.stop_reason() == StopReason::attempts_exhausted));
        BOOST_TEST(script->requests.size() == made);
    }
    script->exchanges.assign(6, answer(503));
    BOOST_TEST(call(routed()).error().attempts() == 3);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::client
