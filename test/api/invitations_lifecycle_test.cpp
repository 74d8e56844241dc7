// Invitations from creation to their end, against the emulator over TLS, whose clock the test advances.
#include "support/emulator_client.hpp"
#include "support/expect.hpp"
#include "support/printing.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace clerk {
BOOST_AUTO_TEST_SUITE(invitations_lifecycle)

namespace {

namespace data = boost::unit_test::data;
using namespace std::chrono_literals;
using test::expect;
using test::expect_error;

using Texts = std::vector<std::string>;
constexpr std::chrono::hours day{24};

std::string guest(int number) { return "guest" + std::to_string(number) + "@example.org"; }

CreateOrganizationInvitationRequest to(std::string address) {
    CreateOrganizationInvitationRequest request{};
    request.email_address = std::move(address);
    request.role = "org:member";
    return request;
}

std::vector<CreateOrganizationInvitationRequest> to_guests(int first, int count) {
    std::vector<CreateOrganizationInvitationRequest> requests;
    for (int number = first; number != first + count; ++number) requests.push_back(to(guest(number)));
    return requests;
}

// An organization that user_1 has created.
struct Acme : test::EmulatorClient {
    explicit Acme(testing::EmulatorOptions options = {}, std::int64_t quota = 0,
                  std::function<void(Config&)> const& change = {})
        : EmulatorClient{std::move(options), change} {
        CreateOrganizationRequest request{};
        request.name = "Acme";
        request.created_by = "user_1";
        request.max_allowed_memberships = quota;
        id = expect(run(api->create_organization(request))).id;
    }
    Result<OrganizationInvitation> invite(CreateOrganizationInvitationRequest const& request) {
        return run(invitations.create_organization_invitation(id, request));
    }
    Result<OrganizationInvitations> invite_all(std::vector<CreateOrganizationInvitationRequest> const& requests) {
        return run(invitations.create_organization_invitation_bulk(id, requests));
    }
    Result<OrganizationInvitation> get(std::string const& invitation) {
        return run(invitations.get_organization_invitation(id, invitation));
    }
    Result<OrganizationInvitation> revoke(std::string const& invitation) {
        RevokeOrganizationInvitationRequest const request{};
        return run(invitations.revoke_organization_invitation(id, invitation, request));
    }
    std::int64_t count(std::string const& status) {
        ListOrganizationInvitationsRequest request{};
        request.status = {status};
        return expect(run(invitations.list_organization_invitations(id, request))).total_count;
    }

