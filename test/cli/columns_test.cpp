#include "columns.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

BOOST_AUTO_TEST_SUITE(columns)

namespace {

using namespace clerk_orgs;

std::string line_of(clerk::Organization const& organization, Layout const& layout) {
    std::string line;
    append_record(line, organization, layout);
    return line;
}

std::string header_of(Layout const& layout) {
    std::string line;
    append_header(line, layout);
    return line;
}

clerk::Organization example() {
    clerk::Organization organization;
    organization.object = "organization";
    organization.id = "org_1";
    organization.name = "A";
    organization.slug = "a";
    organization.has_image = false;
    organization.members_count = 3;
    organization.max_allowed_memberships = 0;
    organization.public_metadata = boost::json::object{{"a", 1}, {"b", "x,}\"]"}};
    organization.private_metadata = boost::json::object{{"secret", true}};
    organization.created_at = clerk::Timestamp{std::chrono::milliseconds{1577934245678}};
    organization.additional_fields = boost::json::object{{"new_one", 1}, {"new_two", "2"}};
    return organization;
}

Layout const csv{.format = ExportFormat::csv};

BOOST_AUTO_TEST_CASE(csv_has_a_value_for_every_column) {
    auto const columns = [](std::string const& line) { return std::count(line.begin(), line.end(), ','); };
    BOOST_TEST(columns(line_of({}, csv)) == columns(header_of(csv)));
    BOOST_TEST(line_of({}, csv) == ",,,,,,,,,,,{},{},,,,,,{}\r\n");
    BOOST_TEST(
        header_of(csv) ==
        "object,id,name,slug,image_url,has_image,members_count,missing_member_with_elevated_permissions,"
        "pending_invitations_count,max_allowed_memberships,admin_delete_enabled,public_metadata,private_metadata,"
        "created_by,created_at,updated_at,last_active_at,role_set_key,additional_fields\r\n");
    BOOST_TEST(header_of({}).empty());
}

BOOST_AUTO_TEST_CASE(csv_writes_every_kind_of_value) {
    BOOST_TEST(
        line_of(example(), csv) ==
        "organization,org_1,A,a,,false,3,,,0,,\"{\"\"a\"\":1,\"\"b\"\":\"\"x,}\\\"\"]\"\"}\","
        "\"{\"\"secret\"\":true}\",,2020-01-02T03:04:05.678Z,,,,\"{\"\"new_one\"\":1,\"\"new_two\"\":\"\"2\"\"}\"\r\n");
}

struct Text {
    std::string in{};
    std::string out{};
    friend std::ostream& operator<<(std::ostream& out, Text const& text) { return out << text.out; }
};

Text const csv_names[] = {
    {"plain", "plain"},
    {"a,b", "\"a,b\""},
    {"a \"b\"", "\"a \"\"b\"\"\""},
    {"a\r\nb\tc\nd", "\"a\r\nb\tc\nd\""},
    {" edge", "\" edge\""},
    {"a\rb", "\"a\\u000db\""},
    {"\x1b[31m\x7f\xc2\x9b", "\\u001b[31m\\u007f\\u009b"},
    {"ü€", "ü€"},
    {"=1+1", "'=1+1"},
    {"+1", "'+1"},
    {"-1", "'-1"},
    {"@SUM(A1)", "'@SUM(A1)"},
    {"\t=1", "\"'\t=1\""},
    {"\r\n=1", "\"'\r\n=1\""},
    {"\n=1", "\"'\n=1\""},
    {"\r=1", "\"'\\u000d=1\""},
    {"=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""},
    {"\uff1d1", "'\uff1d1"},
    {"a=1", "a=1"},
    {"'=1", "'=1"},
};

BOOST_DATA_TEST_CASE(csv_quotes_escapes_and_disarms_names, boost::unit_test::data::make(csv_names)) {
    clerk::Organization organization;
    organization.name = sample.in;
    BOOST_TEST(line_of(organization, csv) == ",," + sample.out + ",,,,,,,,,{},{},,,,,,{}\r\n");
}

BOOST_AUTO_TEST_CASE(raw_csv_leaves_formulas) {
    Layout const raw{.format = ExportFormat::csv, .fields = {"name", "members_count"}, .raw_csv = true};
    clerk::Organization organization;
    organization.name = "=1+1";
    organization.members_count = -5;
    BOOST_TEST(line_of(organization, raw) == "=1+1,-5\r\n");
    Layout disarmed = raw;
    disarmed.raw_csv = false;
    BOOST_TEST(line_of(organization, disarmed) == "'=1+1,-5\r\n");  // a number is not a text
}

BOOST_AUTO_TEST_CASE(fields_choose_and_order_the_columns) {
    Layout layout{.format = ExportFormat::csv, .fields = {"slug", "id"}};
    BOOST_TEST(header_of(layout) == "slug,id\r\n");
    BOOST_TEST(line_of(example(), layout) == "a,org_1\r\n");
    layout.format = ExportFormat::ndjson;
    BOOST_TEST(line_of(example(), layout) == "{\"slug\":\"a\",\"id\":\"org_1\"}\n");
    layout.fields = {"additional_fields", "public_metadata", "image_url"};
    BOOST_TEST(line_of(example(), layout) ==
               "{\"new_one\":1,\"new_two\":\"2\",\"public_metadata\":{\"a\":1,\"b\":\"x,}\\\"]\"}}\n");
    layout.fields = {"last_active_at"};
    BOOST_TEST(line_of(example(), layout) == "{}\n");  // absent stays absent
}

BOOST_AUTO_TEST_CASE(private_metadata_can_be_left_out) {
    Layout layout{.private_metadata = false};
    std::string const whole = line_of(example(), {});
    std::string expected = whole;
    std::string const secret = R"("private_metadata":{"secret":true},)";
    BOOST_REQUIRE(expected.find(secret) != std::string::npos);
    expected.erase(expected.find(secret), secret.size());
    BOOST_TEST(line_of(example(), layout) == expected);
    layout.format = ExportFormat::csv;
    BOOST_TEST(header_of(layout).find("private_metadata") == std::string::npos);
    BOOST_TEST(line_of(example(), layout).find("secret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(layouts_are_told_apart) {
    std::vector<Layout> const layouts{
        {},
        csv,
        {.format = ExportFormat::csv, .raw_csv = true},
        {.private_metadata = false},
        {.fields = {"id", "name"}},
        {.fields = {"name", "id"}},
        {.format = ExportFormat::csv, .fields = {"id", "name"}},
        {.format = ExportFormat::csv, .private_metadata = false},
    };
    for (Layout const& left : layouts) {
        for (Layout const& right : layouts) BOOST_TEST((describe(left) == describe(right)) == (left == right));
    }
    BOOST_TEST(describe(layouts[6]) == "csv id,name");
}

BOOST_AUTO_TEST_CASE(fields_are_read_as_text) {
    BOOST_TEST(field_text(example(), "name") == "A");
    BOOST_TEST(field_text(example(), "created_at") == "2020-01-02T03:04:05.678Z");
    BOOST_TEST(field_text(example(), "last_active_at").empty());
    BOOST_TEST(field_text(example(), "nonsense").empty());
}

clerk::OrganizationMembership membership() {
    clerk::OrganizationMembership membership;
    membership.id = "orgmem_1";
    membership.role = "org:admin";
    membership.permissions = {"org:a:read", "org:b:manage"};
    membership.private_metadata = boost::json::object{{"secret", 1}};
    membership.public_metadata = boost::json::object{{"private_metadata", "of a user's own"}};
    membership.organization = example();
    membership.public_user_data.emplace().user_id = "user_1";
    return membership;
}

template <class T>
std::string fields_of(T const& record, Layout layout, std::vector<std::string> fields) {
    layout.fields = std::move(fields);
    std::string line;
    append_record(line, record, layout);
    return line;
}

BOOST_AUTO_TEST_CASE(a_member_of_an_object_has_a_column_of_its_own) {
    auto const names = field_names<clerk::OrganizationMembership>();
    auto const has = [&names](char const* name) { return std::ranges::count(names, name) == 1; };
    BOOST_TEST(has("organization.id"));
    BOOST_TEST(has("public_user_data.additional_fields"));
    BOOST_TEST(!has("organization"));
    BOOST_TEST(fields_of(membership(), csv, {"organization.id", "public_user_data.user_id", "role", "permissions"}) ==
               "org_1,user_1,org:admin,org:a:read org:b:manage\r\n");
    BOOST_TEST(fields_of(membership(), {}, {"organization.id", "role", "organization.additional_fields"}) ==
               R"({"organization.id":"org_1","role":"org:admin","organization.new_one":1,"organization.new_two":"2"})"
               "\n");
    clerk::OrganizationMembership without_user = membership();
    without_user.public_user_data.reset();
    BOOST_TEST(fields_of(without_user, csv, {"id", "public_user_data.user_id"}) == "orgmem_1,\r\n");
    BOOST_TEST(fields_of(without_user, {}, {"id", "public_user_data.user_id"}) == "{\"id\":\"orgmem_1\"}\n");
    BOOST_TEST(field_text(membership(), "organization.name") == "A");
}

BOOST_AUTO_TEST_CASE(private_metadata_is_left_out_of_objects_too) {
    for (ExportFormat const format : {ExportFormat::ndjson, ExportFormat::csv}) {
        Layout const layout{.format = format, .private_metadata = false};
        std::string const line = fields_of(membership(), layout, {});
        BOOST_TEST(line.find("secret") == std::string::npos, line);
        BOOST_TEST(line.find("of a user's own") != std::string::npos, line);  // that is a key of public metadata
        BOOST_TEST(line.find("org_1") != std::string::npos, line);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
