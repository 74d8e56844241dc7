#include "api/organization_memberships/organization_membership_codec.hpp"

#include "api/organization_memberships/organization_membership_descriptions.hpp"
#include "support/resource_codec.hpp"

using namespace clerk;
using test::check_round_trip;
using test::read_fixture;

BOOST_AUTO_TEST_SUITE(organization_membership_codec)

namespace {

Timestamp at(std::int64_t milliseconds) { return Timestamp{std::chrono::milliseconds{milliseconds}}; }

}  // namespace

BOOST_AUTO_TEST_CASE(reads_every_member) {
    auto const membership =
        check_round_trip<OrganizationMembership>(read_fixture("organization_memberships/membership.json"));
    BOOST_TEST(membership.id == "orgmem_2g7np7Hrk0SN6kj5EDMLDaKNL0S");
    BOOST_TEST(membership.object == "organization_membership");
    BOOST_TEST(membership.role == "org:admin");
    BOOST_TEST(membership.role_name.value() == "Admin");
    BOOST_TEST(
        (membership.permissions == std::vector<std::string>{"org:sys_profile:manage", "org:sys_memberships:manage"}));
    BOOST_TEST(membership.public_metadata.text() == R"({"team":"sales"})");
    BOOST_TEST(membership.private_metadata.text() == R"({"cost_center":12})");
    BOOST_TEST(membership.organization.name == "Northwind Traders");
    BOOST_TEST(membership.organization.public_metadata.text() == R"({"plan":"enterprise"})");
    BOOST_TEST((membership.created_at == at(1732345678901)));
    BOOST_TEST((membership.updated_at == at(1742345678901)));
    BOOST_TEST(membership.null_fields == 0U);
    BOOST_TEST(membership.missing_fields == 0U);
    BOOST_TEST_REQUIRE(membership.public_user_data.has_value());
    auto const& user = *membership.public_user_data;
    BOOST_TEST(user.user_id == "user_2g7np7Hrk0SN6kj5EDMLDaKNL0S");
    BOOST_TEST(user.first_name.value() == "Ann");
    BOOST_TEST(user.last_name.value() == "Lee");
    BOOST_TEST(user.profile_image_url.value() == "https://www.gravatar.com/avatar");
    BOOST_TEST(user.image_url.value() == "https://img.clerk.com/ann");
    BOOST_TEST(user.has_image.value());
    BOOST_TEST(user.identifier.value() == "ann@example.com");
    BOOST_TEST(user.username.value() == "ann");
    BOOST_TEST(!user.banned.value());
    BOOST_TEST(!user.deprovisioned.value());
}

BOOST_AUTO_TEST_CASE(tells_null_from_absent_at_every_level) {
    auto const nulls =
        check_round_trip<OrganizationMembership>(read_fixture("organization_memberships/membership_nulls.json"));
    BOOST_TEST(nulls.null_fields == (1U << 11U) - 2 - (1U << 8U));  // neither id nor public_user_data
    BOOST_TEST(nulls.is_null(OrganizationMembershipField::organization));
    BOOST_TEST(nulls.public_user_data.value().null_fields == (1U << 10U) - 1);
    BOOST_TEST(nulls.public_user_data->is_null(OrganizationMembershipPublicUserDataField::deprovisioned));

    auto const minimal = check_round_trip<OrganizationMembership>(R"({"id":"orgmem_1"})");
    BOOST_TEST(minimal.null_fields == 0U);
    BOOST_TEST((minimal.missing_fields >> static_cast<unsigned>(OrganizationMembershipField::organization) & 1U) == 1U);
    BOOST_TEST(!minimal.public_user_data.has_value());
}

BOOST_AUTO_TEST_CASE(an_undecodable_membership_does_not_fail_its_page) {
    auto const page = test::decode<OrganizationMemberships>(read_fixture("organization_memberships/page.json")).value();
    BOOST_TEST(page.total_count == 4);
    BOOST_TEST(page.additional_fields.text() == R"({"cursor":null})");
    BOOST_TEST_REQUIRE(page.size() == 2U);
    BOOST_TEST(page.data[0].additional_fields.text() == R"({"directory":"scim"})");
    BOOST_TEST(page.data[0].organization.additional_fields.text() == R"({"billing":{"plan":"pro"}})");
    BOOST_TEST(page.data[0].public_user_data.value().additional_fields.text() == R"({"color":"red"})");
    BOOST_TEST(page.data[1].role == "org:auditor");
    BOOST_TEST(page.data[1].is_null(OrganizationMembershipField::public_user_data));
    BOOST_TEST_REQUIRE(page.undecoded.size() == 2U);
    BOOST_TEST(page.undecoded[0].id == "orgmem_2");
    BOOST_TEST(page.undecoded[0].path == "$.data[1].permissions[1]");
    BOOST_TEST(page.undecoded[1].path == "$.data[2].organization.created_at");
}

BOOST_AUTO_TEST_CASE(both_readers_agree) {
    test::check_readers_agree<OrganizationMembership>(read_fixture("organization_memberships/membership.json"));
    test::check_readers_agree<OrganizationMembership>(read_fixture("organization_memberships/membership_nulls.json"));
    test::check_readers_agree<OrganizationMembership>(
        R"({"id":"orgmem_1","permissions":[],"organization":{"id":"org_1","x":1},"public_user_data":{"y":2},"z":3})");
}

BOOST_AUTO_TEST_SUITE_END()
