#include "client/rate_limit/rate_limits.hpp"

#include "support/printing.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

namespace clerk::client {
BOOST_AUTO_TEST_SUITE(rate_limits)

namespace {

using namespace std::chrono_literals;

constexpr std::string_view live = "sk_live_abc";
constexpr std::string_view test_key = "sk_test_abc";
constexpr std::string_view service = "api.clerk.com";
constexpr std::string_view elsewhere = "localhost";

BOOST_AUTO_TEST_CASE(what_the_options_come_to) {
    struct Row {
        RateLimiting mode{};
        std::size_t requests{};
        std::size_t writes{};
        std::string_view host{};
        std::string_view key{};
        std::size_t expected_requests{};
        std::size_t expected_writes{};
    };
    using enum RateLimiting;
    std::vector<Row> const rows{
        {automatic, 0, 0, service, live, 1000, 0},
        {automatic, 0, 0, service, test_key, 100, 0},
        {automatic, 0, 0, service, "sk_livelier", 100, 0},
        {automatic, 0, 0, service, "", 100, 0},
        {automatic, 0, 0, elsewhere, live, 0, 0},
        {automatic, 7, 3, elsewhere, live, 0, 0},
        {automatic, 7, 3, service, live, 7, 3},
        {automatic, 0, 3, service, live, 1000, 3},
        {automatic, 7, 0, service, live, 7, 0},
        {automatic, 0, 0, "api.clerk.com.example.org", live, 0, 0},
        {on, 0, 0, elsewhere, live, 1000, 0},
        {on, 0, 0, elsewhere, test_key, 100, 0},
        {on, 50, 5, elsewhere, test_key, 50, 5},
        {off, 0, 0, service, live, 0, 0},
        {off, 50, 5, service, live, 0, 0},
    };
    for (Row const& row : rows) {
        BOOST_TEST_CONTEXT(static_cast<int>(row.mode) << ' ' << row.requests << ' ' << row.host << ' ' << row.key) {
            RateLimitOptions options{};
            options.mode = row.mode;
            options.requests = row.requests;
            options.writes_per_organization = row.writes;
            options.window = 3s;
            RateLimits const limits = effective_limits(options, row.host, row.key);
            BOOST_TEST(limits.requests == row.expected_requests);
            BOOST_TEST(limits.writes_per_organization == row.expected_writes);
            BOOST_TEST(limits.window == 3s);
        }
    }
}

BOOST_AUTO_TEST_CASE(endpoints_are_parked_in_every_mode_unless_switched_off) {
    RateLimitOptions options{};
    for (RateLimiting const mode : {RateLimiting::on, RateLimiting::off, RateLimiting::automatic}) {
        options.mode = mode;
        for (bool const park : {true, false}) {
            options.park = park;
            BOOST_TEST(effective_limits(options, elsewhere, live).park == park);
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::client
