#include "testing/service/service_limits.hpp"

#include "support/printing.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>
#include <utility>

using namespace clerk::testing;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(rate_limits)

namespace {

RequestLimit const writes{"writes", 10, 10s, 1};

// The ids of a path, of which the first one counts.
std::array<std::string, 2> of(std::string organization) { return {std::move(organization), "other"}; }

}  // namespace

BOOST_AUTO_TEST_CASE(counts_requests_of_a_key) {
    for (auto const& [limit, allowed] :
         {std::pair{RateLimit::development, 100}, std::pair{RateLimit::production, 1000}}) {
        RateLimits limits{limit};
        RateLimits::Time const begin = RateLimits::Time{} + 1h;
        for (int i = 0; i != allowed; ++i) BOOST_TEST(!limits.admit(begin + 1s).has_value());
        BOOST_TEST(limits.admit(begin + 1s).value().count() == 10);
        BOOST_TEST(limits.admit(begin + 5500ms).value().count() == 6);
        BOOST_TEST(limits.admit(begin + 10999ms).value().count() == 1);  // never 0
        BOOST_TEST(!limits.admit(begin + 11s).has_value());
    }
}

BOOST_AUTO_TEST_CASE(counts_writes_of_each_organization) {
    RateLimits limits{RateLimit::production};
    RateLimits::Time const begin = RateLimits::Time{} + 1h;
    for (int i = 0; i != 10; ++i) BOOST_TEST(!limits.admit(writes, of("org_1"), begin).has_value());
    BOOST_TEST(limits.admit(writes, of("org_1"), begin + 9s).value().count() == 1);
    BOOST_TEST(!limits.admit(writes, of("org_2"), begin).has_value());
    BOOST_TEST(!limits.admit(writes, of("org_1"), begin + 10s).has_value());
}

BOOST_AUTO_TEST_CASE(forgets_old_windows_but_no_current_one) {
    RateLimits limits{RateLimit::production};
    RateLimits::Time const begin = RateLimits::Time{} + 1h;
    for (int i = 0; i != 5000; ++i)
        BOOST_TEST(!limits.admit(writes, of("old_" + std::to_string(i)), begin).has_value());
    for (int i = 0; i != 10; ++i) BOOST_TEST(!limits.admit(writes, of("org_1"), begin + 11s).has_value());
    for (int i = 0; i != 5000; ++i)
        BOOST_TEST(!limits.admit(writes, of("new_" + std::to_string(i)), begin + 12s).has_value());
    BOOST_TEST(limits.admit(writes, of("org_1"), begin + 12s).has_value());
}

BOOST_AUTO_TEST_CASE(limits_have_windows_of_their_own_length_for_the_ids_that_they_name) {
    RateLimits limits{RateLimit::development};
    RateLimits::Time const begin = RateLimits::Time{} + 1h;
    RequestLimit const hourly{"hourly", 2, 1h, 0};
    RequestLimit const by_both{"by both", 1, 10s, 2};
    BOOST_TEST(!limits.admit(hourly, of("org_1"), begin).has_value());
    BOOST_TEST(!limits.admit(hourly, of("org_2"), begin).has_value());
    BOOST_TEST(limits.admit(hourly, of("org_3"), begin + 20min).value() == 40min);
    BOOST_TEST(!limits.admit(hourly, of("org_3"), begin + 1h).has_value());
    BOOST_TEST(!limits.admit(by_both, std::array<std::string, 2>{"a", "b"}, begin).has_value());
    BOOST_TEST(!limits.admit(by_both, std::array<std::string, 2>{"a", "c"}, begin).has_value());
    BOOST_TEST(limits.admit(by_both, std::array<std::string, 2>{"a", "b"}, begin).has_value());
    BOOST_TEST(!limits.admit(RequestLimit{}, of("org_1"), begin).has_value());
}

BOOST_AUTO_TEST_CASE(can_be_off) {
    RateLimits limits{RateLimit::off};
    for (int i = 0; i != 5000; ++i) {
        BOOST_TEST(!limits.admit({}).has_value());
        BOOST_TEST(!limits.admit(writes, of("org_1"), {}).has_value());
    }
}

BOOST_AUTO_TEST_SUITE_END()
