#include "testing/faults/fault_spec.hpp"

#include "testing/service/resources.hpp"

#include "support/printing.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <limits>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace data = boost::unit_test::data;
using namespace clerk::testing;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(fault_spec)

namespace {

FaultRule only_rule(std::string_view text) {
    FaultSpec const spec = parse_fault_spec(text);
    BOOST_REQUIRE_EQUAL(spec.rules.size(), 1U);
    return spec.rules.front();
}

struct KindCase {
    std::string_view text;
    FaultPhase phase;
    FaultAction action;
};
std::ostream& operator<<(std::ostream& out, KindCase const& test) { return out << test.text; }

using enum FaultPhase;
KindCase const kind_cases[] = {
    {"latency=5", FaultPhase::none, FaultAction::none},
    {"close-on-connect", connect, FaultAction::cut},
    {"rst-on-connect", connect, FaultAction::reset},
    {"hang-on-connect", connect, FaultAction::hang},
    {"status=500", before_effect, FaultAction::answer},
    {"error=org_creation_limit_exceeded", before_effect, FaultAction::answer},
    {"locked", before_effect, FaultAction::answer},
    {"close-before-effect", before_effect, FaultAction::close},
    {"cut-before-effect", before_effect, FaultAction::cut},
    {"rst-before-effect", before_effect, FaultAction::reset},
    {"hang-before-effect", before_effect, FaultAction::hang},
    {"status-after-effect=504", after_effect, FaultAction::answer},
    {"close-after-effect", after_effect, FaultAction::close},
    {"cut-after-effect", after_effect, FaultAction::cut},
    {"rst-after-effect", after_effect, FaultAction::reset},
    {"hang-after-effect", after_effect, FaultAction::hang},
    {"garbage", after_effect, FaultAction::garble},
    {"close-mid-answer", mid_answer, FaultAction::close},
    {"cut-mid-answer", mid_answer, FaultAction::cut},
    {"rst-mid-answer", mid_answer, FaultAction::reset},
    {"hang-mid-answer", mid_answer, FaultAction::hang},
    {"truncated-tls", mid_answer, FaultAction::cut_record},
    {"drip=1", mid_answer, FaultAction::drip},
    {"stale", after_answer, FaultAction::close},
    {"stale-rst", after_answer, FaultAction::reset},
    {"connection-close", after_answer, FaultAction::announce},
};

struct Refusal {
    std::string_view text;
    std::string_view says;
};
std::ostream& operator<<(std::ostream& out, Refusal const& test) { return out << test.text; }

Refusal const bad_specs[] = {
    {"statsu=500", R"(fault 1, "statsu=500": there is no fault "statsu"; there are latency,)"},
    {"Locked", R"(there is no fault "Locked")"},
    {"=5", R"(there is no fault "")"},
    {"@p=1", R"(there is no fault "")"},
    {"locked;;close-after-effects", R"(fault 3, "close-after-effects": there is no fault)"},
    {"status", "status needs a value, as in status=503"},
    {"error", "error needs a value, as in error=org_creation_limit_exceeded"},
    {"error=",
     R"(error must be a code of the service, not ""; they are organization_member_limit_managed_by_billing, )"},
    {"error=not_a_code", R"(error must be a code of the service, not "not_a_code"; they are )"},
    {"latency", "latency needs a value, as in latency=20"},
    {"drip", "drip needs a value"},
    {"locked=1", "locked takes no value"},
    {"rst-after-effect=", "rst-after-effect takes no value"},
    {"status=", R"(status must be a whole number from 400 to 599, not "")"},
    {"status=200", R"(status must be a whole number from 400 to 599, not "200")"},
    {"status=600", "from 400 to 599"},
    {"status=5e2", "from 400 to 599"},
    {"status=0x1F4", "from 400 to 599"},
    {"status=+503", "from 400 to 599"},
    {"latency=-1", "latency must be a whole number from 0 to 3600000"},
    {"latency=3600001", "from 0 to 3600000"},
    {"latency=20ms", R"(not "20ms")"},
    {"latency=20..10", "latency ends before it begins"},
    {"latency=..10", R"(not "")"},
    {"latency=1..2..3", R"(not "2..3")"},
    {"close-mid-answer=0", "from 1 to 1000000000"},
    {"locked@", "after a @ comes NAME=VALUE"},
    {"locked@@p=1", "after a @ comes NAME=VALUE"},
    {"locked@p", R"(after a @ comes NAME=VALUE, not "p")"},
    {"locked@p=", R"(p must be from 0 to 1 with at most 9 decimals, not "")"},
    {"locked@p=1.1", "p must be"},
    {"locked@p=-0.1", "p must be"},
    {"locked@p=.5", "p must be"},
    {"locked@p=0.", "p must be"},
    {"locked@p=1.000000001", "p must be"},
    {"locked@p=0.0000000001", "p must be"},
    {"locked@p=50%", "p must be"},
    {"locked@p=0.5@p=0.5", R"("p" is given twice)"},
    {"locked@chance=1", R"(locked knows no "chance"; there are p, after, every, burst, count, on, retry-after)"},
    {"stale@retry-after=1", R"(stale knows no "retry-after"; there are p, after, every, burst, count, on)"},
    {"rst-on-connect@on=get_organization", R"(rst-on-connect knows no "on")"},
    {"stale@piece=4", R"(stale knows no "piece")"},
    {"drip=1@piece=0", "piece must be a whole number from 1"},
    {"locked@after=x", "after must be a whole number from 0"},
    {"locked@every=0", "every must be a whole number from 1"},
    {"locked@burst=0", "burst must be a whole number from 1"},
    {"locked@count=0", "count must be a whole number from 1"},
    {"locked@count=99999999999999999999", "count must be a whole number"},
    {"locked@on=", R"(on must name operations, not ""; they are list_organizations,)"},
    {"locked@on=get_organization,get", R"(on must name operations, not "get")"},
    {"seed", R"(seed must be a whole number from 0 to 18446744073709551615, not "")"},
    {"seed=-1", "seed must be"},
    {"seed=1@p=1", "seed takes nothing but a number"},
};

}  // namespace

