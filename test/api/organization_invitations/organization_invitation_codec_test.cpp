#include "api/organization_invitations/organization_invitation_codec.hpp"

#include "api/organization_invitations/organization_invitation_descriptions.hpp"
#include "support/resource_codec.hpp"

using namespace clerk;
using test::check_round_trip;
using test::read_fixture;
using WithOrganization = OrganizationInvitationWithPublicOrganizationData;

BOOST_AUTO_TEST_SUITE(organization_invitation_codec)

namespace {

Timestamp at(std::int64_t milliseconds) { return Timestamp{std::chrono::milliseconds{milliseconds}}; }

}  // namespace

BOOST_AUTO_TEST_CASE(reads_every_member) {
    auto const invitation =
        check_round_trip<OrganizationInvitation>(read_fixture("organization_invitations/invitation.json"));
    BOOST_TEST(invitation.object == "organization_invitation");
    BOOST_TEST(invitation.id == "orginv_2g7np7Hrk0SN6kj5EDMLDaKNL0S");
    BOOST_TEST(invitation.email_address == "ann@example.com");
    BOOST_TEST(invitation.role == "org:member");
    BOOST_TEST(invitation.role_name == "Member");
    BOOST_TEST(invitation.organization_id.value() == "org_2g7np7Hrk0SN6kj5EDMLDaKNL0S");
    BOOST_TEST(invitation.inviter_id.value() == "user_2g7np7Hrk0SN6kj5EDMLDaKNL0S");
    BOOST_TEST(invitation.status.value() == "pending");
    BOOST_TEST(invitation.public_metadata.text() == R"({"team":"sales"})");
    BOOST_TEST(invitation.private_metadata.text() == R"({"source":"crm"})");
    BOOST_TEST(invitation.url.value() == "https://accounts.example.com/accept?ticket=1");
    BOOST_TEST((invitation.expires_at == at(1712345678901)));
    BOOST_TEST((invitation.created_at == at(1702345678901)));
    BOOST_TEST((invitation.updated_at == at(1702345678902)));
    BOOST_TEST(invitation.null_fields == 0U);
    BOOST_TEST(invitation.missing_fields == 0U);
    BOOST_TEST_REQUIRE(invitation.public_inviter_data.has_value());
    auto const& inviter = *invitation.public_inviter_data;
    BOOST_TEST(inviter.user_id == "user_2g7np7Hrk0SN6kj5EDMLDaKNL0S");
    BOOST_TEST(inviter.first_name.value() == "Bob");
    BOOST_TEST(inviter.last_name.value() == "Ray");
    BOOST_TEST(inviter.image_url.value() == "https://img.clerk.com/bob");
    BOOST_TEST(!inviter.has_image.value());
    BOOST_TEST(inviter.identifier.value() == "bob@example.com");
}

BOOST_AUTO_TEST_CASE(tells_null_from_absent) {
    auto const nulls =
        check_round_trip<OrganizationInvitation>(read_fixture("organization_invitations/invitation_nulls.json"));
    BOOST_TEST(nulls.null_fields == (1U << 15U) - 1 - 2);
    BOOST_TEST(nulls.is_null(OrganizationInvitationField::public_inviter_data));
    auto const minimal = check_round_trip<OrganizationInvitation>(R"({"id":"orginv_1"})");
    BOOST_TEST(minimal.null_fields == 0U);
    BOOST_TEST(!minimal.is_null(OrganizationInvitationField::url));
}

BOOST_AUTO_TEST_CASE(an_undecodable_invitation_does_not_fail_its_page) {
    std::string const json = read_fixture("organization_invitations/page_with_organizations.json");
    auto const page = test::decode<OrganizationInvitationsWithPublicOrganizationData>(json).value();
    BOOST_TEST_REQUIRE(page.size() == 2U);
    WithOrganization const& first = page.data.front();
    BOOST_TEST(first.status.value() == "expired");
    BOOST_TEST(first.additional_fields.text() == R"({"ticket":"t"})");
    BOOST_TEST_REQUIRE(first.public_organization_data.has_value());
    auto const& organization = *first.public_organization_data;
    BOOST_TEST(organization.id == "org_1");
    BOOST_TEST(organization.name == "Acme");
    BOOST_TEST(organization.is_null(OrganizationInvitationPublicOrganizationDataField::slug));
    BOOST_TEST(organization.image_url.value() == "https://img.test/1");
    BOOST_TEST(!organization.has_image.value());
    BOOST_TEST(organization.additional_fields.text() == R"({"verified":true})");
    BOOST_TEST(page.data.back().is_null(OrganizationInvitationField::public_organization_data));
    BOOST_TEST_REQUIRE(page.undecoded.size() == 1U);
    BOOST_TEST(page.undecoded.front().id == "orginv_2");
    BOOST_TEST(page.undecoded.front().path == "$.data[1].public_organization_data");
    check_round_trip<OrganizationInvitation>(to_json(static_cast<OrganizationInvitation const&>(first)));
}

BOOST_AUTO_TEST_CASE(both_readers_agree) {
    test::check_readers_agree<OrganizationInvitation>(read_fixture("organization_invitations/invitation.json"));
    test::check_readers_agree<OrganizationInvitation>(read_fixture("organization_invitations/invitation_nulls.json"));
    test::check_readers_agree<WithOrganization>(
        R"({"id":"orginv_1","public_inviter_data":{"a":1},"public_organization_data":{"slug":null,"b":2},"c":3})");
}

BOOST_AUTO_TEST_SUITE_END()
