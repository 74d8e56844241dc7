#include "transport/connect/address_resolver.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/system/system_error.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <dlfcn.h>
#include <netdb.h>

namespace {

// A name that hangs in the system's resolver until it is released.
constexpr std::string_view hanging_name = "hangs.invalid";
std::mutex hanging_mutex;
std::condition_variable let_go;
bool hanging_over{};

}  // namespace

// Replaces the system's resolver.
extern "C" int getaddrinfo(char const* node, char const* service, addrinfo const* hints, addrinfo** result) {
    if (node != nullptr && node == hanging_name) {
        std::unique_lock lock{hanging_mutex};
        let_go.wait(lock, [] { return hanging_over; });
        return EAI_NONAME;
    }
    using Function = int (*)(char const*, char const*, addrinfo const*, addrinfo**);
    static auto const system = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "getaddrinfo"));
    return system(node, service, hints, result);
}

namespace clerk::transport {
BOOST_AUTO_TEST_SUITE(address_resolver)

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;
using ErrorCode = boost::system::error_code;

tcp::endpoint address(std::string const& text) {
    return {asio::ip::make_address(text), static_cast<unsigned short>(443)};
}

// A resolver that answers when the test tells it to.
struct Names {
    std::mutex mutex{};
    std::deque<LookupHandler> asked{};
    int count{};

    static Lookup lookup(std::shared_ptr<Names> const& names) {
        return [names](LookupHandler handler) {
            std::lock_guard const lock{names->mutex};
            ++names->count;
            names->asked.push_back(std::move(handler));
        };
    }
    void answer(ErrorCode ec, Addresses const& addresses) {
        LookupHandler handler;
        {
            std::lock_guard const lock{mutex};
            handler = std::move(asked.front());
            asked.pop_front();
        }
        handler(ec, addresses);
    }
};

// A connect that only resolves the name.
struct Connect {
    std::shared_ptr<Stop> stop{};
    bool done{};
    Resolved resolved{};
};

struct Fixture {
    asio::io_context io{};
    std::shared_ptr<Names> names{std::make_shared<Names>()};
    std::shared_ptr<StopRegistry> registry{std::make_shared<StopRegistry>()};
    std::shared_ptr<AddressResolver> resolver{make(1h)};

