#include "members_of_all.hpp"

#include <boost/test/unit_test.hpp>

#include <exception>
#include <string>

BOOST_AUTO_TEST_SUITE(members_of_all)

namespace {

using namespace clerk_orgs;

BOOST_AUTO_TEST_CASE(a_state_is_read_back) {
    MembersOfAllState state{};
    state.organizations = "walk \"1\"";
    state.waiting = {"org_1", "org_2"};
    state.members = "walk 2";
    state.over.delivered = 7;
    state.over.retries = 3;
    state.over.elapsed = std::chrono::milliseconds{1234};
    state.doubt = "the walk is not anchored";
    state.deleted = 2;
    MembersOfAllState const read = MembersOfAllState::parse(state.to_text());
    BOOST_TEST(read.to_text() == state.to_text());
    BOOST_TEST(read.organizations == state.organizations);
    BOOST_TEST(read.waiting == state.waiting, boost::test_tools::per_element());
    BOOST_TEST(read.over.retries == 3);
    BOOST_TEST(read.over.elapsed.count() == 1234);
    BOOST_TEST(read.deleted == 2);
}

BOOST_AUTO_TEST_CASE(what_is_no_state_is_refused) {
    for (char const* const text : {"", "{}", "[]", "null", "{\"organizations\":1}"}) {
        BOOST_TEST_CONTEXT(text) { BOOST_CHECK_THROW(MembersOfAllState::parse(text), std::exception); }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
