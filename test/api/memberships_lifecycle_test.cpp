// Memberships and roles from creation to deletion, against the emulator over TLS.
#include "support/emulator_client.hpp"
#include "support/expect.hpp"
#include "support/printing.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace clerk {
BOOST_AUTO_TEST_SUITE(memberships_lifecycle)

namespace {

namespace data = boost::unit_test::data;
using namespace std::chrono_literals;
using test::expect;
using test::expect_error;

using Ids = std::vector<std::string>;

std::size_t unique(Ids const& ids) { return std::set<std::string>{ids.begin(), ids.end()}.size(); }

std::string const& user_of(OrganizationMembership const& membership) { return membership.public_user_data->user_id; }

// An organization that user_1 has created and is the only member of.
struct Acme : test::EmulatorClient {
    explicit Acme(testing::EmulatorOptions options = {}, std::int64_t quota = 0)
        : EmulatorClient{std::move(options), [](Config& c) { c.retry.initial_backoff = 1ms; }} {
        id = found("Acme", quota);
    }
    std::string found(std::string name, std::int64_t quota = 0) {
        CreateOrganizationRequest request{};
        request.name = std::move(name);
        request.created_by = "user_1";
        request.max_allowed_memberships = quota;
        return expect(run(api->create_organization(request))).id;
    }
    Result<OrganizationMembership> join(std::string const& user, std::string const& role = "org:member") {
        CreateOrganizationMembershipRequest request{};
        request.user_id = user;
        request.role = role;
        return run(memberships.create_organization_membership(id, request));
    }
    Result<OrganizationMembership> give(std::string const& user, std::string const& role) {
        UpdateOrganizationMembershipRequest request{};
        request.role = role;
        return run(memberships.update_organization_membership(id, user, request));
    }
    Result<OrganizationMembership> remove(std::string const& user) {
        return run(memberships.delete_organization_membership(id, user));
    }
    Result<OrganizationMembership> get(std::string const& user) {
        return run(memberships.get_organization_membership(id, user));
    }
    std::int64_t members() {
        return *expect(run(api->get_organization(id, {.include_members_count = true}))).members_count;
    }

