#include "api/organizations/samples.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

BOOST_AUTO_TEST_SUITE(decoders)

namespace {

using namespace clerk;
using test::decode;
using test::fixture;

std::uint32_t mask(std::initializer_list<OrganizationField> fields) {
    std::uint32_t result = 0;
    for (OrganizationField const field : fields) result |= 1U << static_cast<std::uint32_t>(field);
    return result;
}

Timestamp at(std::int64_t milliseconds) { return Timestamp{std::chrono::milliseconds{milliseconds}}; }

}  // namespace

BOOST_AUTO_TEST_CASE(reads_every_member) {
    Organization const organization = decode<Organization>(fixture("organization.json")).value();
    BOOST_TEST(organization.object == "organization");
    BOOST_TEST(organization.id == "org_2g7np7Hrk0SN6kj5EDMLDaKNL0S");
    BOOST_TEST(organization.name == "Northwind Traders");
    BOOST_TEST(organization.slug.value() == "northwind-traders");
    BOOST_TEST(organization.image_url.value() == "https://img.clerk.com/eyJ0eXBlIjoiZGVmYXVsdCJ9");
    BOOST_TEST(organization.has_image.value() == false);
    BOOST_TEST(organization.members_count.value() == 12);
    BOOST_TEST(organization.missing_member_with_elevated_permissions.value() == false);
    BOOST_TEST(organization.pending_invitations_count.value() == 3);
    BOOST_TEST(organization.max_allowed_memberships.value() == 50);
    BOOST_TEST(organization.admin_delete_enabled.value() == true);
    BOOST_TEST(organization.private_metadata.text() == R"({"crm_id":"crm-7"})");
    BOOST_TEST(organization.created_by.value() == "user_2g7np7Hrk0SN6kj5EDMLDaKNL0S");
    BOOST_TEST((organization.created_at == at(1'712'345'678'901)));
    BOOST_TEST((organization.updated_at == at(1'722'345'678'901)));
    BOOST_TEST((organization.last_active_at == at(1'732'345'678'901)));
    BOOST_TEST(organization.role_set_key.value() == "role_set:default");
    BOOST_TEST(organization.additional_fields.empty());
    BOOST_TEST(organization.null_fields == 0U);
    BOOST_TEST(organization.missing_fields == 0U);
}

BOOST_AUTO_TEST_CASE(keeps_metadata_as_compact_text_as_written) {
    Organization const organization = decode<Organization>(fixture("organization.json")).value();
    BOOST_TEST(organization.public_metadata.text() ==
               "{\"plan\":\"enterprise\",\"seats\":120,\"ratio\":0.30000000000000004,"
               "\"big\":123456789012345678901234567890,\"tiny\":1e-7,\"negative_zero\":-0,"
               "\"features\":[\"sso\",\"audit\",[]],"
               "\"theme\":{\"primary\":\"#3366ff\",\"dark\":true,\"none\":null,\"empty\":{}},"
               "\"\":\"empty key\","
               "\"quoted \\\"key\\\"\\n\":\"tab\\tand \\u0001 and \\u00e4\\u20ac \\ud83d\\ude00 and \\\\ and \\/\"}");
}

BOOST_AUTO_TEST_CASE(tells_null_from_absent) {
    Organization const nulls = decode<Organization>(fixture("organization_nulls.json")).value();
    BOOST_TEST(nulls.null_fields == ((1U << 18U) - 1) - mask({OrganizationField::id}));
    BOOST_TEST(nulls.missing_fields == 0U);
    BOOST_TEST(nulls.is_null(OrganizationField::slug));
    BOOST_TEST(!nulls.slug.has_value());
    BOOST_TEST(nulls.public_metadata.empty());

    Organization const minimal = decode<Organization>(fixture("organization_minimal.json")).value();
    BOOST_TEST(minimal.null_fields == 0U);
    BOOST_TEST(
        minimal.missing_fields ==
        mask({OrganizationField::object, OrganizationField::name, OrganizationField::slug, OrganizationField::has_image,
              OrganizationField::max_allowed_memberships, OrganizationField::admin_delete_enabled,
              OrganizationField::public_metadata, OrganizationField::private_metadata, OrganizationField::created_at,
              OrganizationField::updated_at}));
}

BOOST_AUTO_TEST_CASE(keeps_unknown_members) {
    Organization const organization = decode<Organization>(fixture("organization_unknown_members.json")).value();
    BOOST_TEST(organization.name == "Contoso & S\u00f6hne");
    BOOST_TEST(organization.additional_fields.text() ==
               R"({"billing":{"plan":"pro","items":[1,2.50,{"deep":[null,true]}]},)"
               R"("logo_url":"https://example.test/old.png","deleted":false,"tags":["a","b"],"score":1.5e10,)"
               R"("flag":false,"nothing":null,"text":"line\nbreak","data":[],"total_count":1})");
}

