#include "api/codec/usual_reader.hpp"

#include "api/codec/tolerant_reader.hpp"
#include "api/organizations/organization_descriptions.hpp"
#include "api/organizations/samples.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(usual_reader)

namespace {

using namespace clerk;
using api::read_usual;
using test::decode;
using test::max_depth;
namespace data = boost::unit_test::data;

std::string_view const plain[] = {
    R"({"id":"a"})",
    R"({"object":"organization","id":"org_1","name":"A","slug":"a","image_url":"https://img.test/1","has_image":true})",
    R"({"id":"a","members_count":0,"pending_invitations_count":10,"max_allowed_memberships":999999999999999999})",
    R"({"id":"a","missing_member_with_elevated_permissions":false,"admin_delete_enabled":true})",
    R"({"created_by":"u","created_at":1712345678901,"updated_at":0,"last_active_at":253402300799999,"id":"a"})",
    R"({"id":"a","role_set_key":null,"slug":null,"name":null,"object":null,"created_at":null,"public_metadata":null})",
    R"({"id":"a","name":"","slug":"","image_url":""})",
    R"({"id":"a","public_metadata":{},"private_metadata":{"":{},"a":[],"b":[[],[{}]],"c":[true,false,null,"x"]}})",
    R"({"id":"a","public_metadata":{"n":[0,-0,1,-1,10,0.5,-0.25,10.0,123456789012345678901234567890,0.30000000000000004]}})",
    "{\"id\":\"\xC3\xA4\",\"name\":\"\xE4\xBA\x8C\",\"public_metadata\":{\"\xF0\x9F\x9A\x80\":\"\x7F\xC2\x80\"}}",
    R"({"id":"a","future":1,"logo_url":"x","data":[{"y":null}],"deleted":false,"public_metadata":{"a":1},"future":2})",
    R"({"id":"a","public_metadata":{"x":"\"","y\n":["\\","\b\f\n\r\t","a\\\"b"]},"future":"\t"})",
    R"({"id":"a","public_metadata":{"x":"\/","\u0001":"\u0001\n\u000a"}})",
    R"({"id":"a","public_metadata":{"x":"\ud83d\ude00"}})",
    R"({"id":"a longer text than sixteen bytes, so that every way of looking through it is used","name":"{[,:]}"})",
};

// These are valid but not in the usual form.
std::string_view const unusual[] = {
    R"({ "id":"a"})",
    R"({"id": "a"})",
    R"({"id":"a" })",
    R"({"id":"a","public_metadata":{"x": 1}})",
    R"({"id":"a\"b"})",
    R"({"id":"a\u00e4"})",
    R"({"i\u0064":"a"})",
    R"({"id":"a","a\n":1})",
    R"({"id":"a","id":"b"})",
    R"({"id":"a","slug":null,"slug":"b"})",
    R"({"id":"a","members_count":-1})",
    R"({"id":"a","members_count":1.0})",
    R"({"id":"a","members_count":1e3})",
    R"({"id":"a","members_count":9223372036854775807})",
    R"({"id":"a","created_at":-1})",
    R"({"id":"a","public_metadata":{"x":1e5}})",
};

