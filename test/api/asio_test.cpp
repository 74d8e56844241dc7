// Calls with Asio's features: completion tokens, operators, executors. Cancellation in each phase, threads and races
// against a timer are in concurrency_test.cpp.
#include "support/emulator_client.hpp"

#include "support/printing.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <exception>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace clerk {
BOOST_AUTO_TEST_SUITE(asio_features)

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using test::EmulatorClient;

struct Fixture : EmulatorClient {
    explicit Fixture(std::chrono::milliseconds latency = 0ms, bool shared = false)
        : EmulatorClient{{.organizations = 4, .latency = latency}, [shared](Config& c) {
                             c.pool.max_connections = 3;
                             c.single_flight = shared;
                         }} {
        ListOrganizationsRequest const all{};
        for (Organization const& organization : run(api->list_organizations(all)).value()) {
            ids.push_back(organization.id);
        }
    }
    // The pool still works, with as many calls as it has connections.
    void check_pool() {
        io.restart();
        io.run();  // returns: nothing stays armed
        std::vector<Result<Organization>> results;
        for (int i = 0; i < 3; ++i) {
            asio::co_spawn(io, api->get_organization(ids[0]), [&](std::exception_ptr, Result<Organization> result) {
                results.push_back(std::move(result));
            });
        }
        io.restart();
        io.run();
        BOOST_TEST(results.size() == 3U);
        for (auto const& result : results) BOOST_TEST(result.has_value());
        PoolGauges const gauges = client->pool_gauges();
        BOOST_TEST(gauges.busy + gauges.connecting + gauges.waiting == 0U);
        BOOST_TEST(gauges.idle <= 3U);
        BOOST_TEST(client->single_flight_gauges().waiting == 0U);
    }

    std::vector<std::string> ids{};
};

}  // namespace

BOOST_AUTO_TEST_CASE(use_future_waits_in_another_thread) {
    Fixture f;
    auto found = asio::co_spawn(f.io, f.api->get_organization(f.ids[1]), asio::use_future);
    auto missing = asio::co_spawn(f.io, f.api->get_organization("org_nobody"), asio::use_future);
    f.io.restart();
    std::thread runner{[&f] { f.io.run(); }};
    Result<Organization> const result = found.get();
    BOOST_TEST(result.value().id == f.ids[1]);
    BOOST_TEST(missing.get().error() == condition::not_found);
    runner.join();
}

BOOST_AUTO_TEST_CASE(a_callback_runs_on_its_executor) {
    Fixture f;
    asio::io_context own;
    auto const work = asio::make_work_guard(own);
    std::optional<Result<Organization>> result;
    std::thread::id where;
    std::thread runner{[&own] { own.run(); }};
    auto const runs_there = runner.get_id();
    asio::co_spawn(f.io, f.api->get_organization(f.ids[0]),
                   asio::bind_executor(own, [&](std::exception_ptr thrown, Result<Organization> found) {
                       BOOST_TEST(!thrown);
                       result = std::move(found);
                       where = std::this_thread::get_id();
                       own.stop();
                   }));
    f.io.restart();
    f.io.run();
    runner.join();
    BOOST_REQUIRE(result.has_value());
    BOOST_TEST(result->value().id == f.ids[0]);
    BOOST_TEST((where == runs_there));
}

BOOST_AUTO_TEST_CASE(deferred_sends_nothing_before_it_is_launched) {
    Fixture f;
    auto const before = f.emulator.requests();
    auto operation = asio::co_spawn(f.io, f.api->get_organization(f.ids[0]), asio::deferred);
    f.io.restart();
    f.io.run();
    BOOST_TEST(f.emulator.requests() == before);
    // Chained with a function of its result.
    auto name = std::move(operation)(asio::deferred([](std::exception_ptr thrown, Result<Organization> found) {
        return asio::deferred.values(thrown || !found ? std::string{} : found->name);
    }));
    auto future = std::move(name)(asio::use_future);
    f.io.restart();
    f.io.run();
    BOOST_TEST(!future.get().empty());
    BOOST_TEST(f.emulator.requests() == before + 1);
    {
        // Never launched: nothing leaks and nothing is sent.
        [[maybe_unused]] auto const forgotten = asio::co_spawn(f.io, f.api->get_organization(f.ids[0]), asio::deferred);
    }
    f.check_pool();
}

