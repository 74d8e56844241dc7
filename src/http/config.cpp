// validate(Config). It is in this layer because it needs the base URL.
#include <clerk/config.hpp>

#include "base/ascii.hpp"
#include "base/header_field.hpp"
#include "base/json_text.hpp"
#include "base/local_error.hpp"
#include "http/base_url.hpp"
#include "http/proxy.hpp"

#include <algorithm>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace clerk {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t max_secret_length = 1024;
constexpr std::size_t max_user_agent_length = 256;
constexpr std::size_t max_api_version_length = 64;
// Time points are nanoseconds in 64 bits (292 years), so no configured duration may come near that.
constexpr milliseconds max_duration = std::chrono::hours{24 * 365};

// Remembers the first refusal; later checks are skipped.
class Checker {
public:
    void require(bool fine, std::string_view field, std::string_view message) {
        if (!fine && !failure_) failure_ = base::invalid_argument(field, std::string{message});
    }

    template <std::integral T>
    void range(T value, T least, T most, std::string_view field) {
        require(value >= least && value <= most, field,
                "must be " + std::to_string(least) + "…" + std::to_string(most));
    }

    void duration(milliseconds value, std::string_view field) {
        require(value >= milliseconds::zero(), field, "must not be negative");
        require(value <= max_duration, field, "must be at most one year");
    }

    [[nodiscard]] Result<void> result() && {
        if (failure_) return *std::move(failure_);
        return {};
    }

private:
    std::optional<Error> failure_{};
};

// Messages never quote the value: it may be a key pasted into the wrong place.
void check_texts(Checker& check, Config const& config) {
    std::string_view const key = config.secret_key.reveal();
    check.require(!key.empty(), "secret_key", "must not be empty");
    check.require(std::all_of(key.begin(), key.end(), base::is_visible), "secret_key",
                  "must be visible ASCII without spaces or line breaks");
    check.require(key.size() <= max_secret_length, "secret_key",
                  "must be at most " + std::to_string(max_secret_length) + " characters");

    auto const in_version = [](char c) { return base::is_digit(c) || base::is_alpha(c) || c == '.' || c == '-'; };
    std::string const& version = config.api_version;
    check.require(version.size() <= max_api_version_length && std::all_of(version.begin(), version.end(), in_version),
                  "api_version", "must be a version such as 2026-05-12: at most 64 letters, digits, '.' and '-'");

    std::string const& agent = config.user_agent;
    auto const in_agent = [](char c) { return c == ' ' || base::is_visible(c); };
    check.require(std::all_of(agent.begin(), agent.end(), in_agent), "user_agent",
                  "must be visible ASCII and spaces, without line breaks");
    check.require(agent.size() <= max_user_agent_length, "user_agent",
                  "must be at most " + std::to_string(max_user_agent_length) + " characters");
    check.require(config.tls.ca_file.find('\0') == std::string::npos, "tls.ca_file",
                  "must not contain a NUL character");
    check.require(config.tls.ca_directory.find('\0') == std::string::npos, "tls.ca_directory",
                  "must not contain a NUL character");
}

void check_headers(Checker& check, Headers const& headers) {
    std::size_t index = 0;
    for (Headers::Field const header : headers) {
        if (auto const refusal = base::refuse_header("default_headers", index++, header)) {
            check.require(false, refusal->field, refusal->message);
        }
    }
}

void check_numbers(Checker& check, Config const& config) {
    check.range<std::size_t>(config.pool.max_connections, 1, 65535, "pool.max_connections");
    check.duration(config.pool.idle_timeout, "pool.idle_timeout");
    check.require(config.pool.idle_timeout > milliseconds::zero(), "pool.idle_timeout", "must be greater than zero");
    check.duration(config.pool.max_age, "pool.max_age");
    check.duration(config.timeout.connect, "timeout.connect");
    check.duration(config.timeout.attempt, "timeout.attempt");
    check.duration(config.timeout.total, "timeout.total");
    check.duration(config.addresses.cache, "addresses.cache");
    check.require(config.addresses.stagger >= milliseconds{10} && config.addresses.stagger <= std::chrono::minutes{1},
                  "addresses.stagger", "must be 10 ms…1 min");
    check.range(config.retry.max_attempts, 1, 100, "retry.max_attempts");
    check.duration(config.retry.initial_backoff, "retry.initial_backoff");
    check.duration(config.retry.max_backoff, "retry.max_backoff");
    check.duration(config.retry.max_retry_after, "retry.max_retry_after");
    check.require(config.retry.budget >= 0, "retry.budget", "must not be negative");
    check.range(config.retry.successes_per_retry, 1, 10000, "retry.successes_per_retry");
    check.range<std::size_t>(config.rate_limit.requests, 0, 1'000'000, "rate_limit.requests");
    check.range<std::size_t>(config.rate_limit.writes_per_organization, 0, 1'000'000,
                             "rate_limit.writes_per_organization");
    check.require(config.rate_limit.window >= milliseconds{1} && config.rate_limit.window <= std::chrono::hours{1},
                  "rate_limit.window", "must be 1 ms…1 h");
    check.range<std::size_t>(config.limits.max_response_header_bytes, 1024, 65536, "limits.max_response_header_bytes");
    check.require(config.limits.max_response_body_bytes >= 1024, "limits.max_response_body_bytes",
                  "must be at least 1024");
    check.range<std::size_t>(config.limits.max_json_depth, base::max_metadata_depth, 1024, "limits.max_json_depth");
}

}  // namespace

Result<void> validate(Config const& config) {
    Checker check;
    check_texts(check, config);
    check_headers(check, config.default_headers);
    if (auto const origin = http::parse_base_url(config.base_url); !origin) {
        check.require(false, "base_url", origin.error().message());
    }
    if (!config.proxy.url.empty()) {
        auto const proxy = http::parse_proxy_url(config.proxy.url.reveal());
        if (!proxy) check.require(false, "proxy.url", proxy.error().message());
    }
    check_numbers(check, config);
    return std::move(check).result();
}

}  // namespace clerk