    std::shared_ptr<AddressResolver> make(std::chrono::milliseconds cache) const {
        return std::make_shared<AddressResolver>(Names::lookup(names), cache);
    }
    std::shared_ptr<Connect> begin() {
        auto const connect = std::make_shared<Connect>();
        connect->stop = std::make_shared<Stop>(asio::make_strand(io));
        asio::co_spawn(connect->stop->strand, run(connect), [](std::exception_ptr e) { BOOST_TEST((e == nullptr)); });
        poll();
        return connect;
    }
    asio::awaitable<void> run(std::shared_ptr<Connect> connect) {
        StopGuard guard{registry, connect->stop};
        connect->resolved = co_await resolver->resolve(guard);
        connect->done = true;
    }
    void poll() {
        io.restart();
        io.poll();
    }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_name_resolution_that_hangs_delays_no_other_connect, Fixture) {
    auto const token = std::make_shared<int>();
    bool hanging_called{};
    {
        asio::io_context context;
        system_lookup(context.get_executor(), std::string{hanging_name},
                      "443")([token, &hanging_called](ErrorCode, Addresses const&) { hanging_called = true; });
        auto const other =
            std::make_shared<AddressResolver>(system_lookup(context.get_executor(), "localhost", "443"), 0s);
        auto const connect = std::make_shared<Connect>();
        connect->stop = std::make_shared<Stop>(asio::make_strand(context));
        asio::co_spawn(
            connect->stop->strand,
            [&]() -> asio::awaitable<void> {
                StopGuard guard{registry, connect->stop};
                connect->resolved = co_await other->resolve(guard);
            },
            asio::detached);
        context.run();  // does not wait for the hanging resolution
        BOOST_TEST(!connect->resolved.code);
        BOOST_REQUIRE(connect->resolved.addresses != nullptr);
        BOOST_TEST(connect->resolved.addresses->front().port() == 443);
    }
    // The destruction of the context did not wait either. A later result is dropped.
    BOOST_TEST(token.use_count() == 2);
    {
        std::lock_guard const lock{hanging_mutex};
        hanging_over = true;
    }
    let_go.notify_all();
    while (token.use_count() != 1) std::this_thread::sleep_for(1ms);
    BOOST_TEST(!hanging_called);
}

BOOST_FIXTURE_TEST_CASE(a_name_that_does_not_exist_is_an_error, Fixture) {
    std::promise<ErrorCode> ended;
    system_lookup(io.get_executor(), "name.invalid",
                  "443")([&](ErrorCode ec, Addresses const&) { ended.set_value(ec); });
    BOOST_TEST(ended.get_future().get().failed());
}

// The system may be unable to start a thread.
BOOST_FIXTURE_TEST_CASE(a_resolution_that_cannot_begin_delays_no_connect, Fixture) {
    int asked = 0;
    resolver = std::make_shared<AddressResolver>(
        [&](LookupHandler const& handler) {
            if (++asked == 1) throw boost::system::system_error{asio::error::no_memory};
            handler({}, {address("192.0.2.1")});
        },
        1h);
    std::exception_ptr thrown;
    auto const first = std::make_shared<Connect>();
    first->stop = std::make_shared<Stop>(asio::make_strand(io));
    asio::co_spawn(first->stop->strand, run(first), [&](std::exception_ptr e) { thrown = e; });
    poll();
    BOOST_TEST((thrown != nullptr));
    auto const second = begin();
    BOOST_TEST(second->done);
    BOOST_TEST((second->resolved.addresses != nullptr));
    BOOST_TEST(asked == 2);
}

BOOST_FIXTURE_TEST_CASE(simultaneous_connects_share_one_resolution, Fixture) {
    auto const first = begin();
    auto const second = begin();
    BOOST_TEST(names->count == 1);
    BOOST_TEST(!first->done);
    names->answer({}, {address("::1"), address("::2"), address("192.0.2.1")});
    poll();
    BOOST_TEST(first->done);
    BOOST_TEST(second->done);
    BOOST_TEST(!first->resolved.code);
    Addresses const interleaved{address("::1"), address("192.0.2.1"), address("::2")};
    BOOST_TEST((*first->resolved.addresses == interleaved));
    BOOST_TEST(first->resolved.addresses == second->resolved.addresses);
    // Later requests need no thread.
    BOOST_TEST(resolver->known() == first->resolved.addresses);
    BOOST_TEST(begin()->done);
    BOOST_TEST(names->count == 1);
}

BOOST_FIXTURE_TEST_CASE(a_failure_reaches_all_who_wait_and_is_not_kept, Fixture) {
    auto const first = begin();
    auto const second = begin();
    names->answer(asio::error::host_not_found_try_again, {});
    poll();
    for (auto const& connect : {first, second}) {
        BOOST_TEST(connect->done);
        BOOST_TEST(connect->resolved.addresses == nullptr);
        BOOST_TEST((connect->resolved.code == asio::error::host_not_found_try_again));
    }
    BOOST_TEST(!begin()->done);
    BOOST_TEST(names->count == 2);
}

BOOST_FIXTURE_TEST_CASE(no_address_is_a_failure, Fixture) {
    auto const connect = begin();
    names->answer({}, {});
    poll();
    BOOST_TEST(connect->done);
    BOOST_TEST(connect->resolved.code.failed());
    BOOST_TEST(connect->resolved.addresses == nullptr);
}

BOOST_FIXTURE_TEST_CASE(a_caller_that_gives_up_does_not_affect_the_others, Fixture) {
    auto const first = begin();
    auto const second = begin();
    first->stop->ask(errc::cancelled);
    poll();
    BOOST_TEST(first->done);
    BOOST_TEST(first->resolved.addresses == nullptr);
    BOOST_TEST(!second->done);
    names->answer({}, {address("192.0.2.1")});
    poll();
    BOOST_TEST(second->done);
    BOOST_TEST(second->resolved.addresses != nullptr);
}

BOOST_FIXTURE_TEST_CASE(an_abandoned_resolution_serves_later_connects, Fixture) {
    auto const first = begin();
    first->stop->ask(errc::connect_timeout);
    poll();
    auto const second = begin();
    BOOST_TEST(names->count == 1);
    names->answer({}, {address("192.0.2.1")});
    poll();
    BOOST_TEST(second->done);
    BOOST_TEST(resolver->known() != nullptr);
}

BOOST_FIXTURE_TEST_CASE(without_a_cache_only_the_simultaneous_share, Fixture) {
    resolver = make(0ms);
    auto const first = begin();
    auto const second = begin();
    BOOST_TEST(names->count == 1);
    names->answer({}, {address("192.0.2.1")});
    poll();
    BOOST_TEST(first->done);
    BOOST_TEST(second->done);
    BOOST_TEST(resolver->known() == nullptr);
    BOOST_TEST(!begin()->done);
    BOOST_TEST(names->count == 2);
}

BOOST_FIXTURE_TEST_CASE(addresses_that_do_not_answer_are_looked_up_again, Fixture) {
    auto const first = begin();
    names->answer({}, {address("192.0.2.1"), address("192.0.2.2")});
    poll();
    resolver->succeeded(first->resolved.addresses, address("192.0.2.2"));
    BOOST_TEST((resolver->known()->front() == address("192.0.2.2")));
    resolver->failed(resolver->known());
    BOOST_TEST(resolver->known() == nullptr);
}

BOOST_FIXTURE_TEST_CASE(an_answer_after_the_end_of_the_client_is_dropped, Fixture) {
    auto const connect = begin();
    connect->stop->ask(errc::client_closed);
    poll();
    resolver.reset();
    names->answer({}, {address("192.0.2.1")});
    poll();
    BOOST_TEST(connect->done);
}

BOOST_FIXTURE_TEST_CASE(many_threads_ask_at_once, Fixture) {
    Lookup const elsewhere = [this](LookupHandler handler) {
        asio::post(io, [handler = std::move(handler)] { handler({}, Addresses{address("192.0.2.1")}); });
    };
    resolver = std::make_shared<AddressResolver>(elsewhere, 0ms);
    constexpr int connects = 400;
    std::atomic<int> served{0};
    auto const one = [&](std::shared_ptr<Stop> stop) -> asio::awaitable<void> {
        StopGuard guard{registry, stop};
        auto const resolved = co_await resolver->resolve(guard);
        if (resolved.addresses != nullptr || guard.stop().requested()) ++served;
    };
    std::vector<std::shared_ptr<Stop>> stops;
    for (int number = 0; number < connects; ++number) {
        stops.push_back(std::make_shared<Stop>(asio::make_strand(io)));
        asio::co_spawn(stops.back()->strand, one(stops.back()), asio::detached);
    }
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 3; ++thread) threads.emplace_back([this] { io.run(); });
    for (int number = 0; number < connects; number += 7) stops[static_cast<std::size_t>(number)]->ask(errc::cancelled);
    for (auto& thread : threads) thread.join();
    BOOST_TEST(served == connects);
}

BOOST_FIXTURE_TEST_CASE(the_systems_resolver_finds_this_machine, Fixture) {
    std::promise<std::pair<ErrorCode, Addresses>> answer;
    system_lookup(io.get_executor(), "localhost",
                  "8443")([&](ErrorCode ec, Addresses addresses) { answer.set_value({ec, std::move(addresses)}); });
    auto const [ec, addresses] = answer.get_future().get();
    BOOST_TEST(!ec);
    BOOST_REQUIRE(!addresses.empty());
    BOOST_TEST(addresses.front().port() == 8443);
    BOOST_TEST(addresses.front().address().is_loopback());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::transport
