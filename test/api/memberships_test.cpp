// Memberships, invitations and roles against scripted servers: how their answers are interpreted.
#include <clerk.hpp>

#include "support/run.hpp"
#include "support/wire_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace clerk {
namespace {

using Ids = std::vector<std::string>;
using Session = test::WireServer::Session;

std::string page_of(std::string const& items, std::size_t total) {
    return R"({"data":[)" + items + R"(],"total_count":)" + std::to_string(total) + '}';
}
std::string membership(std::string const& number) {
    return R"({"id":"orgmem_)" + number + R"(","role":"org:admin","permissions":[],"organization":{"id":"org_1"},)" +
           R"("public_user_data":{"user_id":"user_)" + number + R"("},"created_at":)" + number + '}';
}

// A client of a server that answers every request with `body`.
struct Answered {
    explicit Answered(std::string const& body, bool single_flight = false)
        : server{test::always(test::http_response(200, body, "X-Test: 1\r\n"))},
          client{io.get_executor(), [&] {
                     Config config = server.config();
                     config.single_flight = single_flight;
                     return config;
                 }()} {}

    boost::asio::io_context io{};
    test::WireServer server;
    Client client;
    OrganizationMembershipsApi memberships{client};
};

std::int64_t parameter(std::string const& request, std::string const& name) {
    std::size_t const at = request.find(name);
    return at == std::string::npos ? 0 : std::strtoll(request.c_str() + at + name.size(), nullptr, 10);
}

// A server whose lists hold `count` items, `item(n)` each, in pages as requested.
struct Lists {
    Lists(int count, std::function<std::string(std::string const&)> item)
        : server{[count, item](Session& session) {
              for (std::string request; !(request = session.read_request()).empty();) {
                  std::int64_t const offset = parameter(request, "offset=");
                  std::int64_t const end = std::min<std::int64_t>(offset + parameter(request, "limit="), count);
                  std::string items;
                  for (std::int64_t at = offset; at < end; ++at) {
                      items += (at == offset ? "" : ",") + item(std::to_string(at));
                  }
                  session.write(test::http_response(200, page_of(items, static_cast<std::size_t>(count))));
              }
          }},
          client{io.get_executor(), server.config()} {}