    std::string id{};
    OrganizationInvitationsApi invitations{*client};
};

BOOST_AUTO_TEST_CASE(an_invitation_from_sending_to_a_membership) {
    Acme f;
    CreateOrganizationInvitationRequest request = to("ada@example.org");
    request.role = "org:admin";
    request.inviter_user_id = "user_1";
    request.public_metadata = boost::json::object{{"team", "sales"}};
    request.private_metadata = boost::json::object{{"grade", 3}};
    request.redirect_url = "https://app.example.org/welcome";
    request.expires_in_days = 7;
    request.notify = false;
    auto const sent = expect(f.invite(request));
    BOOST_TEST(sent.object == "organization_invitation");
    BOOST_TEST(sent.id.starts_with("orginv_"));
    BOOST_TEST(sent.email_address == "ada@example.org");
    BOOST_TEST(sent.role == "org:admin");
    BOOST_TEST(sent.organization_id.value() == f.id);
    BOOST_TEST(sent.inviter_id.value() == "user_1");
    BOOST_TEST(sent.public_inviter_data->user_id == "user_1");
    BOOST_TEST(sent.public_inviter_data->missing_fields == 0U);
    BOOST_TEST(sent.status.value() == "pending");
    BOOST_TEST(sent.public_metadata == *request.public_metadata);
    BOOST_TEST(sent.private_metadata == *request.private_metadata);
    BOOST_TEST(sent.url.has_value());
    BOOST_TEST((*sent.expires_at - *sent.created_at == 7 * day));
    BOOST_TEST(sent.missing_fields == 0U);
    BOOST_TEST(sent.additional_fields.empty());
    BOOST_TEST((expect(f.get(sent.id)) == sent));

    f.emulator.advance_clock(6 * day);
    f.emulator.accept_organization_invitation(sent.id, "user_ada");
    auto const accepted = expect(f.get(sent.id));
    BOOST_TEST(accepted.status.value() == "accepted");
    BOOST_TEST(accepted.is_null(OrganizationInvitationField::url));
    BOOST_TEST((*accepted.updated_at - *sent.updated_at >= 6 * day));
    OrganizationMembershipsApi memberships{*f.client};
    auto const member = expect(f.run(memberships.get_organization_membership(f.id, "user_ada")));
    BOOST_TEST(member.role == "org:admin");
    BOOST_TEST(member.public_metadata == sent.public_metadata);
    BOOST_TEST(member.private_metadata == sent.private_metadata);
    expect_error(f.revoke(sent.id), 404, "organization_invitation_not_pending");
}

BOOST_AUTO_TEST_CASE(ten_at_once_and_their_end) {
    Acme f;
    auto const sent = expect(f.invite_all(to_guests(0, 10)));
    BOOST_TEST_REQUIRE(sent.size() == 10U);
    BOOST_TEST(sent.total_count == 10);
    for (int number = 0; number != 10; ++number) {
        auto const& each = sent.data[static_cast<std::size_t>(number)];
        BOOST_TEST(each.email_address == guest(number));
        BOOST_TEST(each.status.value() == "pending");
        BOOST_TEST((*each.expires_at - *each.created_at == 30 * day));
    }
    BOOST_TEST(f.count("pending") == 10);
    auto const revoked = expect(f.revoke(sent.data[0].id));
    BOOST_TEST(revoked.status.value() == "revoked");
    expect_error(f.revoke(sent.data[0].id), 404, "organization_invitation_not_pending");
    f.emulator.accept_organization_invitation(sent.data[1].id, "user_2");
    f.emulator.advance_clock(30 * day - 1min);
    BOOST_TEST(f.count("pending") == 8);
    f.emulator.advance_clock(1min);
    BOOST_TEST(f.count("pending") == 0);
    BOOST_TEST(f.count("expired") == 8);
    BOOST_TEST(f.count("accepted") == 1);
    BOOST_TEST(f.count("revoked") == 1);
    expect_error(f.revoke(sent.data[2].id), 404, "organization_invitation_not_pending");
    BOOST_CHECK_THROW(f.emulator.accept_organization_invitation(sent.data[2].id, "user_3"), std::invalid_argument);
    // The addresses can be invited again.
    BOOST_TEST(expect(f.invite(to(guest(0)))).id != sent.data[0].id);
    BOOST_TEST(expect(f.invite(to(guest(2)))).status.value() == "pending");
    BOOST_TEST(expect(f.get(sent.data[2].id)).status.value() == "expired");
}

BOOST_AUTO_TEST_CASE(every_operation_with_http_info) {
    Acme f;
    auto const check = [&](auto task) {
        auto const info = expect(f.run(std::move(task)));
        BOOST_TEST(info.status == 200);
        BOOST_TEST(!info.headers["Clerk-Trace-Id"].empty());
        return info.data;
    };
    auto const request = to("ada@example.org");
    std::string const id = check(f.invitations.create_organization_invitation_with_http_info(f.id, request)).id;
    auto const two = to_guests(0, 2);
    BOOST_TEST(check(f.invitations.create_organization_invitation_bulk_with_http_info(f.id, two)).size() == 2U);
    BOOST_TEST(check(f.invitations.get_organization_invitation_with_http_info(f.id, id)).id == id);
    ListOrganizationInvitationsRequest const of_organization{};
    BOOST_TEST(check(f.invitations.list_organization_invitations_with_http_info(f.id, of_organization)).size() == 3U);
    ListInstanceOrganizationInvitationsRequest const of_instance{};
    BOOST_TEST(check(f.invitations.list_instance_organization_invitations_with_http_info(of_instance)).size() == 3U);
    ListUserOrganizationInvitationsRequest const of_user{};
    BOOST_TEST(check(f.invitations.list_user_organization_invitations_with_http_info("user_9", of_user)).empty());
    RevokeOrganizationInvitationRequest const revoke{.requesting_user_id = "user_1"};
    BOOST_TEST(check(f.invitations.revoke_organization_invitation_with_http_info(f.id, id, revoke)).status.value() ==
               "revoked");
}

BOOST_AUTO_TEST_CASE(lists_of_an_organization_the_instance_and_a_user) {
    Acme f;
    OrganizationMembershipsApi memberships{*f.client};
    // The address of a user is that of the user's memberships.
    std::string const address =
        expect(f.run(memberships.get_organization_membership(f.id, "user_1"))).public_user_data->identifier.value();
    std::string const acme = f.id;
    expect(f.invite(to("bob@example.org")));
    expect(f.invite(to("ada@example.org")));
    CreateOrganizationRequest const create{.name = "Other"};
    f.id = expect(f.run(f.api->create_organization(create))).id;
    expect(f.invite(to(address)));
    std::string const revoked = expect(f.invite(to("eve@example.org"))).id;
    expect(f.revoke(revoked));

    auto const addresses = [](auto const& page) {
        Texts texts;
        for (auto const& each : page) texts.push_back(each.email_address);
        return texts;
    };
    auto const list = [&](auto change) {
        ListOrganizationInvitationsRequest request{};
        change(request);
        return addresses(expect(f.run(f.invitations.list_organization_invitations(acme, request))));
    };
    Texts const both{"ada@example.org", "bob@example.org"};
    BOOST_TEST(list([](auto&) {}) == both, boost::test_tools::per_element());
    BOOST_TEST(list([](auto& r) { r.order_by = "-email_address"; }) == (Texts{"bob@example.org", "ada@example.org"}),
               boost::test_tools::per_element());
    BOOST_TEST(list([](auto& r) { r.email_address = "ADA@example.org"; }) == Texts{"ada@example.org"},
               boost::test_tools::per_element());
    BOOST_TEST(list([](auto& r) { r.status = {"accepted", "revoked"}; }).empty());
    BOOST_TEST(list([](auto& r) {
                   r.limit = 1;
                   r.offset = 1;
               }) == Texts{"bob@example.org"},
               boost::test_tools::per_element());

    ListInstanceOrganizationInvitationsRequest pending{.order_by = "+created_at"};
    pending.status = {"pending"};
    auto const all = expect(f.run(f.invitations.list_instance_organization_invitations(pending)));
    BOOST_TEST(addresses(all) == (Texts{"bob@example.org", "ada@example.org", address}),
               boost::test_tools::per_element());
    BOOST_TEST(all.data.at(0).public_organization_data->id == acme);
    BOOST_TEST(all.data.at(0).public_organization_data->missing_fields == 0U);
    pending.query = "BOB@";
    BOOST_TEST(expect(f.run(f.invitations.list_instance_organization_invitations(pending))).total_count == 1);
    ListUserOrganizationInvitationsRequest const request{};
    auto const of_user = expect(f.run(f.invitations.list_user_organization_invitations("user_1", request)));
    BOOST_TEST(addresses(of_user) == Texts{address}, boost::test_tools::per_element());
    BOOST_TEST(of_user.data.at(0).public_organization_data->name == "Other");

    expect(f.run(f.api->delete_organization(acme)));
    ListInstanceOrganizationInvitationsRequest const everything{};
    BOOST_TEST(expect(f.run(f.invitations.list_instance_organization_invitations(everything))).total_count == 2);
}

BOOST_AUTO_TEST_CASE(errors_of_the_service) {
    Acme f{{}, 3};
    OrganizationMembershipsApi memberships{*f.client};
    std::string const own =
        expect(f.run(memberships.get_organization_membership(f.id, "user_1"))).public_user_data->identifier.value();
    auto const first = expect(f.invite(to("ada@example.org")));
    expect_error(f.invite(to("Ada@Example.org")), 400, "organization_invitation_not_unique");
    expect_error(f.invite(to(own)), 400, "already_a_member_in_organization");
    expect_error(f.invite(to("no address")), 422, "form_param_format_invalid");
    auto request = to("bob@example.org");
    request.role = "org:unknown";
    expect_error(f.invite(request), 404, "resource_not_found");
    request = to("bob@example.org");
    request.inviter_user_id = "user_stranger";
    expect_error(f.invite(request), 403, "not_a_member_in_organization");
    expect_error(f.get("orginv_unknown"), 404, "resource_not_found");
    expect_error(f.revoke("orginv_unknown"), 404, "resource_not_found");

    // One member and one pending invitation: one more fits. A bulk creates all or none.
    expect_error(f.invite_all(to_guests(0, 2)), 403, "organization_membership_quota_exceeded");
    expect_error(f.invite_all({to(guest(0)), to(guest(0))}), 422, "form_param_duplicate");
    BOOST_TEST(f.count("pending") == 1);
    expect(f.invite_all(to_guests(0, 1)));
    CreateOrganizationMembershipRequest const join{.user_id = "user_2", .role = "org:member"};
    expect_error(f.run(memberships.create_organization_membership(f.id, join)), 403,
                 "organization_membership_quota_exceeded");
    // An acceptance uses the place of its invitation; an invitation that ends frees its place.
    f.emulator.accept_organization_invitation(first.id, "user_ada");
    expect_error(f.run(memberships.create_organization_membership(f.id, join)), 403,
                 "organization_membership_quota_exceeded");
    f.emulator.advance_clock(30 * day);
    expect(f.run(memberships.create_organization_membership(f.id, join)));

    std::uint64_t const requests = f.emulator.requests();
    auto const eleven = f.invite_all(to_guests(100, 11));
    BOOST_TEST(eleven.error() == errc::invalid_argument);
    BOOST_TEST(eleven.error().field() == "requests");
    BOOST_TEST(f.invite_all({}).error().field() == "requests");
    BOOST_TEST(f.emulator.requests() == requests);
}

BOOST_AUTO_TEST_CASE(addresses_with_what_a_query_must_encode) {
    Acme f;
    for (std::string const address :
         {"ada+news@example.org", "100%25&x=1@example.org", "a b'@example.org", "ö#?/@example.org"}) {
        auto const sent = f.invite(to(address));
        if (address.find(' ') != std::string::npos) {
            expect_error(sent, 422, "form_param_format_invalid");
            continue;
        }
        ListOrganizationInvitationsRequest request{};
        request.email_address = address;
        auto const found = expect(f.run(f.invitations.list_organization_invitations(f.id, request)));
        BOOST_TEST(found.total_count == 1, address);
        ListInstanceOrganizationInvitationsRequest part{};
        part.query = address.substr(0, address.find('@'));
        auto const found_by_part = expect(f.run(f.invitations.list_instance_organization_invitations(part)));
        BOOST_TEST(found_by_part.data.at(0).id == expect(sent).id, address);
    }
}

BOOST_AUTO_TEST_CASE(nothing_is_sent_again_after_a_lost_answer) {
    Acme f;
    auto const lost = [&](std::string const& operation, auto const& call) {
        f.emulator.set_faults("cut-after-effect@on=" + operation + "@count=1");
        auto const result = call();
        BOOST_TEST_REQUIRE(result.has_error());
        BOOST_TEST_CONTEXT(to_string(result.error())) {
            BOOST_TEST(result.error().may_have_taken_effect());
            BOOST_TEST(result.error().attempts() == 1);
            BOOST_TEST(result.error().stop_reason() == StopReason::not_idempotent);
        }
    };
    lost("create_organization_invitation", [&] { return f.invite(to("ada@example.org")); });
    lost("create_organization_invitation_bulk", [&] { return f.invite_all(to_guests(0, 10)); });
    BOOST_TEST(f.count("pending") == 11);
    ListOrganizationInvitationsRequest ada{};
    ada.email_address = "ada@example.org";
    std::string const id = expect(f.run(f.invitations.list_organization_invitations(f.id, ada))).data.at(0).id;
    lost("revoke_organization_invitation", [&] { return f.revoke(id); });
    BOOST_TEST(f.count("revoked") == 1);
}

BOOST_AUTO_TEST_CASE(hourly_limits_of_the_service) {
    Acme f{{.rate_limit = testing::RateLimit::production}};
    for (int call = 0; call != 50; ++call) expect(f.invite_all(to_guests(call, 1)));
    auto const refused = f.invite_all(to_guests(50, 1));
    expect_error(refused, 429, "too_many_requests");
    BOOST_TEST((refused.error().retry_after().value() > 59min));
    BOOST_TEST(!refused.error().may_have_taken_effect());
    BOOST_TEST(expect(f.invite(to(guest(50)))).status.value() == "pending");  // has a separate limit
    f.emulator.advance_clock(1h);
    // This client does not see the advanced clock; a new client may send at once.
    BOOST_TEST(f.invite_all(to_guests(51, 1)).error() == errc::rate_limited);
    Client other{f.io.get_executor(), Acme::config_for(f.emulator)};
    auto const request = to_guests(51, 1);
    expect(f.run(OrganizationInvitationsApi{other}.create_organization_invitation_bulk(f.id, request)));
}

BOOST_AUTO_TEST_CASE(hourly_limits_of_the_client) {
    Acme f{{.rate_limit = testing::RateLimit::production}, 0, [](Config& c) {
               c.rate_limit.mode = RateLimiting::on;
               c.rate_limit.requests = 1000;
           }};
    for (int call = 0; call != 50; ++call) expect(f.invite_all(to_guests(call, 1)));
    std::uint64_t const requests = f.emulator.requests();
    auto const refused = f.invite_all(to_guests(50, 1));
    BOOST_TEST(refused.error() == errc::rate_limited);
    BOOST_TEST(!refused.error().may_have_taken_effect());
    BOOST_TEST(f.emulator.requests() == requests);
    BOOST_TEST(expect(f.invite(to(guest(50)))).status.value() == "pending");
}

BOOST_DATA_TEST_CASE(an_anchored_walk_while_invitations_end_and_begin, data::make<std::size_t>({0, 3}), prefetch) {
    Acme f;
    for (int ten = 0; ten != 12; ++ten) expect(f.invite_all(to_guests(10 * ten, 10)));
    ListOrganizationInvitationsRequest pending{};
    pending.status = {"pending"};
    auto pages =
        f.invitations.paginate(f.id, pending, {.page_size = 15, .prefetch = prefetch, .anchored = true, .overlap = 4});
    Texts addresses;
    int next = 1000;
    while (!pages.done()) {
        for (auto const& each : expect(f.run(pages.next_page()))) {
            addresses.push_back(each.email_address);
            if (addresses.size() % 3 != 0) expect(f.revoke(each.id));
            if (addresses.size() % 20 == 0 && next != 1004) expect(f.invite(to(guest(next++))));
        }
    }
    std::set<std::string> const unique{addresses.begin(), addresses.end()};
    BOOST_TEST(unique.size() == addresses.size());
    for (int number = 0; number != 120; ++number) BOOST_TEST(unique.contains(guest(number)));
    WalkReport const report = pages.report();
    BOOST_TEST_CONTEXT(to_json(report)) {
        BOOST_TEST(report.complete);
        BOOST_TEST(report.doubt.empty());
        BOOST_TEST(report.drift_events > 0);
    }
}

BOOST_AUTO_TEST_CASE(an_anchored_walk_of_the_instance_while_all_expire) {
    Acme f{{.organizations = 60}};
    for (int ten = 0; ten != 8; ++ten) expect(f.invite_all(to_guests(10 * ten, 10)));
    ListInstanceOrganizationInvitationsRequest const everything{};
    auto const total = expect(f.run(f.invitations.list_instance_organization_invitations(everything))).total_count;
    auto pages = f.invitations.paginate(everything, {.page_size = 20, .anchored = true});
    std::set<std::string> ids;
    std::int64_t delivered = 0;
    while (!pages.done()) {
        for (auto const& each : expect(f.run(pages.next_page()))) {
            ids.insert(each.id);
            ++delivered;
        }
        f.emulator.advance_clock(20 * day);  // a changed status does not change the order of a list of all
    }
    BOOST_TEST(delivered == total);
    BOOST_TEST(static_cast<std::int64_t>(ids.size()) == total);
    BOOST_TEST(pages.report().complete);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