BOOST_AUTO_TEST_CASE(a_parallel_group_runs_calls_side_by_side) {
    Fixture f{50ms};
    auto const get = [&f](std::size_t i) {
        return asio::co_spawn(f.io, f.api->get_organization(f.ids[i]), asio::deferred);
    };
    std::optional<std::array<std::string, 3>> found;
    asio::experimental::make_parallel_group(get(0), get(1), get(2))
        .async_wait(asio::experimental::wait_for_all(),
                    [&](std::array<std::size_t, 3>, std::exception_ptr, Result<Organization> a, std::exception_ptr,
                        Result<Organization> b, std::exception_ptr, Result<Organization> c) {
                        found.emplace(std::array<std::string, 3>{a.value().id, b.value().id, c.value().id});
                    });
    f.io.restart();
    f.io.run();
    BOOST_REQUIRE(found.has_value());
    for (std::size_t i = 0; i < 3; ++i) BOOST_TEST((*found)[i] == f.ids[i]);
    BOOST_TEST(f.client->pool_gauges().idle == 3U);
}

BOOST_AUTO_TEST_CASE(as_tuple_and_use_awaitable_inside_a_coroutine) {
    Fixture f;
    auto const story = [&f]() -> awaitable<bool> {
        auto const executor = co_await asio::this_coro::executor;
        auto [thrown, found] =
            co_await asio::co_spawn(executor, f.api->get_organization(f.ids[0]), asio::as_tuple(asio::use_awaitable));
        auto const direct = co_await asio::co_spawn(executor, f.api->get_organization(f.ids[0]), asio::use_awaitable);
        co_return !thrown && found && direct && *found == *direct;
    };
    BOOST_TEST(f.run(story()));
}

BOOST_AUTO_TEST_CASE(both_of_two_calls) {
    for (bool const shared : {false, true}) {
        Fixture f{10ms, shared};
        auto const both = [&f](std::string one, std::string other) -> awaitable<bool> {
            auto [first, second] = co_await (f.api->get_organization(one) && f.api->get_organization(other));
            co_return first&& second && first->id == one && second->id == other;
        };
        BOOST_TEST(f.run(both(f.ids[0], f.ids[1])));
        BOOST_TEST(f.run(both(f.ids[2], f.ids[2])));
        f.check_pool();
    }
}

BOOST_AUTO_TEST_CASE(the_loser_of_a_race_is_cancelled) {
    for (bool const shared : {false, true}) {
        Fixture f{0ms, shared};
        f.emulator.set_faults("latency=1500@on=get_organization");
        auto const against_a_timer = [&f](std::chrono::milliseconds time) -> awaitable<std::size_t> {
            asio::steady_timer timer{f.io, time};
            auto const won = co_await (f.api->get_organization(f.ids[0]) || timer.async_wait(asio::use_awaitable));
            co_return won.index();
        };
        auto const against_a_call = [&f]() -> awaitable<std::size_t> {
            auto const won = co_await (f.api->get_organization(f.ids[0]) || f.api->list_organizations());
            co_return won.index();
        };
        auto const begun = std::chrono::steady_clock::now();
        BOOST_TEST(f.run(against_a_timer(40ms)) == 1U);
        BOOST_TEST(f.run(against_a_timer(0ms)) == 1U);
        BOOST_TEST(f.run(against_a_call()) == 1U);
        BOOST_TEST((std::chrono::steady_clock::now() - begun < 1400ms));
        f.emulator.set_faults("");
        BOOST_TEST(f.run(against_a_timer(20s)) == 0U);
        f.check_pool();
    }
}