std::string_view const refused[] = {
    R"({})",
    R"({"id":""})",
    R"({"id":null})",
    R"({"id":1})",
    R"({"name":"a"})",
    R"({"id":"a","name":1})",
    R"({"id":"a","has_image":1})",
    R"({"id":"a","created_at":253402300800000})",
    R"({"id":"a","public_metadata":[]})",
    R"({"id":"a","public_metadata":"{}"})",
    R"({"id":"a",})",
    R"({"id":"a")",
    R"({"id":"a"]",
    R"({"id":"a" "name":"b"})",
    R"({"id":"a","members_count":01})",
    R"({"id":"a","members_count":})",
    R"({"id":"a","has_image":tru})",
    R"({"id":"a","has_image":nul})",
    R"({"id":"a","public_metadata":{"x":01}})",
    R"({"id":"a","public_metadata":{"x":-}})",
    R"({"id":"a","public_metadata":{"x":1.}})",
    R"({"id":"a","public_metadata":{"x":.5}})",
    R"({"id":"a","public_metadata":{"x":+1}})",
    R"({"id":"a","public_metadata":{"x":NaN}})",
    R"({"id":"a","public_metadata":{"x":[1,]}})",
    R"({"id":"a","public_metadata":{"x":[1}})",
    R"({"id":"a","public_metadata":{"x":{"y"}}})",
    R"({"id":"a","public_metadata":{x:1}})",
    R"({"id":"a","public_metadata":{,}})",
    R"({"id":"a","public_metadata":{"x":"\x"}})",
    R"({"id":"a","public_metadata":{"x":"\u00e"}})",
    R"({"id":"a","public_metadata":{"x":"\u00eg"}})",
    R"({"id":"a","public_metadata":{"x":"\udc00"}})",
    R"({"id":"a","public_metadata":{"x":"\"}})",
    "{\"id\":\"a\",\"public_metadata\":{\"x\":\"\\",
    "{\"id\":\"a\tb\"}",
    "{\"id\":\"a\xFF\"}",
    "{\"id\":\"\xED\xA0\x80\"}",
    "{\"id\":\"a\",\"public_metadata\":{\"\xC0\x80\":1}}",
    R"([])",
    R"("a")",
    R"()",
};

std::string nested(std::size_t arrays) {
    return R"({"id":"a","x":)" + std::string(arrays, '[') + std::string(arrays, ']') + '}';
}

}  // namespace

BOOST_DATA_TEST_CASE(reads_what_the_tolerant_one_reads, data::make(plain), text) {
    Organization organization;
    BOOST_TEST(read_usual(text, max_depth, organization) == text.size());
    Organization expected;
    BOOST_TEST(!api::TolerantReader{max_depth}.read(text, expected));
    BOOST_TEST((organization == expected));
    BOOST_TEST(to_json(organization) == to_json(expected));
    BOOST_TEST(organization.public_metadata.text() == expected.public_metadata.text());
    BOOST_TEST(organization.private_metadata.text() == expected.private_metadata.text());
    BOOST_TEST(organization.additional_fields.text() == expected.additional_fields.text());
}

BOOST_DATA_TEST_CASE(stops_behind_the_organization, data::make(plain), text) {
    for (std::string_view const tail : {",{\"id\":\"b\"}]", "]", "}", " ", "x", "\""}) {
        Organization organization;
        std::string const longer = std::string{text} + std::string{tail};
        BOOST_TEST(read_usual(longer, max_depth, organization) == text.size());
    }
}

BOOST_DATA_TEST_CASE(needs_all_of_it, data::make(plain), text) {
    for (std::size_t length = 0; length < text.size(); ++length) {
        // In its own memory, so that sanitizers detect a read beyond the end.
        std::string const start{text.substr(0, length)};
        Organization organization;
        BOOST_TEST(read_usual(start, max_depth, organization) == 0U);
    }
}

BOOST_DATA_TEST_CASE(leaves_the_unusual_alone, data::make(unusual), text) {
    Organization organization;
    BOOST_TEST(read_usual(text, max_depth, organization) == 0U);
    BOOST_TEST((decode<Organization>(text).value() == decode<Organization>(text, 1).value()));
}

BOOST_DATA_TEST_CASE(reads_nothing_that_is_refused, data::make(refused), text) {
    Organization organization;
    BOOST_TEST(read_usual(text, max_depth, organization) == 0U);
    BOOST_TEST(decode<Organization>(text).has_error());
}

BOOST_AUTO_TEST_CASE(counts_levels_as_the_tolerant_one_does) {
    for (std::size_t levels = 0; levels < 8; ++levels) {
        for (std::size_t arrays = 0; arrays < 8; ++arrays) {
            std::string const text = nested(arrays);
            if (arrays == 0) continue;
            Organization organization;
            bool const is_read = read_usual(text, levels, organization) != 0;
            BOOST_TEST(is_read == (arrays <= levels));
            if (levels != 0) BOOST_TEST(is_read == decode<Organization>(text, 1, levels).has_value());
        }
    }
    // A large limit must not cause a stack overflow.
    Organization organization;
    BOOST_TEST(read_usual(nested(100'000), 1'000'000, organization) == 0U);
    BOOST_TEST(decode<Organization>(nested(1000), std::string_view::npos, 2000).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