BOOST_DATA_TEST_CASE(knows_every_kind, data::make(kind_cases), test) {
    FaultRule const rule = only_rule(test.text);
    BOOST_TEST(rule.phase == test.phase);
    BOOST_TEST(rule.action == test.action);
    BOOST_TEST(rule.probability == FaultRule::certain);
    BOOST_TEST(rule.operations.empty());
}

BOOST_DATA_TEST_CASE(refuses_and_says_why, data::make(bad_specs), test) {
    try {
        (void)parse_fault_spec(test.text);
        BOOST_ERROR("not refused");
    } catch (std::invalid_argument const& problem) {
        BOOST_TEST(std::string_view{problem.what()}.find(test.says) != std::string_view::npos, problem.what());
    }
}

BOOST_AUTO_TEST_CASE(nothing_is_no_rule) {
    for (std::string_view const text : {"", " ", ";", " ; \n ;"}) {
        BOOST_TEST(parse_fault_spec(text).rules.empty());
    }
}

BOOST_AUTO_TEST_CASE(rules_keep_their_order_and_white_space_does_not_matter) {
    FaultSpec const spec = parse_fault_spec(
        " latency = 1 .. 2 ;\n\tlocked @ p = 0.5 @ on = get_organization , "
        "list_organizations ; seed = 18446744073709551615 ; stale");
    BOOST_TEST(spec.seed == std::numeric_limits<std::uint64_t>::max());
    BOOST_REQUIRE_EQUAL(spec.rules.size(), 3U);
    BOOST_TEST(spec.rules[0].min_latency == 1ms);
    BOOST_TEST(spec.rules[0].max_latency == 2ms);
    BOOST_TEST(spec.rules[1].status == 409U);
    BOOST_TEST(spec.rules[1].probability == 500'000'000U);
    BOOST_REQUIRE_EQUAL(spec.rules[1].operations.size(), 2U);
    for (std::string_view const name : {"get_organization", "list_organizations"}) {
        BOOST_TEST(std::count(spec.rules[1].operations.begin(), spec.rules[1].operations.end(), name) == 1);
    }
    BOOST_TEST(spec.rules[2].action == FaultAction::close);
}

BOOST_AUTO_TEST_CASE(values_and_modifiers) {
    FaultRule const answer = only_rule("status=429@retry-after=7@after=1@every=2@burst=3@count=4@p=0.000000001");
    BOOST_TEST(answer.status == 429U);
    BOOST_TEST(answer.retry_after == 7s);
    BOOST_TEST(answer.after == 1U);
    BOOST_TEST(answer.every == 2U);
    BOOST_TEST(answer.burst == 3U);
    BOOST_TEST(answer.count == 4U);
    BOOST_TEST(answer.probability == 1U);
    BOOST_TEST(only_rule("status=599").retry_after == std::nullopt);

    BOOST_TEST(only_rule("latency=0").max_latency == 0ms);
    BOOST_TEST(only_rule("latency=3600000").min_latency == 1h);
    BOOST_TEST(only_rule("cut-mid-answer").bytes == 0U);
    BOOST_TEST(only_rule("cut-mid-answer=17").bytes == 17U);
    FaultRule const drip = only_rule("drip=400@piece=16");
    BOOST_TEST(drip.pause == 400ms);
    BOOST_TEST(drip.bytes == 16U);
    BOOST_TEST(only_rule("drip=0").bytes == 1U);
    BOOST_TEST(only_rule("stale").pause == 0ms);
    BOOST_TEST(only_rule("stale=50").pause == 50ms);
    BOOST_TEST(only_rule("stale@p=0").probability == 0U);
    BOOST_TEST(only_rule("stale@p=1.000").probability == FaultRule::certain);
}

BOOST_AUTO_TEST_CASE(every_operation_can_be_named) {
    BOOST_TEST(operation_names().size() >= 9U);
    for (std::string_view const name : operation_names()) {
        FaultRule const rule = only_rule("stale@on=" + std::string{name});
        BOOST_REQUIRE_EQUAL(rule.operations.size(), 1U);
        BOOST_TEST(rule.operations.front() == name);
    }
}

BOOST_AUTO_TEST_SUITE_END()