    boost::asio::io_context io{};
    test::WireServer server;
    Client client;
};

template <class T>
awaitable<Ids> walk(Paginator<T>& pages) {
    Ids ids;
    while (!pages.done()) {
        auto const page = co_await pages.next_page();
        if (!page) break;
        for (T const& item : *page) ids.push_back(item.id);
    }
    co_return ids;
}

template <class T>
Error first_error(boost::asio::io_context& io, Paginator<T> pages) {
    return test::run(io, pages.next_page()).error();
}

BOOST_AUTO_TEST_SUITE(one_membership)

BOOST_AUTO_TEST_CASE(is_the_only_item_of_a_list) {
    Answered f{page_of(membership("1"), 1)};
    auto const found = test::run(f.io, f.memberships.get_organization_membership("org_1", "user_1"));
    BOOST_TEST_REQUIRE(found.has_value());
    BOOST_TEST(found->id == "orgmem_1");
    BOOST_TEST(
        f.server.requests().at(0).starts_with("GET /v1/organizations/org_1/memberships?user_id=user_1&limit=1 "));
    auto const whole = test::run(f.io, f.memberships.get_organization_membership_with_http_info("org_1", "user_1"));
    BOOST_TEST_REQUIRE(whole.has_value());
    BOOST_TEST(whole->data.role == "org:admin");
    BOOST_TEST(whole->status == 200);
    BOOST_TEST(whole->headers["X-Test"] == "1");
}

BOOST_AUTO_TEST_CASE(of_an_empty_list_is_not_found) {
    Answered f{page_of("", 0)};
    auto const found = test::run(f.io, f.memberships.get_organization_membership("org_1", "user_1"));
    BOOST_TEST_REQUIRE(found.has_error());
    BOOST_TEST((found.error() == condition::not_found));
    BOOST_TEST(found.error().operation() == "get_organization_membership");
    BOOST_TEST(found.error().message() == "the list is empty: the user is not a member");
    BOOST_TEST(found.error().status() == 200);
    auto const whole = test::run(f.io, f.memberships.get_organization_membership_with_http_info("org_1", "user_1"));
    BOOST_TEST((whole.error() == condition::not_found));
}

BOOST_AUTO_TEST_CASE(a_membership_of_another_user_is_an_error) {
    for (std::string const& item : {membership("2"), std::string{R"({"id":"orgmem_1","role":"org:admin"})"}}) {
        Answered f{page_of(item, 1)};
        auto const found = test::run(f.io, f.memberships.get_organization_membership("org_1", "user_1"));
        BOOST_TEST_REQUIRE(found.has_error());
        BOOST_TEST((found.error() == errc::malformed_body));
        BOOST_TEST(found.error().field() == "$.data[0].public_user_data.user_id");
    }
}

BOOST_AUTO_TEST_CASE(that_cannot_be_decoded_says_where) {
    Answered f{page_of(R"({"id":"orgmem_1","role":7})", 1)};
    auto const found = test::run(f.io, f.memberships.get_organization_membership("org_1", "user_1"));
    BOOST_TEST_REQUIRE(found.has_error());
    BOOST_TEST((found.error() == errc::malformed_body));
    BOOST_TEST(found.error().field() == "$.data[0].role");
}

BOOST_AUTO_TEST_CASE(asked_for_at_the_same_time_is_one_request) {
    Answered f{page_of(membership("1"), 1), true};
    std::vector<std::future<Result<OrganizationMembership>>> all;
    for (int count = 0; count < 92; ++count) {
        all.push_back(boost::asio::co_spawn(f.io, f.memberships.get_organization_membership("org_1", "user_1"),
                                            boost::asio::use_future));
    }
    f.io.run();
    for (auto& each : all) BOOST_TEST(each.get().value().id == "orgmem_1");
    BOOST_TEST(f.server.requests().size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(many_memberships)

BOOST_AUTO_TEST_CASE(come_in_the_order_of_their_users) {
    Answered f{page_of(membership("2") + ',' + membership("1") + ',' + membership("9"), 3)};
    Ids const users{"user_1", "user_3", "user_2", "user_1"};
    auto const found = test::run(f.io, f.memberships.get_organization_memberships("org_1", users));
    BOOST_TEST_REQUIRE(found.has_value());
    BOOST_TEST_REQUIRE(found->data.size() == 2U);
    BOOST_TEST(found->data[0].id == "orgmem_1");
    BOOST_TEST(found->data[1].id == "orgmem_2");
    BOOST_TEST(found->missing == Ids{"user_3"}, boost::test_tools::per_element());
    BOOST_TEST(f.server.requests().at(0).starts_with(
        "GET /v1/organizations/org_1/memberships?limit=100&order_by=%2Bcreated_at&user_id=user_1&user_id=user_3"
        "&user_id=user_2 "));
}

BOOST_AUTO_TEST_CASE(an_undecoded_item_may_be_any_requested_one) {
    Answered f{page_of(membership("1") + R"(,{"id":"orgmem_2","role":7})", 2)};
    Ids const users{"user_1", "user_2", "user_3"};
    auto const found = test::run(f.io, f.memberships.get_organization_memberships("org_1", users));
    BOOST_TEST_REQUIRE(found.has_value());
    BOOST_TEST(found->missing.empty());
    BOOST_TEST(found->undecoded == (Ids{"user_2", "user_3"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_membership_without_a_readable_user_may_be_any_requested_one) {
    Answered f{page_of(R"({"id":"orgmem_1","role":"org:admin","public_user_data":null})", 1)};
    Ids const users{"user_1"};
    auto const found = test::run(f.io, f.memberships.get_organization_memberships("org_1", users));
    BOOST_TEST_REQUIRE(found.has_value());
    BOOST_TEST(found->data.empty());
    BOOST_TEST(found->missing.empty());
    BOOST_TEST(found->undecoded == users, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_hundred_a_request) {
    Answered f{page_of("", 0)};
    Ids users;
    for (int number = 0; number < 250; ++number) users.push_back("user_" + std::to_string(number));
    auto const found = test::run(f.io, f.memberships.get_organization_memberships("org_1", users));
    BOOST_TEST(found.value().missing.size() == 250U);
    BOOST_TEST(f.server.requests().size() == 3U);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_asked_for_is_refused) {
    Answered f{page_of("", 0)};
    for (char const* const id : {"", "-user_1", "+user_1", ".."}) {
        Ids const users{"user_1", id};
        auto const found = test::run(f.io, f.memberships.get_organization_memberships("org_1", users));
        BOOST_TEST((found.error() == errc::invalid_argument));
        BOOST_TEST(found.error().field() == "user_id");
    }
    auto const nowhere = test::run(f.io, f.memberships.get_organization_memberships("", Ids{"user_1"}));
    BOOST_TEST(nowhere.error().field() == "organization_id");
    BOOST_TEST(nowhere.error().operation() == "get_organization_memberships");
    BOOST_TEST(f.server.requests().empty());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(walks_of_all_resources)

BOOST_AUTO_TEST_CASE(reach_the_end_of_every_list_of_memberships) {
    Lists f{250, membership};
    OrganizationMembershipsApi api{f.client};
    ListOrganizationMembershipsRequest const of_organization{};
    ListInstanceOrganizationMembershipsRequest const of_instance{};
    ListUserOrganizationMembershipsRequest const of_user{};
    auto first = api.paginate("org_1", of_organization, {.page_size = 100});
    auto second = api.paginate(of_instance, {.page_size = 100});
    auto third = api.paginate("user_1", of_user, {.page_size = 100});
    BOOST_TEST(test::run(f.io, walk(first)).size() == 250U);
    BOOST_TEST(test::run(f.io, walk(second)).size() == 250U);
    BOOST_TEST(test::run(f.io, walk(third)).size() == 250U);
    auto const requests = f.server.requests();
    BOOST_TEST_REQUIRE(requests.size() == 9U);
    BOOST_TEST(requests[1].starts_with("GET /v1/organizations/org_1/memberships?limit=100&offset=100 "));
    BOOST_TEST(requests[4].starts_with("GET /v1/organization_memberships?limit=100&offset=100 "));
    BOOST_TEST(requests[8].starts_with("GET /v1/users/user_1/organization_memberships?limit=100&offset=200 "));
}

BOOST_AUTO_TEST_CASE(an_anchored_one_over_memberships_is_never_known_to_be_complete) {
    Lists f{250, membership};
    OrganizationMembershipsApi api{f.client};
    ListOrganizationMembershipsRequest const request{};
    auto pages = api.paginate("org_1", request, {.page_size = 100, .anchored = true});
    BOOST_TEST(test::run(f.io, walk(pages)).size() == 250U);
    BOOST_TEST(pages.done());
    BOOST_TEST(!pages.report().complete);
    BOOST_TEST(pages.report().doubt == "the service does not say whose created_at orders this list");
    BOOST_TEST(f.server.requests().at(0).find("order_by=%2Bcreated_at") != std::string::npos);
}

std::string invitation(std::string const& number) {
    return R"({"id":"orginv_)" + number + R"(","created_at":)" + number + '}';
}

BOOST_AUTO_TEST_CASE(an_anchored_one_over_invitations_can_be) {
    Lists f{250, invitation};
    OrganizationInvitationsApi api{f.client};
    ListInstanceOrganizationInvitationsRequest const of_instance{};
    auto pages = api.paginate(of_instance, {.page_size = 100, .anchored = true});
    BOOST_TEST(test::run(f.io, walk(pages)).size() == 250U);
    BOOST_TEST(pages.report().complete);
    ListOrganizationInvitationsRequest const of_organization{};
    auto others = api.paginate("org_1", of_organization, {.anchored = true});
    BOOST_TEST(test::run(f.io, walk(others)).size() == 250U);
    BOOST_TEST(others.report().complete);
}

BOOST_AUTO_TEST_CASE(a_list_without_an_order_cannot_be_anchored) {
    Lists f{1, invitation};
    ListUserOrganizationMembershipsRequest const memberships{};
    ListUserOrganizationInvitationsRequest const invitations{};
    Error const first =
        first_error(f.io, OrganizationMembershipsApi{f.client}.paginate("user_1", memberships, {.anchored = true}));
    Error const second =
        first_error(f.io, OrganizationInvitationsApi{f.client}.paginate("user_1", invitations, {.anchored = true}));
    BOOST_TEST((first == errc::invalid_argument));
    BOOST_TEST(first.field() == "anchored");
    BOOST_TEST(second.field() == "anchored");
    BOOST_TEST(f.server.requests().empty());
}

BOOST_AUTO_TEST_CASE(a_checkpoint_belongs_to_its_list) {
    Lists f{250, membership};
    OrganizationMembershipsApi api{f.client};
    ListOrganizationMembershipsRequest const request{};
    auto pages = api.paginate("org_1", request, {.page_size = 100});
    BOOST_TEST(test::run(f.io, pages.next_page()).has_value());
    std::string const checkpoint = pages.checkpoint();
    auto rest = api.resume("org_1", request, checkpoint, {.page_size = 100});
    BOOST_TEST(test::run(f.io, walk(rest)).size() == 150U);
    Error const other_organization = first_error(f.io, api.resume("org_2", request, checkpoint));
    BOOST_TEST(other_organization.field() == "checkpoint");
    ListInstanceOrganizationMembershipsRequest const of_instance{};
    BOOST_TEST(first_error(f.io, api.resume(of_instance, checkpoint)).field() == "checkpoint");
}

BOOST_AUTO_TEST_CASE(reach_the_end_of_the_roles) {
    Lists f{7, [](std::string const& number) { return R"({"id":"role_)" + number + R"("})"; }};
    OrganizationRolesApi api{f.client};
    ListOrganizationRolesRequest const request{};
    auto pages = api.paginate(request, {.page_size = 3});
    BOOST_TEST(test::run(f.io, walk(pages)).size() == 7U);
    auto again = api.paginate(request, {.page_size = 3});
    BOOST_TEST(test::run(f.io, again.next_page()).has_value());
    auto rest = api.resume(request, again.checkpoint(), {.page_size = 3});
    BOOST_TEST(test::run(f.io, walk(rest)).size() == 4U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace clerk
