// Calls a Service as an HTTP client would, without sockets and with a clock that the test sets.
#pragma once

#include "testing/service/service.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace clerk::testing {

struct Reply {
    ServiceResponse head{};
    std::string text{};
    boost::json::value body{};

    [[nodiscard]] unsigned status() const { return head.status; }
    // The nth error.
    [[nodiscard]] boost::json::object const& error(std::size_t n = 0) const {
        return body.as_object().at("errors").as_array().at(n).as_object();
    }
    [[nodiscard]] std::string code(std::size_t n = 0) const {
        return std::string{error(n).at("code").as_string().c_str()};
    }
    [[nodiscard]] std::string param(std::size_t n = 0) const {
        auto const* const meta = error(n).if_contains("meta");
        return meta == nullptr ? "" : std::string{meta->at("param_name").as_string().c_str()};
    }
    [[nodiscard]] boost::json::value const& operator[](std::string_view key) const {
        return body.as_object().at(boost::json::string_view{key.data(), key.size()});
    }
    [[nodiscard]] std::string id() const { return std::string{(*this)["id"].as_string().c_str()}; }
};

class ServiceClient {
public:
    explicit ServiceClient(EmulatorOptions options = {}) : service_(std::move(options)) {}

    // Sent by the next calls.
    std::optional<std::string> authorization{"Bearer sk_test_emulator"};
    std::optional<std::string> content_type{"application/json"};
    std::optional<std::string> api_version{"2026-05-12"};
    bool body_too_large{};
    Now now{1'700'000'000'000, RateLimits::Time{} + std::chrono::hours{1}};

    Reply call(std::string_view method, std::string const& target, std::string const& body = {}) {
        ServiceRequest request{};
        request.method = method;
        request.target = target;
        if (authorization) request.authorization = *authorization;
        if (content_type) request.content_type = *content_type;
        if (api_version) request.api_version = *api_version;
        request.body = body;
        request.body_too_large = body_too_large;
        Reply reply{};
        reply.head = service_.handle(request, now, reply.text);
        reply.body = boost::json::parse(reply.text);
        return reply;
    }
    Reply get(std::string const& target) { return call("GET", "/v1" + target); }
    Reply post(std::string const& body) { return call("POST", "/v1/organizations", body); }
    Reply patch(std::string const& id, std::string const& body) {
        return call("PATCH", "/v1/organizations/" + id, body);
    }
    // The id of a new organization.
    std::string create(std::string const& body) {
        Reply const reply = post(body);
        BOOST_TEST_REQUIRE(reply.status() == 200U, reply.text);
        return reply.id();
    }

    Service& service() { return service_; }

private:
    Service service_;
};

}  // namespace clerk::testing
