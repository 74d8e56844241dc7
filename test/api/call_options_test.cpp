// Options of one call: its attempts, and the headers that it sends.
#include "support/emulator_client.hpp"
#include "support/wire_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace clerk {
BOOST_AUTO_TEST_SUITE(call_options)

namespace {

using test::WireServer;

struct Fixture {
    explicit Fixture(std::string response = test::organization_response())
        : server{test::always(std::move(response))} {}

    void make(std::function<void(Config&)> const& change = {}) {
        Config config = server.config();
        if (change) change(config);
        client.emplace(io.get_executor(), config);
        api.emplace(*client);
    }
    template <class T>
    T run(awaitable<T> task) {
        return test::run(io, std::move(task));
    }
    [[nodiscard]] bool sent(std::size_t which, std::string_view line) const {
        return server.requests().at(which).find("\r\n" + std::string{line} + "\r\n") != std::string::npos;
    }

    WireServer server;
    boost::asio::io_context io{};
    std::optional<Client> client{};
    std::optional<OrganizationsApi> api{};
};

BOOST_AUTO_TEST_CASE(headers_are_sent_and_need_not_outlive_the_expression) {
    Fixture f;
    f.make([](Config& config) { config.default_headers = {{"X-Team", "billing"}, {"X-App", "shop"}}; });
    auto const call = [&] {
        std::string name{"X-TEAM"};
        std::string value(100, 'v');
        std::array const headers{Headers::Field{name, value}, Headers::Field{"X-Request", "7"}};
        auto started = f.api->get_organization("org_1", {}, {.headers = headers});
        value.assign(100, '!');
        name.assign(6, '!');
        return started;
    };
    BOOST_TEST(f.run(call()).has_value());
    BOOST_TEST(f.sent(0, "X-TEAM: " + std::string(100, 'v')));
    BOOST_TEST(f.sent(0, "X-Request: 7"));
    BOOST_TEST(f.sent(0, "X-App: shop"));
    BOOST_TEST(!f.sent(0, "X-Team: billing"));
    BOOST_TEST(f.run(f.api->get_organization("org_1")).has_value());
    BOOST_TEST(f.sent(1, "X-Team: billing"));
}

BOOST_AUTO_TEST_CASE(headers_go_with_bodies_and_with_every_kind_of_call) {
    Fixture f;
    f.make();
    std::array const headers{Headers::Field{"X-Request", "7"}};
    CallOptions const options{.headers = headers};
    CreateOrganizationRequest create{};
    create.name = "Acme";
    BOOST_TEST(f.run(f.api->create_organization(create, options)).has_value());
    BOOST_TEST(f.run(f.api->get_organization_with_http_info("org_1", {}, options)).has_value());
    ApiRequest const any{.path = "/instance"};
    BOOST_TEST(f.run(f.client->request(any, options)).has_value());
    for (std::size_t i = 0; i < 3; ++i) BOOST_TEST(f.sent(i, "X-Request: 7"));
    BOOST_TEST(f.server.requests()[0].ends_with("\r\n\r\n{\"name\":\"Acme\"}"));
}

BOOST_AUTO_TEST_CASE(every_request_of_a_lookup_has_the_headers) {
    Fixture f{test::http_response(200, R"({"data":[],"total_count":0})")};
    f.make();
    std::vector<std::string> const ids(150, "org_");
    std::vector<std::string> numbered;
    for (std::size_t i = 0; i < ids.size(); ++i) numbered.push_back(ids[i] + std::to_string(i));
    auto const look_up = [&] {
        std::string value(100, 'v');
        std::array const headers{Headers::Field{"X-Request", value}};
        auto started = f.api->get_organizations(numbered, {.headers = headers});
        value.assign(100, '!');
        return started;
    };
    BOOST_TEST(f.run(look_up()).has_value());
    BOOST_TEST_REQUIRE(f.server.requests().size() == 2U);
    for (std::size_t i = 0; i < 2; ++i) BOOST_TEST(f.sent(i, "X-Request: " + std::string(100, 'v')));
    std::array const refused{Headers::Field{"Host", "x"}};
    auto const error = f.run(f.api->get_organizations(numbered, {.headers = refused})).error();
    BOOST_TEST(error.field() == "headers.Host");
    BOOST_TEST(error.operation() == "get_organizations");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_used_is_refused_by_name_before_anything_is_sent) {
    Fixture f;
    f.make();
    auto const refused = [&](CallOptions const& options, std::string_view field) {
        auto const result = f.run(f.api->get_organization("org_1", {}, options));
        BOOST_TEST_REQUIRE(!result);
        BOOST_TEST((result.error() == errc::invalid_argument));
        BOOST_TEST(result.error().field() == field);
        BOOST_TEST(result.error().operation() == "get_organization");
        BOOST_TEST(to_string(result.error()).find("secret") == std::string::npos);
    };
    using Field = Headers::Field;
    for (auto const& [header, field] : {std::pair{Field{"Authorization", "Bearer secret"}, "headers.Authorization"},
                                        std::pair{Field{"clerk-api-version", "secret"}, "headers.clerk-api-version"},
                                        std::pair{Field{"Content-Type", "secret"}, "headers.Content-Type"},
                                        std::pair{Field{"X-A", "secret\r\nX-B: c"}, "headers.X-A"},
                                        std::pair{Field{"secret name", "v"}, "headers[1]"}}) {
        std::array const headers{Field{"X-Fine", "1"}, header};
        refused({.headers = headers}, field);
    }
    for (int const attempts : {0, -1, 101}) refused({.max_attempts = attempts}, "max_attempts");
    BOOST_TEST(f.server.requests().empty());
}

BOOST_AUTO_TEST_CASE(calls_with_other_headers_do_not_share_a_request) {
    test::EmulatorClient f{{.organizations = 1, .latency = std::chrono::milliseconds{50}},
                           [](Config& config) { config.single_flight = true; }};
    std::string const id = f.run(f.api->list_organizations()).value().data.at(0).id;
    auto const before = f.emulator.requests();
    int done = 0;
    auto const start = [&](std::span<Headers::Field const> headers) {
        boost::asio::co_spawn(f.io, f.api->get_organization(id, {}, {.headers = headers}),
                              [&done](std::exception_ptr, Result<Organization> found) { done += found ? 1 : 0; });
    };
    std::array const first{Headers::Field{"X-Tenant", "a"}};
    std::array const second{Headers::Field{"X-Tenant", "b"}};
    std::array const both{Headers::Field{"X-Tenant", "a"}, Headers::Field{"X-Other", ""}};
    for (int i = 0; i < 3; ++i) {
        start({});
        start(first);
        start(second);
        start(both);
    }
    f.io.restart();
    f.io.run();
    BOOST_TEST(done == 12);
    BOOST_TEST(f.emulator.requests() - before == 4U);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
