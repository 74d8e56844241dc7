// A client and a peer that misbehaves on its first connection and behaves correctly on all later ones.
#pragma once

#include <clerk.hpp>

#include "support/run.hpp"
#include "support/wire_server.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <functional>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>

namespace clerk::hostile {

using Session = test::WireServer::Session;

inline constexpr std::string_view key = "sk_test_wire";
inline constexpr std::string_view private_text = "4111-1111-1111-1111";
inline constexpr std::string_view head_200 = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
inline constexpr std::string_view organization =
    R"({"object":"organization","id":"org_1","name":"Acme","private_metadata":{"card":"4111-1111-1111-1111"}})";

inline std::string length_of(std::string_view body) {
    return "Content-Length: " + std::to_string(body.size()) + "\r\n";
}

// How a peer ends the connection after its bytes.
enum class End { keep, close, cut, reset, stall };
inline std::ostream& operator<<(std::ostream& out, End end) {
    constexpr std::string_view names[] = {"keep", "close_notify and FIN", "FIN", "RST", "stall"};
    return out << names[static_cast<std::size_t>(end)];
}
inline void finish(Session& session, End end) {
    switch (end) {
        case End::keep:
            return;
        case End::close:
            return session.close();
        case End::cut:
            return session.cut();
        case End::reset:
            return session.reset();
        case End::stall:
            return session.stall();
    }
}

inline std::string to_text(Result<Organization> const& result) {
    return result ? std::string{"a success"} : to_string(result.error());
}

// No secret is in the texts that a program may log.
inline void check_no_secret(Error const& error) {
    for (std::string const& text : {to_string(error), std::string{error.message()}, std::string{error.field()}}) {
        BOOST_TEST(text.find(key) == std::string::npos, text);
        BOOST_TEST(text.find(private_text) == std::string::npos, text);
    }
}

struct Peer {
    explicit Peer(test::WireServer::Handler bad, std::function<void(Config&)> const& change = {})
        : server{[bad = std::move(bad)](Session& session) {
              session.number() == 0 ? bad(session) : serve_well(session);
          }} {
        Config config = server.config();
        config.timeout.total = std::chrono::seconds{10};
        if (change) change(config);
        client.emplace(io.get_executor(), config);
        api.emplace(*client);
    }
    static void serve_well(Session& session) {
        while (!session.read_request().empty()) session.write(test::http_response(200, organization));
    }

    Result<Organization> get(CallOptions options = {}) {
        return test::run(io, api->get_organization("org_1", {}, options));
    }
    Result<Organization> create(CallOptions options = {}) {
        CreateOrganizationRequest const request{.name = "Acme"};
        return test::run(io, api->create_organization(request, options));
    }
    // The next call is not affected.
    void check_harmless() {
        PoolGauges const gauges = client->pool_gauges();
        BOOST_TEST(gauges.busy + gauges.connecting + gauges.waiting == 0U);
        auto const next = get();
        BOOST_TEST_CONTEXT(to_text(next)) BOOST_REQUIRE(next.has_value());
        BOOST_TEST(next->id == "org_1");
        BOOST_TEST(next->name == "Acme");
    }

    boost::asio::io_context io{};
    test::WireServer server;
    std::optional<Client> client{};
    std::optional<OrganizationsApi> api{};
};

// Answers each request of the first connection with these bytes.
inline test::WireServer::Handler answer(std::string bytes, End end) {
    return [bytes = std::move(bytes), end](Session& session) {
        while (!session.read_request().empty()) {
            if (!bytes.empty()) session.write(bytes);
            finish(session, end);
            if (end != End::keep) return;
        }
    };
}

}  // namespace clerk::hostile
