#include "testing/faults/fault_plan.hpp"

#include "support/printing.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace data = boost::unit_test::data;
using namespace clerk::testing;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(fault_plan)

namespace {

FaultPlan plan_for(std::string_view text) { return FaultPlan{parse_fault_spec(text)}; }

// One character per request: 'x' when the fault applies.
std::string pattern(FaultPlan& plan, std::size_t requests, std::string_view operation = "get_organization") {
    std::string text{};
    for (std::size_t i = 0; i != requests; ++i) {
        text += plan.next_request(operation).phase == FaultPhase::none ? '.' : 'x';
    }
    return text;
}

std::string pattern(std::string_view spec, std::size_t requests) {
    FaultPlan plan = plan_for(spec);
    return pattern(plan, requests);
}

struct PatternCase {
    std::string_view spec;
    std::string_view expected;
};
std::ostream& operator<<(std::ostream& out, PatternCase const& test) { return out << test.spec; }

PatternCase const pattern_cases[] = {
    {"", "............"},
    {"latency=5", "............"},
    {"locked", "xxxxxxxxxxxx"},
    {"locked@p=0", "............"},
    {"locked@p=1", "xxxxxxxxxxxx"},
    {"locked@after=3", "...xxxxxxxxx"},
    {"locked@count=3", "xxx........."},
    {"locked@after=2@count=3", "..xxx......."},
    {"locked@every=3", "..x..x..x..x"},
    {"locked@every=3@after=2", "....x..x..x."},
    {"locked@every=4@count=2", "...x...x...."},
    {"locked@every=4@burst=2", "...xx..xx..x"},
    {"locked@every=2@burst=4", ".xxxxxxxxxxx"},
    {"locked@every=5@burst=3@count=4", "....xxx..x.."},
    {"locked@after=11@burst=3", "...........x"},
    {"locked@on=create_organization", "............"},
    {"locked@on=get_organization,create_organization", "xxxxxxxxxxxx"},
    {"locked@every=6; status=500@every=4", "...x.x..x..x"},
    {"rst-on-connect", "............"},
};

}  // namespace

BOOST_DATA_TEST_CASE(strikes_as_scripted, data::make(pattern_cases), test) {
    BOOST_TEST(pattern(test.spec, 12) == test.expected);
}

BOOST_AUTO_TEST_CASE(the_first_rule_that_applies_decides) {
    FaultPlan plan = plan_for("locked@every=2; status=500@retry-after=3; stale=9");
    FaultDecision const first = plan.next_request("get_organization");
    BOOST_TEST(first.status == 500U);
    BOOST_TEST(first.retry_after == 3s);
    BOOST_TEST(first.pause == 0ms);
    BOOST_TEST(first.rules == 1U);
    FaultDecision const second = plan.next_request("get_organization");
    BOOST_TEST(second.status == 409U);
    BOOST_TEST(second.retry_after == std::nullopt);
}

// Rules after the one that applies do not count the request.
BOOST_AUTO_TEST_CASE(a_rule_counts_the_requests_that_it_matches) {
    BOOST_TEST(pattern("locked@count=2; stale@after=1@count=1", 6) == "xx.x..");
    BOOST_TEST(pattern("latency=1; locked@every=3", 6) == "..x..x");
    FaultPlan plan = plan_for("locked@after=1@on=get_organization");
    BOOST_TEST(pattern(plan, 3, "list_organizations") == "...");
    BOOST_TEST(pattern(plan, 1, {}) == ".");
    BOOST_TEST(pattern(plan, 3) == ".xx");
}

BOOST_AUTO_TEST_CASE(latencies_add_up_and_go_with_a_fault) {
    FaultPlan plan = plan_for("latency=5; close-mid-answer=3; latency=7; locked");
    FaultDecision const decision = plan.next_request({});
    BOOST_TEST(decision.latency == 12ms);
    BOOST_TEST(decision.phase == FaultPhase::mid_answer);
    BOOST_TEST(decision.action == FaultAction::close);
    BOOST_TEST(decision.bytes == 3U);
    BOOST_TEST(decision.rules == 3U);
}

