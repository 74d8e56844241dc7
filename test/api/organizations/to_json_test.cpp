#include "api/organizations/samples.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(writing_json)

namespace {

using namespace clerk;
using test::decode;
using test::fixture;

// 10.0 and 10 are the same JSON number, but not to boost::json::value.
void unify_numbers(boost::json::value& value) {
    if (auto* const object = value.if_object()) {
        for (auto& member : *object) unify_numbers(member.value());
    } else if (auto* const array = value.if_array()) {
        for (auto& element : *array) unify_numbers(element);
    } else if (double const* const number = value.if_double(); number != nullptr && *number == std::trunc(*number)) {
        if (std::abs(*number) < 1e15) value = static_cast<std::int64_t>(*number);
    }
}

boost::json::value parsed(std::string_view json) {
    boost::json::value value = boost::json::parse(json);
    unify_numbers(value);
    return value;
}

template <class T>
void check_round_trip(std::string_view json) {
    T const value = decode<T>(json).value();
    std::string const written = to_json(value);
    BOOST_TEST_INFO(json << "\n" << written);
    BOOST_TEST((parsed(written) == parsed(json)));
    BOOST_TEST((decode<T>(written).value() == value));
}

}  // namespace

BOOST_AUTO_TEST_CASE(fixtures_come_back_equal) {
    for (std::string_view const name : {"organization.json", "organization_nulls.json", "organization_minimal.json",
                                        "organization_unknown_members.json", "organization_with_logo.json"}) {
        check_round_trip<Organization>(fixture(name));
        check_round_trip<OrganizationWithLogo>(fixture(name));
    }
    check_round_trip<DeletedObject>(fixture("deleted_object.json"));
    check_round_trip<Organizations>(fixture("page.json"));
}

BOOST_AUTO_TEST_CASE(text_that_is_already_canonical_comes_back_byte_for_byte) {
    std::string_view const texts[] = {
        R"({"object":"organization","id":"org_1","name":"N","slug":"s","image_url":"u","has_image":true,"members_count":1,)"
        R"("missing_member_with_elevated_permissions":false,"pending_invitations_count":2,"max_allowed_memberships":3,)"
        R"("admin_delete_enabled":true,"public_metadata":{"a":1.50},"private_metadata":{},"created_by":"user_1",)"
        R"("created_at":1,"updated_at":2,"last_active_at":3,"role_set_key":null,"later":[1e5,{}]})",
        R"({"id":"org_1"})",
        R"({"object":"","id":"org_1","name":"","slug":""})",
        R"({"object":null,"id":"org_1","name":null,"public_metadata":null,"private_metadata":{}})",
    };
    for (std::string_view const text : texts) BOOST_TEST(to_json(decode<Organization>(text).value()) == text);
}

BOOST_AUTO_TEST_CASE(deleted_objects_keep_what_their_type_cannot_express) {
    for (std::string_view const json :
         {R"({"deleted":true})", R"({"object":"","deleted":false})", R"({"object":null,"deleted":true})",
          R"({"object":"organization","id":null,"slug":null,"deleted":true,"external_id":null})",
          R"({"object":"organization","id":"","slug":"","deleted":true,"external_id":""})",
          R"({"deleted":true,"name":"unknown here"})"}) {
        check_round_trip<DeletedObject>(json);
    }
}

BOOST_AUTO_TEST_CASE(a_value_made_by_hand_has_the_required_members) {
    Organization organization;
    organization.object = "organization";
    organization.id = "org_1";
    BOOST_TEST(
        to_json(organization) ==
        R"({"object":"organization","id":"org_1","name":"","slug":null,"has_image":null,)"
        R"("max_allowed_memberships":null,"admin_delete_enabled":null,"public_metadata":{},"private_metadata":{},)"
        R"("created_at":null,"updated_at":null})");

    OrganizationWithLogo with_logo;
    with_logo.id = "org_2";
    with_logo.logo_url = "https://example.test/l.png";
    std::string const json = to_json(with_logo);
    BOOST_TEST(json.find(R"("image_url":null)") != std::string::npos);
    BOOST_TEST(json.ends_with(R"(,"logo_url":"https://example.test/l.png"})"));

    Organizations page;
    page.total_count = 7;
    BOOST_TEST(to_json(page) == R"({"data":[],"total_count":7})");
    page.data.resize(2);
    BOOST_TEST(boost::json::parse(to_json(page)).at("data").as_array().size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_value_set_after_decoding_is_written) {
    Organization organization =
        decode<Organization>(R"({"id":"a","name":null,"slug":null,"public_metadata":null})").value();
    organization.name = "Set";
    organization.slug = "set";
    organization.public_metadata = boost::json::object{{"a", 1}};
    organization.created_by = "user_1";
    organization.created_at = Timestamp{std::chrono::milliseconds{5}};
    BOOST_TEST(
        to_json(organization) ==
        R"({"id":"a","name":"Set","slug":"set","public_metadata":{"a":1},"created_by":"user_1","created_at":5})");
}

BOOST_AUTO_TEST_CASE(any_string_makes_valid_json) {
    Organization organization;
    organization.id = "\"\\\n\x01\xFF\xC3";
    organization.name = std::string{"\0nul", 4};
    organization.slug = "\xED\xA0\x80";
    organization.public_metadata = boost::json::object{{"\xFF", "\xFE"}};
    boost::json::value const value = boost::json::parse(to_json(organization));
    BOOST_TEST(std::string_view{value.at("id").as_string()} == "\"\\\n\x01\uFFFD\uFFFD");
    BOOST_TEST(value.at("name").as_string().size() == 4U);
    BOOST_TEST(std::string_view{value.at("slug").as_string()} == "\uFFFD\uFFFD\uFFFD");
    BOOST_TEST(value.at("public_metadata").as_object().contains("\uFFFD"));
}

BOOST_AUTO_TEST_CASE(append_keeps_what_is_there) {
    std::string out{"x\n"};
    append_json(out, decode<Organization>(R"({"id":"a"})").value());
    BOOST_TEST(out == "x\n{\"id\":\"a\"}");
}

BOOST_AUTO_TEST_SUITE_END()