BOOST_AUTO_TEST_CASE(reads_the_logo_url_only_where_it_is_known) {
    OrganizationWithLogo const organization =
        decode<OrganizationWithLogo>(fixture("organization_with_logo.json")).value();
    BOOST_TEST(organization.logo_url.value() == "https://images.clerk.com/uploaded/fabrikam.png");
    BOOST_TEST(organization.additional_fields.text() == R"({"extra":1})");
    OrganizationWithLogo const null_logo = decode<OrganizationWithLogo>(R"({"id":"a","logo_url":null})").value();
    BOOST_TEST(null_logo.is_null(OrganizationField::logo_url));
    BOOST_TEST((null_logo.missing_fields & mask({OrganizationField::image_url})) != 0U);
}

BOOST_AUTO_TEST_CASE(reads_a_deleted_object) {
    DeletedObject const object = decode<DeletedObject>(fixture("deleted_object.json")).value();
    BOOST_TEST(object.object == "organization");
    BOOST_TEST(object.id.value() == "org_gone");
    BOOST_TEST(!object.slug.has_value());
    BOOST_TEST(object.deleted);
    BOOST_TEST(object.external_id.value() == "ext_1");
    BOOST_TEST((object.additional_fields == Metadata{boost::json::object{{"trace", {{"id", 7}}}, {"slug", nullptr}}}));
    BOOST_TEST(!decode<DeletedObject>(R"({"deleted":false})").value().deleted);
}

BOOST_AUTO_TEST_CASE(reads_a_page) {
    Organizations const page = decode<Organizations>(fixture("page.json")).value();
    BOOST_TEST_REQUIRE(page.data.size() == 3U);
    BOOST_TEST(page.total_count == 4711);
    BOOST_TEST(page.undecoded.empty());
    BOOST_TEST(page.additional_fields.text() == R"({"next_cursor":"c_1"})");
    BOOST_TEST(page.data[0].public_metadata.text() == R"({"n":1,"s":"\u00fc\ud83d\ude80\\"})");
    BOOST_TEST(page.data[1].name == "Zwei \u00b7 \u4e8c");
    BOOST_TEST(page.data[1].members_count.value() == 10);
    BOOST_TEST(page.data[1].max_allowed_memberships.value() == 1000);
    BOOST_TEST(page.data[1].is_null(OrganizationField::slug));
    BOOST_TEST(page.data[1].additional_fields.text() == R"({"future_member":{"a":[true,false,null]}})");
    BOOST_TEST(page.data[2].id == "org_3");
    BOOST_TEST(page.data[2].additional_fields.empty());

    Organizations const empty = decode<Organizations>(R"({"total_count":0,"data":[]})").value();
    BOOST_TEST(empty.empty());
}

BOOST_AUTO_TEST_CASE(an_undecodable_item_does_not_fail_its_page) {
    Organizations const page = decode<Organizations>(fixture("page_with_odd_items.json")).value();
    std::vector<std::string> ids;
    for (Organization const& organization : page) ids.push_back(organization.id);
    BOOST_TEST((ids == std::vector<std::string>{"org_0", "org_8", "org_12"}));

    std::vector<UndecodedItem> const expected{
        {1, "", "$.data[1]", "expected an object, found a number"},
        {2, "org_late_id", "$.data[2].created_at", "expected Unix milliseconds, found a string"},
        {3, "", "$.data[3]", "expected an object, found null"},
        {4, "", "$.data[4].id", "expected a non-empty string, found nothing"},
        {5, "", "$.data[5].id", "expected a non-empty string, found an empty string"},
        {6, "", "$.data[6].id", "expected a non-empty string, found a number"},
        {7, "", "$.data[7]", "expected an object, found an array"},
        {9, "", "$.data[9]", "expected an object, found a string"},
        {10, "org_10", "$.data[10].public_metadata", "expected an object, found an array"},
        {11, "", "$.data[11]", "expected an object, found a boolean"},
    };
    BOOST_TEST_REQUIRE(page.undecoded.size() == expected.size());
    for (std::size_t index = 0; index < expected.size(); ++index) {
        BOOST_TEST(page.undecoded[index].index == expected[index].index);
        BOOST_TEST(page.undecoded[index].id == expected[index].id);
        BOOST_TEST(page.undecoded[index].path == expected[index].path);
        BOOST_TEST(page.undecoded[index].message == expected[index].message);
    }
}