// Races on strands of a thread pool with random winners leave no call or connection behind.
BOOST_AUTO_TEST_CASE(races_on_strands_of_a_thread_pool) {
    testing::Emulator emulator{{.organizations = 3}};
    emulator.set_faults("latency=0..6@on=get_organization");
    for (bool const shared : {false, true}) {
        asio::thread_pool threads{3};
        Config config = EmulatorClient::config_for(emulator);
        config.pool.max_connections = 4;
        config.single_flight = shared;
        Client client{threads.get_executor(), config};
        OrganizationsApi api{client};
        ListOrganizationsRequest const all{};
        auto const page = asio::co_spawn(threads, api.list_organizations(all), asio::use_future).get().value();
        std::atomic<int> won{0};
        std::atomic<int> failed{0};
        auto const racer = [&](std::size_t number) -> awaitable<void> {
            asio::steady_timer timer{co_await asio::this_coro::executor};
            for (std::size_t i = 0; i < 15; ++i) {
                // Some have enough time even on a busy machine.
                std::chrono::milliseconds const patience{(number + i) % 7};
                timer.expires_after(patience == 6ms ? 20s : patience);
                auto const result = co_await (api.get_organization(page.data[(number + i) % 3].id) ||
                                              timer.async_wait(asio::use_awaitable));
                if (result.index() != 0) continue;
                ++(std::get<0>(result) ? won : failed);
            }
        };
        std::vector<std::future<void>> racers;
        for (std::size_t i = 0; i < 12; ++i) {
            racers.push_back(asio::co_spawn(asio::make_strand(threads), racer(i), asio::use_future));
        }
        for (auto& one : racers) one.get();
        BOOST_TEST(won > 0);
        BOOST_TEST(failed == 0);
        asio::co_spawn(threads, client.close(5s), asio::use_future).get();
        PoolGauges const gauges = client.pool_gauges();
        BOOST_TEST(gauges.busy + gauges.connecting + gauges.waiting + gauges.idle == 0U);
        threads.join();
    }
}

// The client lives on a strand of one pool, its callers on strands of another.
BOOST_AUTO_TEST_CASE(a_call_resumes_on_the_strand_that_awaits_it) {
    testing::Emulator const emulator{{.organizations = 3}};
    for (bool const shared : {false, true}) {
        asio::thread_pool clients_threads{2};
        asio::thread_pool callers_threads{2};
        Config config = EmulatorClient::config_for(emulator);
        config.single_flight = shared;
        Client client{asio::make_strand(clients_threads), config};
        OrganizationsApi api{client};
        std::atomic<int> right{0};
        auto const caller = [&](auto strand) -> awaitable<void> {
            for (int i = 0; i < 10; ++i) {
                bool const there = strand.running_in_this_thread();
                auto const found = co_await api.get_organization("org_nobody");
                if (there && strand.running_in_this_thread() && found.error() == condition::not_found) ++right;
            }
        };
        std::vector<std::future<void>> callers;
        for (int i = 0; i < 8; ++i) {
            auto const strand = asio::make_strand(callers_threads);
            callers.push_back(asio::co_spawn(strand, caller(strand), asio::use_future));
        }
        for (auto& one : callers) one.get();
        BOOST_TEST(right == 80);
        asio::co_spawn(callers_threads, client.close(5s), asio::use_future).get();
        callers_threads.join();
        clients_threads.join();
    }
}

BOOST_AUTO_TEST_CASE(a_slot_cancels_its_own_call_only) {
    for (bool const shared : {false, true}) {
        Fixture f{600ms, shared};
        std::deque<asio::cancellation_signal> signals(6);
        std::vector<std::optional<Result<Organization>>> results(6);
        for (std::size_t i = 0; i < 6; ++i) {
            asio::co_spawn(f.io, f.api->get_organization(f.ids[i % 2]),
                           asio::bind_cancellation_slot(
                               signals[i].slot(), [&results, i](std::exception_ptr thrown, Result<Organization> r) {
                                   if (!thrown) results[i] = std::move(r);
                               }));
        }
        asio::steady_timer timer{f.io, 50ms};
        timer.async_wait([&](boost::system::error_code) {
            for (std::size_t const i : {0U, 3U}) signals[i].emit(asio::cancellation_type::terminal);
        });
        f.io.restart();
        f.io.run();
        for (std::size_t i = 0; i < 6; ++i) {
            BOOST_TEST_CONTEXT("call " << i) {
                BOOST_REQUIRE(results[i].has_value());
                if (i == 0 || i == 3) {
                    BOOST_TEST(results[i]->error() == errc::cancelled);
                } else {
                    BOOST_TEST(results[i]->value().id == f.ids[i % 2]);
                }
            }
        }
        f.check_pool();
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
