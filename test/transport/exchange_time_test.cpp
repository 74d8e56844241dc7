#include "transport/exchange_time.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>

namespace clerk::transport {
BOOST_AUTO_TEST_SUITE(exchange_time)

namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr base::TimePoint start{std::chrono::hours{1}};

std::int64_t microseconds_needed(ExchangeTime const& time, base::TimePoint now = start) {
    return std::chrono::duration_cast<std::chrono::microseconds>(time.needed(now)).count();
}

BOOST_AUTO_TEST_CASE(nothing_is_known_at_first) {
    ExchangeTime time;
    BOOST_TEST(microseconds_needed(time) == 0);
    BOOST_TEST(microseconds_needed(time, base::TimePoint::min()) == 0);
}

BOOST_AUTO_TEST_CASE(exchanges_that_take_the_same_need_hardly_more) {
    ExchangeTime time;
    for (int i = 0; i < 30; ++i) time.answered(50ms, start);
    BOOST_TEST(microseconds_needed(time) >= 50'000);
    BOOST_TEST(microseconds_needed(time) <= 51'000);
}

BOOST_AUTO_TEST_CASE(nearly_all_keep_within_it) {
    ExchangeTime time;
    int beyond = 0;
    for (int i = 0; i < 1000; ++i) {
        nanoseconds const took = 10ms + nanoseconds{1ms} * (i * 7919 % 41);  // 10…50 ms
        if (i > 50 && took > time.needed(start)) ++beyond;
        time.answered(took, start);
    }
    BOOST_TEST(beyond == 0);
    BOOST_TEST(microseconds_needed(time) < 100'000);
}

BOOST_AUTO_TEST_CASE(one_that_took_long_does_not_spoil_it) {
    ExchangeTime time;
    for (int i = 0; i < 30; ++i) time.answered(50ms, start);
    time.answered(60s, start);
    BOOST_TEST(microseconds_needed(time) < 150'000);
    for (int i = 0; i < 30; ++i) time.answered(50ms, start);
    BOOST_TEST(microseconds_needed(time) < 55'000);
}

BOOST_AUTO_TEST_CASE(it_follows_a_service_that_becomes_slow_and_fast_again) {
    ExchangeTime time;
    for (int i = 0; i < 30; ++i) time.answered(50ms, start);
    for (int i = 0; i < 20; ++i) time.answered(500ms, start);
    BOOST_TEST(microseconds_needed(time) >= 500'000);
    for (int i = 0; i < 50; ++i) time.answered(50ms, start);
    BOOST_TEST(microseconds_needed(time) < 60'000);
}

BOOST_AUTO_TEST_CASE(a_cut_off_exchange_is_measured_only_if_it_had_the_estimated_time) {
    ExchangeTime time;
    for (int i = 0; i < 30; ++i) time.answered(50ms, start);
    auto const before = microseconds_needed(time);
    time.cut_off(49ms, start);
    BOOST_TEST(microseconds_needed(time) == before);
    time.cut_off(60ms, start);
    BOOST_TEST(microseconds_needed(time) > before);
    // A service that never answers: the estimate becomes longer than all deadlines.
    for (int i = 0; i < 50; ++i) time.cut_off(1s, start);
    BOOST_TEST(microseconds_needed(time) > 1'000'000);
    BOOST_TEST(microseconds_needed(time) < 10'000'000);
}

BOOST_AUTO_TEST_CASE(what_nothing_confirms_is_forgotten) {
    ExchangeTime time;
    for (int i = 0; i < 30; ++i) time.answered(1s, start);
    auto const known = microseconds_needed(time);
    BOOST_TEST(microseconds_needed(time, start + 29s) == known);
    BOOST_TEST(microseconds_needed(time, start + 30s) == known / 2);
    BOOST_TEST(microseconds_needed(time, start + 61s) == known / 4);
    BOOST_TEST(microseconds_needed(time, start + std::chrono::hours{24 * 365}) == 0);
}

BOOST_AUTO_TEST_CASE(times_that_make_no_sense_do_no_harm) {
    ExchangeTime time;
    time.answered(-1s, start);  // threads read the clock before they lock
    BOOST_TEST(microseconds_needed(time) == 0);
    time.answered(nanoseconds::max(), start);
    time.cut_off(nanoseconds::max(), start);
    BOOST_TEST(microseconds_needed(time) >= 0);
}

BOOST_AUTO_TEST_CASE(each_operation_has_its_own) {
    ExchangeTimes times;
    ExchangeTime* const list = times.of("list_organizations");
    BOOST_REQUIRE(list != nullptr);
    BOOST_TEST(times.of("list_organizations") == list);
    BOOST_TEST(times.of("get_organization") != list);

    std::array<std::string, 80> names;
    std::size_t known = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
        names[i] = "an operation, number " + std::to_string(i);
        if (times.of(names[i]) != nullptr) ++known;
    }
    BOOST_TEST(known == 62U);
    BOOST_TEST(times.of("list_organizations") == list);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::transport
