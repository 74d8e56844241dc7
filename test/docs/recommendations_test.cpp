// Tests the recommendations of the guides.
#include <boost/asio.hpp>
#include <clerk.hpp>
#include <clerk/testing/emulator.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <utility>

BOOST_AUTO_TEST_SUITE(docs_recommendations)

namespace {

namespace asio = boost::asio;
using clerk::awaitable;
using std::chrono::milliseconds;

clerk::Config config_for(clerk::testing::Emulator const& emulator) {
    clerk::Config config{.secret_key = clerk::Secret{emulator.secret_key()}, .base_url = emulator.base_url()};
    config.tls.ca_pem = emulator.ca_pem();
    return config;
}

// A client of an emulator with these faults.
struct Service {
    explicit Service(std::string const& faults, std::size_t max_connections = 16) {
        emulator.set_faults(faults);
        clerk::Config config = config_for(emulator);
        config.pool.max_connections = max_connections;
        client.emplace(io.get_executor(), config);
    }

    template <class T>
    T run(awaitable<T> coroutine) {
        auto result = asio::co_spawn(io, std::move(coroutine), asio::use_future);
        io.restart();
        io.run();
        return result.get();
    }

    clerk::testing::Emulator emulator{};
    asio::io_context io{};
    std::optional<clerk::Client> client{};
};

clerk::CreateOrganizationRequest marked_request() {
    clerk::CreateOrganizationRequest request{.name = "Acme", .slug = "acme"};
    request.private_metadata = boost::json::object{{"request", "7d1c0f"}};
    return request;
}

// "After an ambiguous create" in docs/errors.md.
awaitable<std::string> create_and_look(clerk::OrganizationsApi organizations) {
    clerk::CreateOrganizationRequest const request = marked_request();
    auto created = co_await organizations.create_organization(request);
    if (created || !created.error().may_have_taken_effect()) co_return "certain";
    auto existing = co_await organizations.get_organization("acme");
    if (existing) {
        bool const own = existing->private_metadata == *request.private_metadata;
        co_return own ? "created" : "of another";
    }
    co_return existing.error() == clerk::condition::not_found ? "not created" : "unknown";
}

awaitable<clerk::Result<clerk::Organization>> create_another(clerk::OrganizationsApi organizations) {
    clerk::CreateOrganizationRequest const request{.name = "Another", .slug = "acme"};
    co_return co_await organizations.create_organization(request);
}

awaitable<clerk::Result<clerk::Organizations>> list(clerk::OrganizationsApi organizations, clerk::CallOptions options) {
    clerk::ListOrganizationsRequest const request{};
    co_return co_await organizations.list_organizations(request, options);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_mark_in_the_metadata_tells_what_became_of_an_ambiguous_create) {
    Service worked{"close-after-effect@on=create_organization@count=1"};
    BOOST_TEST(worked.run(create_and_look(clerk::OrganizationsApi{*worked.client})) == "created");

    Service failed{"close-before-effect@on=create_organization@count=1"};
    clerk::OrganizationsApi const organizations{*failed.client};
    BOOST_TEST(failed.run(create_and_look(organizations)) == "not created");
    BOOST_TEST(failed.run(create_and_look(organizations)) == "certain");  // the same request again
    BOOST_TEST(failed.emulator.organizations() == 1U);
}

BOOST_AUTO_TEST_CASE(an_organization_of_the_same_slug_is_distinguished) {
    Service service{""};
    clerk::OrganizationsApi const organizations{*service.client};
    BOOST_TEST(service.run(create_another(organizations)).has_value());
    service.emulator.set_faults("close-before-effect@on=create_organization@count=1");
    BOOST_TEST(service.run(create_and_look(organizations)) == "of another");
}

// The same section: slugs are unique, so a repetition is answered with 422 although the first create still waits.
BOOST_AUTO_TEST_CASE(repeating_an_ambiguous_create_makes_no_second_organization) {
    Service service{"hang-after-effect@on=create_organization@count=1"};
    clerk::OrganizationsApi organizations{*service.client};
    auto const create = [&]() -> awaitable<clerk::Result<clerk::Organization>> {
        clerk::CreateOrganizationRequest const request = marked_request();
        clerk::CallOptions const options{.timeout = milliseconds{1500}};
        co_return co_await organizations.create_organization(request, options);
    };
    BOOST_TEST(service.run(create()).error().may_have_taken_effect());
    clerk::Error const repeated = service.run(create()).error();
    BOOST_TEST(repeated.status() == 422, repeated);
    BOOST_TEST(service.emulator.organizations() == 1U);
}

// "Deadlines" in docs/tuning.md: when the first attempt is not answered, a third of the time leaves enough for another
// one of the same length.
BOOST_AUTO_TEST_CASE(a_third_of_the_deadline_leaves_a_second_attempt) {
    Service service{"hang-after-effect@count=1; latency=20"};
    milliseconds const left{1500};
    clerk::CallOptions const options{.timeout = left, .attempt_timeout = left / 3};
    BOOST_TEST(service.run(list(clerk::OrganizationsApi{*service.client}, options)).has_value());
    BOOST_TEST(service.emulator.requests() == 2U);
}

// The same section: what is left of a deadline may be passed on without a check.
BOOST_AUTO_TEST_CASE(no_time_left_sends_nothing_and_max_is_no_limit) {
    Service service{""};
    clerk::OrganizationsApi const organizations{*service.client};
    for (milliseconds const left : {milliseconds{0}, milliseconds{-5}}) {
        clerk::CallOptions const options{.timeout = left, .attempt_timeout = left / 3};
        auto const ended = service.run(list(organizations, options));
        BOOST_TEST((ended.error() == clerk::errc::deadline_exceeded), left.count() << " ms: " << ended.error());
    }
    BOOST_TEST(service.emulator.connections() == 0U);
    BOOST_TEST(service.run(list(organizations, {.timeout = milliseconds::max()})).has_value());
}

// "Many calls at once" in docs/tuning.md: a connection carries one call at a time, and PoolGauges::waiting shows that
// there are too few.
BOOST_AUTO_TEST_CASE(too_few_connections_are_visible_in_the_gauge) {
    for (std::size_t const connections : {2U, 8U}) {
        Service service{"latency=400", connections};
        BOOST_TEST(service.run(service.client->prewarm(connections)).value() == connections);
        for (int i = 0; i < 8; ++i) {
            asio::co_spawn(service.io, list(clerk::OrganizationsApi{*service.client}, {}), asio::detached);
        }
        service.io.restart();
        service.io.poll();
        BOOST_TEST(service.client->pool_gauges().busy == connections);
        BOOST_TEST(service.client->pool_gauges().waiting == 8 - connections);
        service.io.run();
        BOOST_TEST(service.emulator.requests() == 8U);
    }
}

// "The first call" in docs/tuning.md: one call is enough to have min_idle connections open.
BOOST_AUTO_TEST_CASE(min_idle_connections_are_open_after_a_call) {
    clerk::testing::Emulator emulator{};
    asio::io_context io;
    clerk::Config config = config_for(emulator);
    config.pool.min_idle = 4;
    clerk::Client client{io, config};
    asio::co_spawn(io, list(clerk::OrganizationsApi{client}, {}), asio::detached);
    io.run();
    BOOST_TEST(client.pool_gauges().idle == 4U);
}

// "Walks and exports" in docs/tuning.md: a consumer that stops reading stops the requests.
BOOST_AUTO_TEST_CASE(at_most_twice_prefetch_pages_are_held) {
    clerk::testing::EmulatorOptions options{};
    options.organizations = 100;
    clerk::testing::Emulator emulator{options};
    asio::io_context io;
    clerk::Client client{io, config_for(emulator)};
    auto pages = clerk::OrganizationsApi{client}.paginate({.page_size = 5, .prefetch = 2});
    for (int i = 0; i < 2; ++i) {  // the number of pages is known after the first
        asio::co_spawn(io, pages.next_page(), asio::detached);
        io.restart();
        io.run();
    }
    BOOST_TEST(emulator.requests() > 2U);
    BOOST_TEST(emulator.requests() <= 2U + 2U * 2U);
}

// The same section: each process limits itself, so only shares keep the sum within the limit.
BOOST_AUTO_TEST_CASE(clients_of_one_key_stay_within_the_limit_with_shares) {
    clerk::testing::EmulatorOptions options{};
    options.rate_limit = clerk::testing::RateLimit::development;  // 100 requests in 10 s
    clerk::testing::Emulator emulator{options};
    asio::io_context io;
    clerk::Config config = config_for(emulator);
    config.rate_limit.mode = clerk::RateLimiting::on;
    config.retry.max_attempts = 1;
    auto const failures_of_calls = [&](std::size_t calls) {
        clerk::Client client{io, config};
        std::size_t failures = 0;
        for (std::size_t i = 0; i < calls; ++i) {
            asio::co_spawn(io, list(clerk::OrganizationsApi{client}, {}),
                           [&](std::exception_ptr, clerk::Result<clerk::Organizations> page) { failures += !page; });
        }
        io.restart();
        io.run();
        return failures;
    };
    config.rate_limit.requests = 50;
    BOOST_TEST(failures_of_calls(50) == 0U);
    BOOST_TEST(failures_of_calls(50) == 0U);
    BOOST_TEST(failures_of_calls(1) == 1U);  // a third process, beyond the limit
}

// "Key rotation" in docs/key_rotation.md: no call outlasts timeout.total, after which the old key may be revoked.
BOOST_AUTO_TEST_CASE(a_call_with_the_old_key_ends_within_the_total_timeout) {
    clerk::testing::Emulator emulator{};
    emulator.set_faults("hang-before-effect");
    asio::io_context io;
    clerk::Config config = config_for(emulator);
    config.timeout.total = milliseconds{300};
    clerk::Client client{io, config};
    std::optional<clerk::Error> ended;
    asio::co_spawn(io, list(clerk::OrganizationsApi{client}, {}),
                   [&](std::exception_ptr, clerk::Result<clerk::Organizations> page) { ended = page.error(); });
    io.poll();
    BOOST_TEST(client.set_secret_key(clerk::Secret{"sk_test_next"}).has_value());
    auto const begin = std::chrono::steady_clock::now();
    io.run();
    BOOST_TEST_REQUIRE(ended.has_value());
    BOOST_TEST((*ended == clerk::condition::timeout), *ended);
    BOOST_TEST((std::chrono::steady_clock::now() - begin < milliseconds{5000}));
}

// "Defaults" in README.md, and the numbers that the guides repeat.
BOOST_AUTO_TEST_CASE(the_defaults_are_those_of_the_documents) {
    using std::chrono::seconds;
    clerk::Config const config{};
    BOOST_TEST(config.pool.max_connections == 16U);
    BOOST_TEST(config.pool.max_waiters == 16384U);
    BOOST_TEST((config.timeout.connect == seconds{10}));
    BOOST_TEST((config.timeout.attempt == seconds{30}));
    BOOST_TEST((config.timeout.total == seconds{60}));
    BOOST_TEST(config.retry.max_attempts == 3);
    BOOST_TEST(config.retry.budget == 100);
    BOOST_TEST(config.retry.successes_per_retry == 10);
    BOOST_TEST((config.retry.initial_backoff == milliseconds{500}));
    BOOST_TEST((config.retry.max_backoff == seconds{8}));
    BOOST_TEST((config.rate_limit.mode == clerk::RateLimiting::automatic));
    BOOST_TEST(config.rate_limit.park);
    BOOST_TEST(config.proxy.use_environment);
    BOOST_TEST(!config.single_flight);
    BOOST_TEST(config.limits.max_response_header_bytes == 16U << 10U);
    BOOST_TEST(config.limits.max_response_body_bytes == 64U << 20U);
    BOOST_TEST(config.limits.max_json_depth == 64U);
    BOOST_TEST((config.addresses.cache == seconds{30}));
    BOOST_TEST((config.pool.max_age == std::chrono::minutes{10}));
    BOOST_TEST((config.pool.idle_timeout == seconds{75}));
    BOOST_TEST((config.pool.idle_timeout < seconds{400} / 2));  // "well below" in docs/tuning.md
}

BOOST_AUTO_TEST_SUITE_END()
