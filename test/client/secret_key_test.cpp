// The key is replaced while calls run: each uses one key from its beginning to its end.
#include "support/manual_time.hpp"
#include "support/printing.hpp"
#include "support/scripted_client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace clerk::client {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using namespace clerk::test;

constexpr std::string_view first_key = "sk_test_very_secret_key";  // of make_core()
constexpr std::string_view second_key = "sk_live_another_key_of_another_length";

std::string key_of(std::string_view request) {
    constexpr std::string_view before = "\r\nAuthorization: Bearer ";
    std::size_t const begin = request.find(before) + before.size();
    return std::string{request.substr(begin, request.find("\r\n", begin) - begin)};
}

struct Fixture {
    std::optional<Result<void>>& start(http::Request request) {
        if (!core) core = make_core(io.get_executor(), script, options);
        auto& result = results.emplace_back();
        asio::co_spawn(io, perform(core, std::move(request)),
                       [&result](std::exception_ptr, Result<void> ended) { result = std::move(ended); });
        return result;
    }
    Error fail(std::string const& body) {
        ScriptedExchange refusal = answer(401);
        refusal.body = body;
        script->exchanges = {refusal};
        auto const& ended = start(get_request());
        time.run(io);
        return ended.value().error();
    }
    void replace(std::string_view key) { BOOST_TEST(core->set_secret_key(Secret{key}).has_value()); }

    ManualTime time{};
    asio::io_context io{};
    std::shared_ptr<Script> script{std::make_shared<Script>()};
    ScriptedOptions options{};
    std::shared_ptr<ClientCore> core{};
    std::deque<std::optional<Result<void>>> results{};
};

BOOST_FIXTURE_TEST_SUITE(secret_key, Fixture)

BOOST_AUTO_TEST_CASE(a_call_keeps_its_key_and_later_ones_have_the_new) {
    ScriptedExchange slow = answer(503);
    slow.takes = 20ms;
    script->exchanges = {slow};
    start(get_request());
    time.pass(io, 10ms);
    replace(second_key);
    start(get_request());
    time.run(io);
    BOOST_TEST_REQUIRE(script->requests.size() == 3U);
    std::map<std::string, int> sent;
    for (std::string const& request : script->requests) ++sent[key_of(request)];
    BOOST_TEST(sent[std::string{first_key}] == 2);
    BOOST_TEST(sent[std::string{second_key}] == 1);
    for (auto const& result : results) BOOST_TEST(result.value().has_value());
}

BOOST_AUTO_TEST_CASE(errors_hold_neither_the_old_key_nor_the_new) {
    for (std::string_view const key : {second_key, first_key}) {
        start(get_request());
        time.run(io);
        replace(key);
        Error const error = fail(std::string{first_key} + " or " + std::string{second_key} + " is wrong");
        BOOST_TEST(error.raw_body() == "[redacted] or [redacted] is wrong");
    }
}

BOOST_AUTO_TEST_CASE(a_call_that_has_outlived_two_keys_tells_none) {
    ScriptedExchange refusal = answer(401);
    refusal.takes = 20ms;
    refusal.body = std::string{first_key} + ' ' + std::string{second_key} + " sk_test_the_third_key";
    script->exchanges = {refusal};
    auto const& ended = start(get_request());
    time.pass(io, 10ms);
    replace(second_key);
    replace("sk_test_the_third_key");
    time.run(io);
    BOOST_TEST(ended.value().error().raw_body() == "[redacted] [redacted] [redacted]");
}

BOOST_AUTO_TEST_CASE(a_key_that_begins_with_another_is_removed_completely) {
    std::string const longer = std::string{first_key} + "_and_more";
    start(get_request());
    time.run(io);
    replace(longer);
    replace(first_key);
    BOOST_TEST(fail(longer + " is wrong").raw_body() == "[redacted] is wrong");
}

BOOST_AUTO_TEST_CASE(an_unusable_key_is_refused_and_changes_nothing) {
    start(get_request());
    time.run(io);
    for (std::string const& key : {std::string{}, std::string{"sk_test_a\r\nX: y"}, std::string(1025, 'k')}) {
        auto const refused = core->set_secret_key(Secret{key});
        BOOST_TEST_REQUIRE(!refused);
        BOOST_TEST(refused.error() == errc::invalid_argument);
        BOOST_TEST(refused.error().field() == "secret_key");
    }
    start(get_request());
    time.run(io);
    BOOST_TEST(key_of(script->requests.back()) == first_key);
}