    std::string id{};
    OrganizationMembershipsApi memberships{*client};
};

BOOST_AUTO_TEST_CASE(a_membership_from_creation_to_deletion) {
    Acme f;
    CreateOrganizationMembershipRequest create{.user_id = "user_2", .role = "org:member"};
    create.public_metadata = boost::json::object{{"title", "Engineer"}, {"desk", 7}};
    create.private_metadata = boost::json::object{{"salary", 1}};
    auto const created = expect(f.run(f.memberships.create_organization_membership(f.id, create)));
    BOOST_TEST(created.id.starts_with("orgmem_"));
    BOOST_TEST(created.object == "organization_membership");
    BOOST_TEST(created.role == "org:member");
    BOOST_TEST(created.role_name.value() == "Member");
    BOOST_TEST(created.organization.id == f.id);
    BOOST_TEST(created.organization.name == "Acme");
    BOOST_TEST(user_of(created) == "user_2");
    BOOST_TEST(created.public_metadata == *create.public_metadata);
    BOOST_TEST(created.private_metadata == *create.private_metadata);
    BOOST_TEST(created.missing_fields == 0U);
    BOOST_TEST(created.additional_fields.empty());
    BOOST_TEST(created.public_user_data->missing_fields == 0U);
    BOOST_TEST(created.public_user_data->additional_fields.empty());
    BOOST_TEST(f.members() == 2);
    BOOST_TEST((expect(f.get("user_2")) == created));

    auto const promoted = expect(f.give("user_2", "org:admin"));
    BOOST_TEST(promoted.id == created.id);
    BOOST_TEST(promoted.role == "org:admin");
    BOOST_TEST(promoted.permissions.size() > created.permissions.size());
    BOOST_TEST((promoted.updated_at > created.updated_at));
    BOOST_TEST(promoted.public_metadata == created.public_metadata);

    MergeOrganizationMembershipMetadataRequest merge{};
    merge.public_metadata = boost::json::object{{"desk", nullptr}, {"team", "sales"}};
    auto const merged = expect(f.run(f.memberships.merge_organization_membership_metadata(f.id, "user_2", merge)));
    BOOST_TEST(merged.public_metadata == Metadata::parse(R"({"title":"Engineer","team":"sales"})").value());
    BOOST_TEST(merged.private_metadata == created.private_metadata);

    BOOST_TEST((expect(f.remove("user_2")) == merged));
    BOOST_TEST(f.members() == 1);
    auto const gone = f.get("user_2");
    BOOST_TEST(gone.error() == condition::not_found);
    BOOST_TEST(gone.error().status() == 200);
    expect_error(f.remove("user_2"), 404, "resource_not_found");
    expect_error(f.give("user_2", "org:admin"), 404, "resource_not_found");
    auto const rejoined = expect(f.join("user_2"));
    BOOST_TEST(rejoined.id != created.id);
    BOOST_TEST(rejoined.public_metadata.empty());
}

BOOST_AUTO_TEST_CASE(every_operation_with_http_info) {
    Acme f;
    auto const check = [&](auto task) {
        auto const info = expect(f.run(std::move(task)));
        BOOST_TEST(info.status == 200);
        BOOST_TEST(!info.headers["Clerk-Trace-Id"].empty());
        return info.data;
    };
    CreateOrganizationMembershipRequest const create{.user_id = "user_2", .role = "org:member"};
    std::string const membership = check(f.memberships.create_organization_membership_with_http_info(f.id, create)).id;
    BOOST_TEST(check(f.memberships.get_organization_membership_with_http_info(f.id, "user_2")).id == membership);
    ListOrganizationMembershipsRequest const members{};
    BOOST_TEST(check(f.memberships.list_organization_memberships_with_http_info(f.id, members)).total_count == 2);
    ListInstanceOrganizationMembershipsRequest const all{};
    BOOST_TEST(check(f.memberships.list_instance_organization_memberships_with_http_info(all)).total_count == 2);
    BOOST_TEST(check(f.memberships.list_user_organization_memberships_with_http_info("user_2")).size() == 1U);
    UpdateOrganizationMembershipRequest const update{.role = "org:admin"};
    BOOST_TEST(check(f.memberships.update_organization_membership_with_http_info(f.id, "user_2", update)).role ==
               "org:admin");
    MergeOrganizationMembershipMetadataRequest merge{};
    merge.private_metadata = boost::json::object{{"a", 1}};
    BOOST_TEST(!check(f.memberships.merge_organization_membership_metadata_with_http_info(f.id, "user_2", merge))
                    .private_metadata.empty());
    BOOST_TEST(check(f.memberships.delete_organization_membership_with_http_info(f.id, "user_2")).id == membership);
}

BOOST_AUTO_TEST_CASE(lists_of_an_organization_the_instance_and_a_user) {
    Acme f;
    std::string const acme = f.id;
    expect(f.join("user_2"));
    expect(f.join("user_3", "org:admin"));
    std::string const other = f.id = f.found("Other");
    expect(f.join("user_3"));

    auto const users = [&](std::string const& organization, auto change) {
        ListOrganizationMembershipsRequest request{};
        change(request);
        Ids ids;
        auto const page = expect(f.run(f.memberships.list_organization_memberships(organization, request)));
        BOOST_TEST(page.undecoded.empty());
        for (OrganizationMembership const& each : page) ids.push_back(user_of(each));
        return ids;
    };
    BOOST_TEST(users(acme, [](auto&) {}) == (Ids{"user_3", "user_2", "user_1"}), boost::test_tools::per_element());
    BOOST_TEST(users(acme, [](auto& r) { r.order_by = "+created_at"; }) == (Ids{"user_1", "user_2", "user_3"}),
               boost::test_tools::per_element());
    BOOST_TEST(users(acme, [](auto& r) { r.role = {"org:admin"}; }) == (Ids{"user_3", "user_1"}),
               boost::test_tools::per_element());
    BOOST_TEST(users(acme, [](auto& r) { r.user_id = {"user_1", "user_9"}; }) == Ids{"user_1"},
               boost::test_tools::per_element());
    BOOST_TEST(users(acme, [](auto& r) { r.user_id = {"-user_1"}; }) == (Ids{"user_3", "user_2"}),
               boost::test_tools::per_element());
    BOOST_TEST(users(acme, [](auto& r) { r.query = "USER_2"; }) == Ids{"user_2"}, boost::test_tools::per_element());
    auto const second = expect(f.get("user_1")).public_user_data->identifier.value();
    BOOST_TEST(users(acme, [&](auto& r) { r.email_address = {second}; }) == Ids{"user_1"},
               boost::test_tools::per_element());
    BOOST_TEST(users(acme,
                     [](auto& r) {
                         r.limit = 1;
                         r.offset = 1;
                     }) == Ids{"user_2"},
               boost::test_tools::per_element());

    ListInstanceOrganizationMembershipsRequest const all{.limit = 500};
    BOOST_TEST(expect(f.run(f.memberships.list_instance_organization_memberships(all))).total_count == 5);
    auto const of_user = expect(f.run(f.memberships.list_user_organization_memberships("user_3", {.limit = 100})));
    BOOST_TEST_REQUIRE(of_user.size() == 2U);
    BOOST_TEST(of_user.data[0].organization.id == other);
    BOOST_TEST(of_user.data[0].role == "org:member");
    BOOST_TEST(of_user.data[1].organization.id == acme);
    BOOST_TEST(of_user.data[1].role == "org:admin");

    expect(f.run(f.api->delete_organization(acme)));
    BOOST_TEST(expect(f.run(f.memberships.list_instance_organization_memberships(all))).total_count == 2);
    BOOST_TEST(expect(f.run(f.memberships.list_user_organization_memberships("user_2"))).total_count == 0);
    ListOrganizationMembershipsRequest const members{};
    expect_error(f.run(f.memberships.list_organization_memberships(acme, members)), 404, "resource_not_found");
}

BOOST_AUTO_TEST_CASE(members_of_many_users) {
    Acme f{{.organizations = 1, .members_per_organization = 250}};
    ListOrganizationsRequest const oldest{.order_by = "+created_at"};
    f.id = expect(f.run(f.api->list_organizations(oldest))).data.at(0).id;
    ListOrganizationMembershipsRequest const everybody{};
    Ids users;
    auto pages = f.memberships.paginate(f.id, everybody, {.page_size = 100, .prefetch = 2});
    while (!pages.done()) {
        for (auto const& each : expect(f.run(pages.next_page()))) users.push_back(user_of(each));
    }
    BOOST_TEST(unique(users) == 250U);
    BOOST_TEST(pages.report().doubt == "the walk is not anchored");

    std::reverse(users.begin(), users.end());
    users.insert(users.begin() + 120, "user_stranger");
    std::uint64_t const requests = f.emulator.requests();
    auto const found = expect(f.run(f.memberships.get_organization_memberships(f.id, users)));
    BOOST_TEST(f.emulator.requests() - requests == 3U);
    BOOST_TEST(found.missing == Ids{"user_stranger"}, boost::test_tools::per_element());
    BOOST_TEST(found.undecoded.empty());
    BOOST_TEST_REQUIRE(found.data.size() == 250U);
    users.erase(users.begin() + 120);
    for (std::size_t at = 0; at != users.size(); ++at) BOOST_TEST(user_of(found.data[at]) == users[at]);
}

BOOST_AUTO_TEST_CASE(errors_of_the_service) {
    Acme f{{.users = {"user_1", "user_2", "user_3", "user_4"}}, 3};
    expect(f.join("user_2"));
    expect_error(f.join("user_2"), 400, "already_a_member_in_organization");
    expect_error(f.join("user_unknown"), 404, "resource_not_found");
    expect_error(f.join("user_3", "org:unknown"), 404, "resource_not_found");
    expect_error(f.give("user_2", "org:unknown"), 404, "resource_not_found");
    expect(f.join("user_3"));
    expect_error(f.join("user_4"), 403, "organization_membership_quota_exceeded");
    expect(f.remove("user_3"));
    expect(f.join("user_4"));

    expect_error(f.remove("user_1"), 400, "organization_minimum_permissions_needed");
    expect_error(f.give("user_1", "org:member"), 400, "organization_minimum_permissions_needed");
    expect(f.give("user_2", "org:admin"));
    expect(f.remove("user_1"));
    expect_error(f.remove("user_2"), 400, "organization_minimum_permissions_needed");

    MergeOrganizationMembershipMetadataRequest merge{};
    merge.public_metadata = boost::json::object{{"text", std::string(8'181, 'x')}};
    expect(f.run(f.memberships.merge_organization_membership_metadata(f.id, "user_2", merge)));
    merge.public_metadata = boost::json::object{{"more", 1}};
    expect_error(f.run(f.memberships.merge_organization_membership_metadata(f.id, "user_2", merge)), 422,
                 "form_param_exceeds_allowed_size");
    auto const of_nobody = f.run(f.memberships.list_user_organization_memberships("user_unknown"));
    expect_error(of_nobody, 404, "resource_not_found");
    f.id = "org_unknown";
    expect_error(f.join("user_2"), 404, "resource_not_found");
    expect_error(f.get("user_2"), 404, "resource_not_found");
}

BOOST_AUTO_TEST_CASE(after_a_lost_answer_all_but_a_create_are_sent_again) {
    Acme f;
    f.emulator.set_faults("cut-after-effect@on=create_organization_membership@count=1");
    auto const lost = f.join("user_2");
    BOOST_TEST_REQUIRE(lost.has_error());
    BOOST_TEST(lost.error().may_have_taken_effect());
    BOOST_TEST(lost.error().attempts() == 1);
    BOOST_TEST(lost.error().stop_reason() == StopReason::not_idempotent);
    BOOST_TEST(expect(f.get("user_2")).role == "org:member");

    f.emulator.set_faults("cut-after-effect@on=update_organization_membership@count=1");
    BOOST_TEST(expect(f.give("user_2", "org:admin")).role == "org:admin");
    f.emulator.set_faults("cut-after-effect@on=merge_organization_membership_metadata@count=1");
    MergeOrganizationMembershipMetadataRequest merge{};
    merge.public_metadata = boost::json::object{{"a", 1}};
    BOOST_TEST(expect(f.run(f.memberships.merge_organization_membership_metadata(f.id, "user_2", merge)))
                   .public_metadata.text() == R"({"a":1})");
    f.emulator.set_faults("cut-after-effect@on=delete_organization_membership@count=1");
    auto const removed = f.remove("user_2");
    expect_error(removed, 404, "resource_not_found");
    BOOST_TEST(removed.error().may_have_taken_effect());
    BOOST_TEST(f.members() == 1);
}

// Changes these, then adds new ones, while the walk runs.
BOOST_DATA_TEST_CASE(an_anchored_walk_while_members_leave_and_join, data::make<std::size_t>({0, 3}), prefetch) {
    Acme f{{.organizations = 1, .members_per_organization = 300}};
    ListOrganizationsRequest const oldest{.order_by = "+created_at"};
    f.id = expect(f.run(f.api->list_organizations(oldest))).data.at(0).id;
    ListOrganizationMembershipsRequest const everybody{};
    auto pages = f.memberships.paginate(f.id, everybody, {.page_size = 25, .prefetch = prefetch, .anchored = true});
    Ids ids;
    std::size_t old = 0;
    int joined = 0;
    while (!pages.done()) {
        for (auto const& each : expect(f.run(pages.next_page()))) {
            ids.push_back(each.id);
            if (user_of(each).starts_with("user_new")) continue;
            ++old;
            if (each.role == "org:member") expect(f.remove(user_of(each)));
            if (old % 10 == 0 && joined != 5) expect(f.join("user_new" + std::to_string(++joined)));
        }
    }
    BOOST_TEST(old == 300U);
    BOOST_TEST(unique(ids) == ids.size());
    BOOST_TEST(ids.size() == 305U);  // new members are the last of the list
    WalkReport const report = pages.report();
    BOOST_TEST_CONTEXT(to_json(report)) {
        BOOST_TEST(report.drift_events > 0);
        BOOST_TEST(!report.complete);
        BOOST_TEST(report.doubt == "the service does not say whose created_at orders this list");
    }
}

BOOST_AUTO_TEST_CASE(a_plain_walk_while_members_leave_misses_some) {
    Acme f{{.organizations = 1, .members_per_organization = 100}};
    ListOrganizationsRequest const oldest{.order_by = "+created_at"};
    f.id = expect(f.run(f.api->list_organizations(oldest))).data.at(0).id;
    ListOrganizationMembershipsRequest const ascending{.order_by = "+created_at"};
    auto pages = f.memberships.paginate(f.id, ascending, {.page_size = 20});
    std::size_t delivered = 0;
    for (auto const& each : expect(f.run(pages.next_page()))) {
        ++delivered;
        if (each.role == "org:member") expect(f.remove(user_of(each)));
    }
    while (!pages.done()) delivered += expect(f.run(pages.next_page())).size();
    BOOST_TEST(delivered < 100U);
    BOOST_TEST(!pages.report().complete);
    BOOST_TEST(pages.report().doubt == "the walk is not anchored");
    BOOST_TEST(pages.report().last_total.value() < 100);
}

BOOST_AUTO_TEST_CASE(an_anchored_walk_of_the_instance_continues_in_another_process) {
    Acme f{{.organizations = 12, .members_per_organization = 30}};
    ListInstanceOrganizationMembershipsRequest const everybody{};
    PaginatorOptions const options{.page_size = 40, .prefetch = 2, .anchored = true};
    Ids ids;
    std::string checkpoint;
    for (bool done = false; !done;) {
        auto pages = checkpoint.empty() ? f.memberships.paginate(everybody, options)
                                        : f.memberships.resume(everybody, checkpoint, options);
        for (auto const& each : expect(f.run(pages.next_page()))) {
            ids.push_back(each.id);
            f.id = each.organization.id;
            if (each.role == "org:member") expect(f.remove(user_of(each)));
        }
        checkpoint = pages.checkpoint();
        done = pages.done();
        if (done) BOOST_TEST(pages.report().doubt == "the service does not say whose created_at orders this list");
    }
    BOOST_TEST(ids.size() == 361U);
    BOOST_TEST(unique(ids) == 361U);
}

BOOST_AUTO_TEST_CASE(a_walk_of_the_instance_while_organizations_are_deleted) {
    Acme f{{.organizations = 10, .members_per_organization = 30}};
    ListInstanceOrganizationMembershipsRequest const everybody{};
    auto pages = f.memberships.paginate(everybody, {.page_size = 50, .prefetch = 2, .anchored = true});
    std::set<std::string> deleted;
    Ids ids;
    while (!pages.done()) {
        for (auto const& each : expect(f.run(pages.next_page()))) {
            ids.push_back(each.id);
            if (ids.size() % 60 != 0 || deleted.contains(each.organization.id)) continue;
            expect(f.run(f.api->delete_organization(each.organization.id)));
            deleted.insert(each.organization.id);
        }
    }
    BOOST_TEST(deleted.size() >= 3U);
    BOOST_TEST(unique(ids) == ids.size());
    BOOST_TEST_CONTEXT(to_json(pages.report())) {
        BOOST_TEST(!pages.report().complete);
        BOOST_TEST(pages.report().doubt == "the service does not say whose created_at orders this list");
    }
    // Those that were there all the time are among them.
    ListInstanceOrganizationMembershipsRequest const left{.limit = 500};
    for (auto const& each : expect(f.run(f.memberships.list_instance_organization_memberships(left)))) {
        BOOST_TEST((std::find(ids.begin(), ids.end(), each.id) != ids.end()), each.id);
    }
}

BOOST_AUTO_TEST_CASE(the_walk_of_a_user_has_no_order_to_hold_on_to) {
    Acme f;
    for (int number = 0; number != 30; ++number) f.found("Organization " + std::to_string(number));
    ListUserOrganizationMembershipsRequest const all{};
    auto pages = f.memberships.paginate("user_1", all, {.page_size = 10, .prefetch = 1});
    std::set<std::string> organizations;
    while (!pages.done()) {
        for (auto const& each : expect(f.run(pages.next_page()))) organizations.insert(each.organization.id);
    }
    BOOST_TEST(organizations.size() == 31U);
    BOOST_TEST(!pages.report().complete);
    BOOST_TEST(pages.report().doubt == "the walk is not anchored");
    auto refused = f.memberships.paginate("user_1", all, {.anchored = true});
    BOOST_TEST(f.run(refused.next_page()).error().field() == "anchored");
}

BOOST_AUTO_TEST_CASE(roles_and_what_they_allow) {
    Acme f;
    OrganizationRolesApi roles{*f.client};
    ListOrganizationRolesRequest const by_key{.order_by = "+key"};
    auto const page = expect(f.run(roles.list_organization_roles(by_key)));
    BOOST_TEST_REQUIRE(page.size() == 2U);
    BOOST_TEST(page.data[0].key == "org:admin");
    BOOST_TEST(page.data[1].key == "org:member");
    auto const admin = expect(f.run(roles.get_organization_role(page.data[0].id)));
    BOOST_TEST((admin == page.data[0]));
    Ids permissions;
    for (OrganizationPermission const& each : admin.permissions) permissions.push_back(each.key);
    BOOST_TEST(expect(f.get("user_1")).permissions == permissions, boost::test_tools::per_element());
    auto const info = expect(f.run(roles.get_organization_role_with_http_info(admin.id)));
    BOOST_TEST(info.status == 200);
    expect_error(f.run(roles.get_organization_role("role_unknown")), 404, "resource_not_found");
    auto walk = roles.paginate(by_key, {.page_size = 1});
    BOOST_TEST(expect(f.run(walk.next_page())).data.at(0).key == "org:admin");
    BOOST_TEST(expect(f.run(walk.next_page())).data.at(0).key == "org:member");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
