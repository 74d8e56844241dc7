#include "api/pagination/checkpoint.hpp"

#include "api/organizations/organization_requests.hpp"
#include "base/digest.hpp"
#include "support/printing.hpp"

#include <clerk/organizations_api.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <limits>
#include <random>
#include <string>

namespace clerk::api {
namespace {

namespace data = boost::unit_test::data;

WalkIdentity identity_for(ListOrganizationsRequest const& request, bool anchored, std::string account = "a digest") {
    return identity_of(organizations::list_organizations(request).value(), anchored, std::move(account));
}

SavedWalk some_walk() {
    SavedWalk walk{};
    walk.state.position = 1490;
    walk.state.pages = 3;
    walk.state.delivered = 1489;
    walk.state.undecoded = 1;
    walk.state.duplicates_dropped = 20;
    walk.state.drift_events = 2;
    walk.state.refetches = 1;
    walk.state.first_total = 5000;
    walk.state.total = 4990;
    walk.state.frontier = -62'135'596'800'000;
    walk.state.known = {"org_1", "org with \"odd\" \n characters; \xc3\xa9 \xff %41"};
    walk.state.known_cut = true;
    walk.state.trailing = {"org_bad"};
    walk.state.trailing_nameless = 2;
    walk.state.add(IncompleteReason::undecoded);
    walk.requests = 4;
    walk.retries = 1;
    walk.elapsed = std::chrono::milliseconds{1234};
    return walk;
}

std::string refusal(std::string_view text, WalkIdentity const& identity) {
    auto const read = read_checkpoint(text, identity);
    if (read) return {};
    BOOST_TEST(read.error() == errc::invalid_argument);
    BOOST_TEST(read.error().field() == "checkpoint");
    return to_string(read.error());
}

std::string sealed(std::string const& body) { return body + ' ' + base::sha256_hex(body, 8); }

BOOST_AUTO_TEST_SUITE(checkpoint)

BOOST_DATA_TEST_CASE(is_read_as_it_was_written, data::make({false, true}), anchored) {
    ListOrganizationsRequest const request{.query = "a"};
    WalkIdentity const identity = identity_for(request, anchored);
    SavedWalk walk = some_walk();
    if (!anchored) {
        walk.state.frontier.reset();
        walk.state.known.clear();
        walk.state.trailing.clear();
        walk.state.trailing_nameless = 0;
        walk.state.known_cut = false;
    }
    std::string const text = write_checkpoint(walk, identity);
    BOOST_TEST(text.size() < 1024U);
    BOOST_TEST(std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; }));
    auto const read = read_checkpoint(text, identity);
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST((*read == walk));
    BOOST_TEST((read_checkpoint(write_checkpoint({}, identity), identity).value() == SavedWalk{}));
}

BOOST_AUTO_TEST_CASE(an_absurd_total_does_not_spoil_it) {
    SavedWalk walk = some_walk();
    walk.state.first_total = walk.state.total = std::numeric_limits<std::int64_t>::max();
    WalkIdentity const identity = identity_for({}, true);
    BOOST_TEST(read_checkpoint(write_checkpoint(walk, identity), identity).has_value());
}

