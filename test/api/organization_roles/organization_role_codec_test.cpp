#include "api/organization_roles/organization_role_codec.hpp"

#include "api/organization_roles/organization_role_descriptions.hpp"
#include "support/resource_codec.hpp"

using namespace clerk;
using test::check_round_trip;
using test::read_fixture;

BOOST_AUTO_TEST_SUITE(organization_role_codec)

BOOST_AUTO_TEST_CASE(reads_every_member) {
    OrganizationRole const role = check_round_trip<OrganizationRole>(read_fixture("organization_roles/role.json"));
    BOOST_TEST(role.object == "role");
    BOOST_TEST(role.id == "role_2g7np7Hrk0SN6kj5EDMLDaKNL0S");
    BOOST_TEST(role.name == "Admin");
    BOOST_TEST(role.key == "org:admin");
    BOOST_TEST(role.description.value() == "Role with elevated permissions");
    BOOST_TEST(role.is_creator_eligible.value());
    BOOST_TEST((role.created_at == Timestamp{std::chrono::milliseconds{1712345678905}}));
    BOOST_TEST((role.updated_at == Timestamp{std::chrono::milliseconds{1712345678906}}));
    BOOST_TEST(role.null_fields == 0U);
    BOOST_TEST(role.missing_fields == 0U);
    BOOST_TEST_REQUIRE(role.permissions.size() == 2U);
    OrganizationPermission const& permission = role.permissions.front();
    BOOST_TEST(permission.object == "permission");
    BOOST_TEST(permission.id == "perm_2g7np7Hrk0SN6kj5EDMLDaKNL0S");
    BOOST_TEST(permission.name == "Manage members");
    BOOST_TEST(permission.key == "org:sys_memberships:manage");
    BOOST_TEST(permission.description == "Permission to manage the members of an organization");
    BOOST_TEST(permission.type == "system");
    BOOST_TEST((permission.created_at == Timestamp{std::chrono::milliseconds{1712345678901}}));
    BOOST_TEST((permission.updated_at == Timestamp{std::chrono::milliseconds{1712345678902}}));
    BOOST_TEST(role.permissions.back().description.empty());
}

BOOST_AUTO_TEST_CASE(keeps_nulls_and_what_is_unknown_at_every_level) {
    OrganizationRole const role = check_round_trip<OrganizationRole>(
        R"({"id":"role_1","description":null,"permissions":[{"id":"perm_1","key":null,"level":2}],"seats":[1.50]})");
    BOOST_TEST(!role.description.has_value());
    BOOST_TEST(role.additional_fields.text() == R"({"seats":[1.50]})");
    BOOST_TEST(role.is_null(OrganizationRoleField::description));
    BOOST_TEST(!role.is_null(OrganizationRoleField::updated_at));  // missing
    OrganizationPermission const& permission = role.permissions.front();
    BOOST_TEST(permission.additional_fields.text() == R"({"level":2})");
    BOOST_TEST(permission.is_null(OrganizationPermissionField::key));
    BOOST_TEST(!permission.is_null(OrganizationPermissionField::updated_at));
}

BOOST_AUTO_TEST_CASE(both_readers_agree) {
    test::check_readers_agree<OrganizationRole>(read_fixture("organization_roles/role.json"));
    test::check_readers_agree<OrganizationRole>(
        R"({"id":"role_1","description":null,"permissions":[{"id":"perm_1","key":null}],"new":1})");
}

BOOST_AUTO_TEST_CASE(an_undecodable_role_does_not_fail_its_page) {
    OrganizationRoles const page =
        test::decode<OrganizationRoles>(
            R"({"data":[{"id":"role_1","permissions":[{"id":7}]},{"id":"role_2"}],"total_count":2})")
            .value();
    BOOST_TEST_REQUIRE(page.size() == 1U);
    BOOST_TEST(page.data.front().id == "role_2");
    BOOST_TEST_REQUIRE(page.undecoded.size() == 1U);
    BOOST_TEST(page.undecoded.front().id == "role_1");
    BOOST_TEST(page.undecoded.front().path == "$.data[0].permissions[0].id");
}

BOOST_AUTO_TEST_SUITE_END()
