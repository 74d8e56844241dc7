#include <clerk/config.hpp>

#include "support/printing.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(config)

namespace {

using clerk::Config;
using std::chrono::milliseconds;

Config usable() {
    Config config;
    config.secret_key = clerk::Secret{"sk_test_1"};
    return config;
}

constexpr milliseconds one_year = std::chrono::hours{24 * 365};

struct Row {
    std::string field;
    std::function<void(Config&)> change;
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_defaults_only_lack_a_key) {
    BOOST_TEST(validate(usable()).has_value());
    auto const keyless = validate(Config{});
    BOOST_REQUIRE(!keyless.has_value());
    BOOST_TEST(keyless.error().field() == "secret_key");
}

BOOST_AUTO_TEST_CASE(every_refusal_names_its_field) {
    std::vector<Row> const rows{
        {"secret_key", [](Config& c) { c.secret_key = clerk::Secret{"sk_test 1"}; }},
        {"secret_key", [](Config& c) { c.secret_key = clerk::Secret{"sk_test\r\nX: y"}; }},
        {"secret_key", [](Config& c) { c.secret_key = clerk::Secret{"sk_test_\xC3\xA9"}; }},
        {"secret_key", [](Config& c) { c.secret_key = clerk::Secret{"sk_test_\x7F"}; }},
        {"secret_key", [](Config& c) { c.secret_key = clerk::Secret{std::string(1025, 'k')}; }},
        {"base_url", [](Config& c) { c.base_url = "http://api.clerk.com/v1"; }},
        {"api_version", [](Config& c) { c.api_version = "2026-05-12\r\n"; }},
        {"api_version", [](Config& c) { c.api_version = "2026 05 12"; }},
        {"api_version", [](Config& c) { c.api_version = std::string(65, '1'); }},
        {"user_agent", [](Config& c) { c.user_agent = "a\nb"; }},
        {"user_agent", [](Config& c) { c.user_agent = "a\tb"; }},
        {"user_agent", [](Config& c) { c.user_agent = std::string(257, 'a'); }},
        {"tls.ca_file", [](Config& c) { c.tls.ca_file = std::string{"a\0b", 3}; }},
        {"tls.ca_directory", [](Config& c) { c.tls.ca_directory = std::string{"a\0b", 3}; }},
        {"pool.max_connections", [](Config& c) { c.pool.max_connections = 0; }},
        {"pool.max_connections", [](Config& c) { c.pool.max_connections = 65536; }},
        {"pool.idle_timeout", [](Config& c) { c.pool.idle_timeout = milliseconds{0}; }},
        {"pool.idle_timeout", [](Config& c) { c.pool.idle_timeout = milliseconds{-1}; }},
        {"pool.max_age", [](Config& c) { c.pool.max_age = milliseconds{-1}; }},
        {"timeout.connect", [](Config& c) { c.timeout.connect = milliseconds{-1}; }},
        {"timeout.attempt", [](Config& c) { c.timeout.attempt = milliseconds{-1}; }},
        {"timeout.total", [](Config& c) { c.timeout.total = milliseconds{-1}; }},
        {"timeout.total", [](Config& c) { c.timeout.total = one_year + milliseconds{1}; }},
        {"timeout.total", [](Config& c) { c.timeout.total = milliseconds::max(); }},
        {"addresses.cache", [](Config& c) { c.addresses.cache = milliseconds{-1}; }},
        {"addresses.stagger", [](Config& c) { c.addresses.stagger = milliseconds{9}; }},
        {"addresses.stagger", [](Config& c) { c.addresses.stagger = milliseconds{60'001}; }},
        {"default_headers.Host", [](Config& c) { c.default_headers = {{"X-Team", "a"}, {"Host", "b"}}; }},
        {"default_headers.X-Team", [](Config& c) { c.default_headers = {{"X-Team", "sk_test_a\r\nX-Other: b"}}; }},
        {"default_headers[1]", [](Config& c) { c.default_headers = {{"X-Team", "a"}, {"sk_test a", "b"}}; }},
        {"retry.max_attempts", [](Config& c) { c.retry.max_attempts = 0; }},
        {"retry.max_attempts", [](Config& c) { c.retry.max_attempts = 101; }},
        {"retry.initial_backoff", [](Config& c) { c.retry.initial_backoff = milliseconds{-1}; }},
        {"retry.max_backoff", [](Config& c) { c.retry.max_backoff = milliseconds{-1}; }},
        {"retry.max_retry_after", [](Config& c) { c.retry.max_retry_after = milliseconds{-1}; }},
        {"retry.budget", [](Config& c) { c.retry.budget = -1; }},
        {"retry.successes_per_retry", [](Config& c) { c.retry.successes_per_retry = 0; }},
        {"retry.successes_per_retry", [](Config& c) { c.retry.successes_per_retry = 10'001; }},
        {"rate_limit.requests", [](Config& c) { c.rate_limit.requests = 1'000'001; }},
        {"rate_limit.writes_per_organization", [](Config& c) { c.rate_limit.writes_per_organization = 1'000'001; }},
        {"rate_limit.window", [](Config& c) { c.rate_limit.window = milliseconds{0}; }},
        {"rate_limit.window", [](Config& c) { c.rate_limit.window = milliseconds{3'600'001}; }},
        {"limits.max_response_header_bytes", [](Config& c) { c.limits.max_response_header_bytes = 1023; }},
        {"limits.max_response_header_bytes", [](Config& c) { c.limits.max_response_header_bytes = 65537; }},
        {"limits.max_response_body_bytes", [](Config& c) { c.limits.max_response_body_bytes = 1023; }},
        {"limits.max_json_depth", [](Config& c) { c.limits.max_json_depth = 63; }},
        {"limits.max_json_depth", [](Config& c) { c.limits.max_json_depth = 1025; }},
    };
    for (Row const& row : rows) {
        BOOST_TEST_CONTEXT(row.field) {
            Config config = usable();
            row.change(config);
            auto const result = validate(config);
            BOOST_REQUIRE(!result.has_value());
            BOOST_TEST(result.error() == clerk::condition::invalid_argument);
            BOOST_TEST(result.error().field() == row.field);
            BOOST_TEST(!result.error().message().empty());
            BOOST_TEST(to_string(result.error()).find("sk_test") == std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_edges_are_allowed) {
    std::vector<Row> const rows{
        {"base_url", [](Config& c) { c.base_url = "https://127.0.0.1:8443/v1"; }},
        {"api_version", [](Config& c) { c.api_version = "2025-11-10"; }},
        {"secret_key", [](Config& c) { c.secret_key = clerk::Secret{std::string(1024, 'k')}; }},
        {"api_version", [](Config& c) { c.api_version = std::string(64, '1'); }},
        {"user_agent", [](Config& c) { c.user_agent = "my-server/1.4 (test)"; }},
        {"user_agent", [](Config& c) { c.user_agent = std::string(256, 'a'); }},
        {"default_headers", [](Config& c) { c.default_headers = {{"X-Team", "a b"}, {"x-team", ""}}; }},
        {"pool.max_connections", [](Config& c) { c.pool.max_connections = 65535; }},
        {"pool.max_waiters", [](Config& c) { c.pool.max_waiters = 0; }},
        {"pool.max_age", [](Config& c) { c.pool.max_age = milliseconds{0}; }},
        {"timeout", [](Config& c) { c.timeout = {milliseconds{0}, milliseconds{0}}; }},
        {"timeout", [](Config& c) { c.timeout = {one_year, one_year, one_year}; }},
        {"addresses.stagger", [](Config& c) { c.addresses.stagger = milliseconds{10}; }},
        {"addresses.stagger", [](Config& c) { c.addresses.stagger = std::chrono::minutes{1}; }},
        {"retry.budget", [](Config& c) { c.retry.budget = 0; }},
        {"retry.successes_per_retry", [](Config& c) { c.retry.successes_per_retry = 10'000; }},
        {"rate_limit.requests", [](Config& c) { c.rate_limit.requests = 1'000'000; }},
        {"rate_limit.window", [](Config& c) { c.rate_limit.window = milliseconds{1}; }},
        {"rate_limit.window", [](Config& c) { c.rate_limit.window = std::chrono::hours{1}; }},
        {"retry", [](Config& c) { c.retry = {1, milliseconds{0}, milliseconds{0}, milliseconds{0}}; }},
        {"retry.max_attempts", [](Config& c) { c.retry.max_attempts = 100; }},
        {"limits", [](Config& c) { c.limits = {1024, 1024, 64}; }},
        {"limits", [](Config& c) { c.limits = {65536, static_cast<std::size_t>(-1), 1024}; }},
    };
    for (Row const& row : rows) {
        Config config = usable();
        row.change(config);
        BOOST_TEST(validate(config).has_value(), row.field);
    }
}

BOOST_AUTO_TEST_SUITE_END()