BOOST_AUTO_TEST_CASE(belongs_to_one_kind_of_walk_over_one_list) {
    ListOrganizationsRequest const request{.query = "a"};
    WalkIdentity const identity = identity_for(request, false);
    std::string const text = write_checkpoint(some_walk(), identity);
    auto const refused_for = [&](auto const& change) {
        ListOrganizationsRequest other = request;
        change(other);
        return refusal(text, identity_for(other, false));
    };
    using Request = ListOrganizationsRequest;
    BOOST_TEST(refused_for([](Request&) {}).empty());
    BOOST_TEST(refused_for([](Request& r) { r.order_by = "+name"; }).find("another order") != std::string::npos);
    std::vector<std::string> const filters{
        refused_for([](Request& r) { r.query = "b"; }),
        refused_for([](Request& r) { r.user_id = {"a"}; }),
        refused_for([](Request& r) { r.organization_id = {"a"}; }),
        refused_for([](Request& r) { r.include_members_count = false; }),
        refused_for([](Request& r) { r.include_missing_member_with_elevated_permissions = true; }),
    };
    for (std::string const& message : filters) BOOST_TEST(message.find("other filters") != std::string::npos);
    BOOST_TEST(refusal(text, identity_for(request, true)).find("not anchored") != std::string::npos);
    BOOST_TEST(refusal(text, identity_for(request, false, "another")).find("another server or secret key") !=
               std::string::npos);
    WalkIdentity of_memberships = identity;
    of_memberships.operation = "list_memberships";
    BOOST_TEST(refusal(text, of_memberships).find("another operation") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(filters_are_told_apart) {
    std::vector<ListOrganizationsRequest> requests(6);
    requests[1].user_id = {"ab", "c"};
    requests[2].user_id = {"a", "bc"};
    requests[3].organization_id = {"ab", "c"};
    requests[4].query = "abc";
    requests[5].user_id = {"abc"};
    for (std::size_t i = 0; i != requests.size(); ++i) {
        for (std::size_t j = 0; j != requests.size(); ++j) {
            bool const same = identity_for(requests[i], true) == identity_for(requests[j], true);
            BOOST_TEST(same == (i == j));
        }
    }
}

BOOST_AUTO_TEST_CASE(damage_is_noticed_wherever_it_is) {
    WalkIdentity const identity = identity_for({}, true);
    std::string const good = write_checkpoint(some_walk(), identity);
    for (std::size_t i = 0; i != good.size(); ++i) {
        std::string bad = good;
        bad[i] = static_cast<char>(bad[i] ^ 1);
        BOOST_TEST(!refusal(bad, identity).empty());
        BOOST_TEST(!refusal(good.substr(0, i), identity).empty());
        bad = good;
        bad.erase(i, 1);
        BOOST_TEST(!refusal(bad, identity).empty());
    }
    BOOST_TEST(!refusal(good + "\n", identity).empty());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_refused_though_the_checksum_fits) {
    WalkIdentity const identity = identity_for({}, true);
    std::string const good = write_checkpoint(some_walk(), identity);
    std::string const body = good.substr(0, good.rfind(' '));
    auto const with = [&](std::string const& from, std::string const& to) {
        std::string changed = body;
        std::size_t const at = changed.find(from);
        BOOST_REQUIRE(at != std::string::npos);
        return refusal(sealed(changed.replace(at, from.size(), to)), identity);
    };
    BOOST_TEST(refusal(sealed(body), identity).empty());
    BOOST_TEST(with("\"checkpoint\":2", "\"checkpoint\":1").find("incompatible version") != std::string::npos);
    BOOST_TEST(with("\"position\":1490", "\"position\":-1").find("damaged") != std::string::npos);
    BOOST_TEST(with("\"position\":1490", "\"position\":9007199254740993").find("damaged") != std::string::npos);
    BOOST_TEST(with("\"position\":1490", "\"position\":\"1490\"").find("damaged") != std::string::npos);
    BOOST_TEST(with("\"position\":1490,", "").find("damaged") != std::string::npos);
    BOOST_TEST(with("\"incomplete_reasons\":4", "\"incomplete_reasons\":128").find("damaged") != std::string::npos);
    BOOST_TEST(with("\"org_1\"", "\"\"").find("damaged") != std::string::npos);
    BOOST_TEST(with("\"org_1\"", "\"%4\"").find("damaged") != std::string::npos);
    BOOST_TEST(with("\"org_1\"", "7").find("damaged") != std::string::npos);
    BOOST_TEST(refusal(sealed("[]"), identity).find("not a checkpoint") != std::string::npos);
    BOOST_TEST(refusal(sealed(""), identity).find("not a checkpoint") != std::string::npos);
    BOOST_TEST(refusal(sealed(std::string(100'000, '[')), identity).find("not a checkpoint") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(walk_report)

BOOST_AUTO_TEST_CASE(as_json) {
    WalkReport report{};
    BOOST_TEST(
        to_json(report) ==
        R"({"delivered":0,"undecoded":0,"duplicates_dropped":0,"drift_events":0,"refetches":0,)"
        R"("first_total":null,"last_total":null,"requests":0,"retries":0,"elapsed_ms":0,"complete":false,"doubt":""})");
    report.delivered = 12;
    report.first_total = 13;
    report.last_total = 14;
    report.elapsed = std::chrono::milliseconds{15};
    report.complete = true;
    BOOST_TEST(
        to_json(report) ==
        R"({"delivered":12,"undecoded":0,"duplicates_dropped":0,"drift_events":0,"refetches":0,)"
        R"("first_total":13,"last_total":14,"requests":0,"retries":0,"elapsed_ms":15,"complete":true,"doubt":""})");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace clerk::api