BOOST_AUTO_TEST_CASE(of_duplicate_members_the_last_one_counts) {
    Organization const last_null =
        decode<Organization>(R"({"id":"a","slug":"x","slug":null,"public_metadata":{"a":1},"public_metadata":null})")
            .value();
    BOOST_TEST(!last_null.slug.has_value());
    BOOST_TEST(last_null.public_metadata.empty());
    BOOST_TEST(last_null.null_fields == mask({OrganizationField::slug, OrganizationField::public_metadata}));

    Organization const last_value =
        decode<Organization>(R"({"id":"a","id":"b","slug":null,"slug":"y","created_at":"odd","created_at":5,)"
                             R"("public_metadata":[],"public_metadata":{"b":2},"x":1,"x":2})")
            .value();
    BOOST_TEST(last_value.id == "b");
    BOOST_TEST(last_value.slug.value() == "y");
    BOOST_TEST(last_value.null_fields == 0U);
    BOOST_TEST((last_value.created_at == at(5)));
    BOOST_TEST(last_value.public_metadata.text() == R"({"b":2})");
    BOOST_TEST(last_value.additional_fields.object().at("x").as_int64() == 2);

    BOOST_TEST(
        (decode<Organization>(R"({"id":"a","created_at":5,"created_at":"odd"})").error() == errc::malformed_body));
    DeletedObject const object =
        decode<DeletedObject>(R"({"slug":null,"slug":"s","deleted":false,"deleted":true})").value();
    BOOST_TEST(object.slug.value() == "s");
    BOOST_TEST(object.deleted);
    BOOST_TEST(object.additional_fields.empty());

    Organizations const page =
        decode<Organizations>(R"({"data":[{"id":"a"},1],"total_count":1,"data":[{"id":"b"}],"total_count":2})").value();
    BOOST_TEST_REQUIRE(page.size() == 1U);
    BOOST_TEST(page.data[0].id == "b");
    BOOST_TEST(page.undecoded.empty());
    BOOST_TEST(page.total_count == 2);
}

BOOST_AUTO_TEST_CASE(nothing_of_one_item_reaches_the_next) {
    Organizations const page =
        decode<Organizations>(
            R"({"data":[{"id":"a","slug":null,"x":1},{"id":"b","created_at":""},{"id":"c","y":2}],"total_count":3})")
            .value();
    BOOST_TEST_REQUIRE(page.size() == 2U);
    BOOST_TEST(page.data[1].null_fields == 0U);
    BOOST_TEST(page.data[1].additional_fields.text() == R"({"y":2})");
}

BOOST_AUTO_TEST_CASE(every_split_gives_the_same) {
    for (std::string_view const name : {"page.json", "page_with_odd_items.json"}) {
        std::string const text = fixture(name);
        Organizations const whole = decode<Organizations>(text).value();
        for (std::size_t step = 1; step < 40; ++step) {
            BOOST_TEST_INFO(name << " in pieces of " << step);
            BOOST_TEST_REQUIRE((decode<Organizations>(text, step).value() == whole));
        }
        for (std::size_t at = 0; at <= text.size(); ++at) {
            api::Decoder<Organizations> decoder{test::max_depth};
            std::string const head = text.substr(0, at);
            std::string const tail = text.substr(at);
            BOOST_TEST_INFO(name << " split at " << at);
            BOOST_TEST_REQUIRE((decoder.write(head) && decoder.write(tail) && decoder.finish()));
            BOOST_TEST_REQUIRE((decoder.take() == whole));
        }
    }
    std::string const text = fixture("organization.json");
    Organization const whole = decode<Organization>(text).value();
    for (std::size_t step = 1; step < 40; ++step) {
        Organization const parts = decode<Organization>(text, step).value();
        BOOST_TEST_REQUIRE((parts == whole));
        BOOST_TEST_REQUIRE(parts.public_metadata.text() == whole.public_metadata.text());
    }
}

BOOST_AUTO_TEST_CASE(a_decoder_can_be_used_again) {
    api::Decoder<Organizations> decoder{test::max_depth, 500};
    std::string const text = fixture("page.json");
    Organizations const whole = decode<Organizations>(text).value();
    std::string_view const interruptions[] = {
        "", "{\"data\":[{\"id\":\"a\",\"public_metadata\":{\"x\":\"y", "{\"da", "[]", "{\"data\":12", text};
    for (std::string_view const interruption : interruptions) {
        decoder.write(interruption);
        decoder.reset();
        BOOST_TEST_REQUIRE((decoder.write(text) && decoder.finish()));
        BOOST_TEST((decoder.take() == whole));
        decoder.reset();
    }
}

BOOST_AUTO_TEST_CASE(reserves_what_a_page_is_expected_to_hold) {
    api::Decoder<Organizations> decoder{test::max_depth, 500};
    BOOST_TEST_REQUIRE((decoder.write(R"({"data":[{"id":"a"}],"total_count":1})") && decoder.finish()));
    BOOST_TEST(decoder.take().data.capacity() >= 500U);
}

BOOST_AUTO_TEST_SUITE_END()