BOOST_AUTO_TEST_CASE(latency_stays_in_its_range_and_reaches_both_ends) {
    FaultPlan plan = plan_for("latency=10..14");
    std::size_t seen[5]{};
    for (int i = 0; i != 5000; ++i) {
        auto const latency = plan.next_request({}).latency;
        BOOST_REQUIRE(latency >= 10ms);
        BOOST_REQUIRE(latency <= 14ms);
        ++seen[(latency - 10ms).count()];
    }
    for (std::size_t const count : seen) BOOST_TEST((count > 800U && count < 1200U));
}

BOOST_AUTO_TEST_CASE(chance_keeps_to_its_probability) {
    struct Case {
        std::string_view spec;
        std::size_t low, high;  // five standard deviations of 100,000 requests
    };
    for (Case const& test : {Case{"locked@p=0.001", 50, 150}, Case{"locked@p=0.01", 842, 1158},
                             Case{"locked@p=0.5", 49'209, 50'791}, Case{"locked@p=0.99", 98'842, 99'158}}) {
        for (int seed = 0; seed != 5; ++seed) {
            std::string const spec = std::string{test.spec} + "; seed=" + std::to_string(seed);
            std::string const text = pattern(spec, 100'000);
            auto const struck = static_cast<std::size_t>(std::count(text.begin(), text.end(), 'x'));
            BOOST_TEST((struck >= test.low && struck <= test.high), spec << ": " << struck);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_seed_decides_chance) {
    std::string const spec = "locked@p=0.3; status=500@p=0.3";
    std::string const once = pattern(spec + "; seed=1", 1000);
    BOOST_TEST(once == pattern(spec + "; seed=1", 1000));
    BOOST_TEST(once == pattern("seed=1;" + spec, 1000));
    BOOST_TEST(once != pattern(spec + "; seed=2", 1000));
    BOOST_TEST(pattern(spec, 1000) == pattern(spec + "; seed=0", 1000));
    // The same requests on every platform.
    BOOST_TEST(pattern("locked@p=0.5; seed=42", 32) == ".x.x.xxxxx..xxxx..xx.x.x.xxxx.x.");
}

// Two rules with the same probability apply independently of each other.
BOOST_AUTO_TEST_CASE(rules_have_noise_of_their_own) {
    FaultPlan plan = plan_for("latency=1@p=0.5; locked@p=0.5");
    int both = 0;
    for (int i = 0; i != 10'000; ++i) {
        FaultDecision const decision = plan.next_request({});
        both += decision.latency == 1ms && decision.phase != FaultPhase::none ? 1 : 0;
    }
    BOOST_TEST((both > 2283 && both < 2717));  // a quarter, five standard deviations
}

// Other operations in between do not change which requests of an operation are affected.
BOOST_AUTO_TEST_CASE(chance_does_not_depend_on_other_operations) {
    std::string const spec = "locked@p=0.4@on=get_organization; seed=9";
    std::string const alone = pattern(spec, 200);
    FaultPlan plan = plan_for(spec);
    std::string mixed{};
    for (std::size_t i = 0; i != 200; ++i) {
        for (std::size_t other = 0; other != i % 3; ++other) (void)plan.next_request("create_organization");
        mixed += pattern(plan, 1);
    }
    BOOST_TEST(mixed == alone);
}

BOOST_AUTO_TEST_CASE(random_bursts_apply_to_requests_in_a_row) {
    std::string const text = pattern("locked@p=0.01@burst=20; seed=3", 20'000);
    std::size_t bursts = 0;
    for (std::size_t at = text.find('x'); at != std::string::npos; at = text.find('x', at)) {
        std::size_t const end = std::min(text.find('.', at), text.size());
        if (end != text.size()) BOOST_TEST((end - at) % 20 == 0U);
        at = end;
        ++bursts;
    }
    BOOST_TEST((bursts > 100U && bursts < 250U), bursts);
}

BOOST_AUTO_TEST_CASE(connections_have_rules_of_their_own) {
    FaultPlan plan = plan_for("locked; hang-on-connect@every=2; rst-on-connect@every=3");
    std::string text{};
    for (int i = 0; i != 12; ++i) {
        switch (plan.next_connection().action) {
            case FaultAction::hang:
                text += 'h';
                break;
            case FaultAction::reset:
                text += 'r';
                break;
            default:
                text += '.';
        }
    }
    BOOST_TEST(text == ".h.hrh.h.hrh");
    BOOST_TEST(plan.next_request({}).action == FaultAction::answer);
}

BOOST_AUTO_TEST_SUITE_END()