BOOST_AUTO_TEST_CASE(the_limit_is_that_of_the_keys_kind_and_what_was_counted_counts) {
    options.rate_limit.mode = RateLimiting::on;
    options.core.rate_limit = options.rate_limit;
    start(get_request());
    time.run(io);
    BOOST_TEST(core->limiter().gauges().limit == 100U);
    BOOST_TEST(core->limiter().gauges().used == 1U);
    replace("sk_test_of_the_same_kind");
    BOOST_TEST(core->limiter().gauges().limit == 100U);
    BOOST_TEST(core->limiter().gauges().used == 1U);
    replace(second_key);
    BOOST_TEST(core->limiter().gauges().limit == 1000U);
    BOOST_TEST(core->limiter().gauges().used == 1U);
    replace(first_key);
    BOOST_TEST(core->limiter().gauges().limit == 100U);
}

BOOST_AUTO_TEST_CASE(a_larger_limit_admits_waiting_requests) {
    options.rate_limit.mode = RateLimiting::on;
    options.core.rate_limit = options.rate_limit;
    for (int i = 0; i < 150; ++i) start(get_request());
    time.pass(io, 1s);
    BOOST_TEST(script->requests.size() == 100U);
    replace(second_key);
    time.pass(io, 1s);
    BOOST_TEST(script->requests.size() == 150U);
    BOOST_TEST(core->limiter().gauges().used == 150U);
    time.run(io);
}

BOOST_AUTO_TEST_CASE(connections_and_the_budget_stay) {
    options.core.retry.max_attempts = 2;
    script->exchanges = {answer(503)};
    start(get_request());
    time.run(io);
    auto const spent = core->budget().gauges().spent;
    BOOST_TEST(spent == 1U);
    replace(second_key);
    start(get_request());
    time.run(io);
    BOOST_TEST(script->opened.load() == 1);
    BOOST_TEST(core->budget().gauges().spent == spent);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(secret_key_under_load)

// Keys of several lengths, replaced as fast as possible while threads make calls.
BOOST_AUTO_TEST_CASE(no_call_uses_a_torn_key) {
    std::array<std::string, 3> const keys{"sk_test_" + std::string(20, 'a'), "sk_live_" + std::string(300, 'b'),
                                          "sk_test_" + std::string(90, 'c')};
    constexpr int workers = 4;
    constexpr int calls = 250;
    auto const script = std::make_shared<Script>();
    ScriptedOptions options{};
    options.pool.max_connections = workers;
    options.rate_limit.mode = RateLimiting::on;
    options.rate_limit.window = 1ms;
    options.core.rate_limit = options.rate_limit;
    options.core.single_flight = true;
    asio::thread_pool pool{workers};
    auto const core = make_core(pool.get_executor(), script, options);
    BOOST_TEST_REQUIRE(core->set_secret_key(Secret{keys[0]}).has_value());
    std::atomic<int> failed{0};
    std::atomic<int> running{workers};
    auto const work = [](std::shared_ptr<ClientCore> with, std::atomic<int>& failures,
                         std::atomic<int>& left) -> asio::awaitable<void> {
        for (int i = 0; i < calls; ++i) {
            auto call = perform(with, get_request());
            Result<void> const ended = co_await std::move(call);
            if (!ended) ++failures;
        }
        --left;
    };
    for (int i = 0; i < workers; ++i) asio::co_spawn(pool, work(core, failed, running), asio::detached);
    int replaced = 0;
    bool refused = false;
    while (running > 0) {
        refused = refused || !core->set_secret_key(Secret{keys[static_cast<std::size_t>(++replaced) % keys.size()]});
        std::this_thread::yield();
    }
    pool.join();
    BOOST_TEST(!refused);
    BOOST_TEST(failed.load() == 0);
    BOOST_TEST(script->requests.size() == static_cast<std::size_t>(workers * calls));
    std::map<std::string, int> used;
    for (std::string const& request : script->requests) ++used[key_of(request)];
    for (std::string const& key : keys) used.erase(key);
    BOOST_TEST(used.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace clerk::client
