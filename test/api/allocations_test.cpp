// Counts the allocations of a call on a warm connection. OpenSSL uses its own allocator and is not counted.
#include <clerk.hpp>

#include "support/run.hpp"
#include "support/sanitized.hpp"
#include "support/wire_server.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#ifndef CLERK_TEST_SANITIZED

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <string_view>

namespace {

// Counts only this thread; the server has its own threads.
thread_local std::size_t allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
    ++allocations;
    if (void* const memory = std::malloc(size)) return memory;
    throw std::bad_alloc{};
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace clerk {
BOOST_AUTO_TEST_SUITE(heap_allocations)

namespace {

namespace asio = boost::asio;

// As the service writes it; eight of its texts are too long for the internal buffer of a string.
constexpr std::string_view organization =
    R"({"object":"organization","id":"org_2sK5QgslLOY1BE1c5bbSunxYNqW","name":"Northwind Traders 1001",)"
    R"("slug":"northwind-traders-1001","image_url":"https://img.clerk.com/eyJ0eXBlIjoiZGVmYXVsdCJ9","has_image":true,)"
    R"("members_count":7,"max_allowed_memberships":50,"admin_delete_enabled":true,)"
    R"("public_metadata":{"plan":"enterprise","seats":12},"private_metadata":{"crm_id":"crm_0123456789"},)"
    R"("created_by":"user_2sK5QgslLOY1BE1c5bbSunxYNqW","created_at":1700000000000,"updated_at":1700000000001,)"
    R"("last_active_at":null,"role_set_key":"role_set:default"})";
constexpr std::size_t long_texts = 8;

using Change = std::function<void(Config&)>;

asio::awaitable<std::size_t> get(OrganizationsApi& api, int times) {
    std::size_t const before = allocations;
    for (int i = 0; i != times; ++i) {
        auto const result = co_await api.get_organization("org_2sK5QgslLOY1BE1c5bbSunxYNqW");
        if (!result) BOOST_FAIL(to_string(result.error()));
    }
    co_return allocations - before;
}

// The allocations of one of many calls, when everything that is kept has been allocated.
std::size_t allocations_of_a_get(Change const& change = {}) {
    constexpr int calls = 100;
    test::WireServer server{test::always(test::http_response(200, organization))};
    Config config = server.config();
    config.retry = RetryOptions{};
    if (change) change(config);
    asio::io_context io;
    Client client{io.get_executor(), config};
    OrganizationsApi api{client};
    auto const measure = [](OrganizationsApi& each) -> asio::awaitable<std::size_t> {
        co_await get(each, calls);
        co_return co_await get(each, calls);
    };
    std::size_t const counted = test::run(io, measure(api));
    BOOST_TEST(client.pool_gauges().opened == 1U);
    return (counted + calls - 1) / calls;
}

class Listener final : public Observer {
public:
    void on_call(CallRecord const&) noexcept override { ++calls; }

    int calls{};
};

BOOST_AUTO_TEST_CASE(of_a_get_are_few) {
    std::size_t const count = allocations_of_a_get();
    BOOST_TEST_MESSAGE("allocations of a GET: " << count);
    BOOST_TEST(count >= long_texts);
    BOOST_TEST(count <= 16U);
}

BOOST_AUTO_TEST_CASE(what_is_off_needs_none) {
    std::size_t const all_off = allocations_of_a_get([](Config& config) {
        config.retry.max_attempts = 1;
        config.rate_limit.mode = RateLimiting::off;
        config.rate_limit.park = false;
    });
    BOOST_TEST(allocations_of_a_get() == all_off);  // retries cost nothing until one is made
    BOOST_TEST(allocations_of_a_get([](Config& config) { config.rate_limit.mode = RateLimiting::off; }) == all_off);
    // Only an observer adds allocations.
    auto const listener = std::make_shared<Listener>();
    BOOST_TEST(allocations_of_a_get([&listener](Config& config) { config.observer = listener; }) > all_off);
    BOOST_TEST(listener->calls == 200);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk

#endif
