#include "table.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

BOOST_AUTO_TEST_SUITE(table)

namespace {

using namespace clerk_orgs;

clerk::Organization named(std::string id, std::string name) {
    clerk::Organization organization;
    organization.id = std::move(id);
    organization.name = std::move(name);
    organization.slug = "s";
    organization.created_at = clerk::Timestamp{std::chrono::milliseconds{1577934245678}};
    return organization;
}

clerk::Organizations page() {
    clerk::Organizations page;
    page.data = {named("org_1", "Acme"), named("org_22", "日本 é"), named("org_3", "\x1b[31m\n")};
    return page;
}

BOOST_AUTO_TEST_CASE(columns_are_aligned_as_they_are_shown) {
    BOOST_TEST(render_table(page(), {}) ==
               "ID      NAME          SLUG  CREATED\n"
               "org_1   Acme          s     2020-01-02T03:04:05.678Z\n"
               "org_22  日本 é        s     2020-01-02T03:04:05.678Z\n"
               "org_3   \\x1b[31m\\x0a  s     2020-01-02T03:04:05.678Z\n");
}

BOOST_AUTO_TEST_CASE(lines_are_cut_to_the_terminal) {
    std::string const text = render_table(page(), {.width = 12});
    BOOST_TEST(text ==
               "ID      NAM…\n"
               "org_1   Acm…\n"
               "org_22  日…\n"
               "org_3   \\x1…\n");
}

BOOST_AUTO_TEST_CASE(the_header_is_bold_where_there_is_colour) {
    std::string const text = render_table(page(), {.width = 80, .colour = true});
    BOOST_TEST(text.starts_with("\x1b[1mID      NAME          SLUG  CREATED\x1b[0m\n"));
    BOOST_TEST(text.find('\x1b', 10) == text.find("\x1b[0m"));
    BOOST_TEST(text.rfind('\x1b') == text.find("\x1b[0m"));
}

BOOST_AUTO_TEST_CASE(members_are_shown_when_they_were_counted) {
    clerk::Organizations counted = page();
    counted.data[0].members_count = 7;
    std::string const text = render_table(counted, {});
    BOOST_TEST(text.find("MEMBERS") != std::string::npos);
    BOOST_TEST(text.find("678Z  7\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(one_organization_is_a_list_of_what_it_has) {
    BOOST_TEST(render_table(named("org_1", "Acme"), {}) ==
               "id          org_1\n"
               "name        Acme\n"
               "slug        s\n"
               "created_at  2020-01-02T03:04:05.678Z\n");
}

BOOST_AUTO_TEST_CASE(memberships_and_invitations_have_columns_of_their_own) {
    clerk::OrganizationMemberships memberships;
    memberships.data.resize(1);
    memberships.data[0].role = "org:admin";
    memberships.data[0].organization.id = "org_1";
    memberships.data[0].public_user_data.emplace().user_id = "user_1";
    BOOST_TEST(render_table(memberships, {}) ==
               "ORGANIZATION  USER    IDENTIFIER  ROLE       CREATED\n"
               "org_1         user_1              org:admin\n");
    clerk::OrganizationInvitationsWithPublicOrganizationData invitations;
    invitations.data.resize(1);
    invitations.data[0].id = "orginv_1";
    invitations.data[0].email_address = "\x1b@example.com";
    BOOST_TEST(render_table(invitations, {}) ==
               "ORGANIZATION  ID        EMAIL ADDRESS     ROLE  STATUS  CREATED\n"
               "              orginv_1  \\x1b@example.com\n");
}

BOOST_AUTO_TEST_CASE(colour_is_for_terminals_that_want_it) {
    BOOST_TEST(choose_table_style(true, 80, nullptr, "xterm").colour);
    BOOST_TEST(choose_table_style(true, 80, "", "xterm").colour);
    BOOST_TEST(!choose_table_style(true, 80, "1", "xterm").colour);
    BOOST_TEST(!choose_table_style(true, 80, nullptr, "dumb").colour);
    BOOST_TEST(!choose_table_style(false, 80, nullptr, "xterm").colour);
    BOOST_TEST(choose_table_style(true, 80, nullptr, "xterm").width == 80U);
    BOOST_TEST(choose_table_style(false, 80, nullptr, "xterm").width == 0U);
}

BOOST_AUTO_TEST_CASE(widths_are_those_of_a_terminal) {
    BOOST_TEST(display_width("abc") == 3U);
    BOOST_TEST(display_width("ü€") == 2U);
    BOOST_TEST(display_width("日本") == 4U);
    BOOST_TEST(display_width("e\u0301") == 1U);
    BOOST_TEST(display_width("\U0001f600") == 2U);
    BOOST_TEST(display_width("\xff\xf0") == 2U);  // not UTF-8: a column for each byte
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
