#include "api/organizations/samples.hpp"

#include "support/printing.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(decode_errors)

namespace {

using namespace clerk;
using test::decode;
namespace data = boost::unit_test::data;

struct Refused {
    std::string_view body;
    std::string_view path;
    std::string_view message;
};
std::ostream& operator<<(std::ostream& out, Refused const& sample) { return out << sample.body; }

template <class T>
void check_refused(Refused const& sample) {
    for (std::size_t const step : {std::string_view::npos, std::size_t{1}, std::size_t{7}}) {
        Result<T> const result = decode<T>(sample.body, step);
        BOOST_TEST_REQUIRE(result.has_error());
        Error const error = result.error();
        BOOST_TEST(error == errc::malformed_body);
        BOOST_TEST(error == condition::decode);
        BOOST_TEST(error.field() == sample.path);
        if (!sample.message.empty()) BOOST_TEST(error.message() == sample.message);
    }
}

Refused const organizations_refused[] = {
    {R"({"id":"a","object":1})", "$.object", "expected a string, found a number"},
    {R"({"id":"a","name":true})", "$.name", "expected a string, found a boolean"},
    {R"({"id":"a","slug":{}})", "$.slug", "expected a string, found an object"},
    {R"({"id":"a","image_url":[]})", "$.image_url", "expected a string, found an array"},
    {R"({"id":"a","created_by":1.5})", "$.created_by", "expected a string, found a number that is not an integer"},
    {R"({"id":"a","role_set_key":0})", "$.role_set_key", "expected a string, found a number"},
    {R"({"id":"a","has_image":1})", "$.has_image", "expected a boolean, found a number"},
    {R"({"id":"a","has_image":"true"})", "$.has_image", "expected a boolean, found a string"},
    {R"({"id":"a","missing_member_with_elevated_permissions":0})", "$.missing_member_with_elevated_permissions", ""},
    {R"({"id":"a","admin_delete_enabled":{}})", "$.admin_delete_enabled", "expected a boolean, found an object"},
    {R"({"id":"a","members_count":"3"})", "$.members_count", "expected an integer, found a string"},
    {R"({"id":"a","members_count":3.5})", "$.members_count",
     "expected an integer, found a number that is not an integer"},
    {R"({"id":"a","members_count":true})", "$.members_count", "expected an integer, found a boolean"},
    {R"({"id":"a","pending_invitations_count":9223372036854775808})", "$.pending_invitations_count",
     "expected an integer, found a number outside the 64-bit range"},
    {R"({"id":"a","max_allowed_memberships":-9223372036854775809})", "$.max_allowed_memberships", ""},
    {R"({"id":"a","max_allowed_memberships":1e30})", "$.max_allowed_memberships", ""},
    {R"({"id":"a","public_metadata":[]})", "$.public_metadata", "expected an object, found an array"},
    {R"({"id":"a","public_metadata":"{}"})", "$.public_metadata", "expected an object, found a string"},
    {R"({"id":"a","private_metadata":false})", "$.private_metadata", "expected an object, found a boolean"},
    {R"({"id":"a","created_at":"2012-10-20T07:15:20.902Z"})", "$.created_at",
     "expected Unix milliseconds, found a string"},
    {R"({"id":"a","created_at":0.5})", "$.created_at",
     "expected Unix milliseconds, found a number that is not an integer"},
    {R"({"id":"a","updated_at":9223372036854775807})", "$.updated_at",
     "expected Unix milliseconds, found a time outside the years 0000 to 9999"},
    {R"({"id":"a","last_active_at":-62167219200001})", "$.last_active_at", ""},
    {R"({"id":"a","last_active_at":[1]})", "$.last_active_at", "expected Unix milliseconds, found an array"},
    {R"({"object":"organization"})", "$.id", "expected a non-empty string, found nothing"},
    {R"({"id":null})", "$.id", "expected a non-empty string, found null"},
    {R"({"id":""})", "$.id", "expected a non-empty string, found an empty string"},
    {R"({"id":7})", "$.id", "expected a non-empty string, found a number"},
    {R"({})", "$.id", "expected a non-empty string, found nothing"},
    {R"([])", "$", "expected an object, found an array"},
    {R"("text")", "$", "expected an object, found a string"},
    {R"(12 )", "$", "expected an object, found a number"},
    {R"(null)", "$", "expected an object, found null"},
    {R"(true)", "$", "expected an object, found a boolean"},
};

Refused const pages_refused[] = {
    {R"({"total_count":0})", "$.data", "expected an array, found nothing"},
    {R"({"data":null,"total_count":0})", "$.data", "expected an array, found null"},
    {R"({"data":{"id":"a"},"total_count":0})", "$.data", "expected an array, found an object"},
    {R"({"data":"[]","total_count":0})", "$.data", "expected an array, found a string"},
    {R"({"data":1,"total_count":0})", "$.data", "expected an array, found a number"},
    {R"({"data":false,"total_count":0})", "$.data", "expected an array, found a boolean"},
    {R"({"data":[]})", "$.total_count", "expected an integer that is not negative, found nothing"},
    {R"({"data":[],"total_count":null})", "$.total_count", "expected an integer that is not negative, found null"},
    {R"({"data":[],"total_count":-1})", "$.total_count",
     "expected an integer that is not negative, found a negative number"},
    {R"({"data":[],"total_count":"1"})", "$.total_count", "expected an integer that is not negative, found a string"},
    {R"({"data":[],"total_count":1.5})", "$.total_count", ""},
    {R"({"data":[],"total_count":[[1]]})", "$.total_count", "expected an integer that is not negative, found an array"},
    {R"({"data":[],"total_count":true})", "$.total_count", ""},
    {R"([])", "$", "expected an object, found an array"},
    {R"({"data":[{"id":"a"},],"total_count":1})", "$.data", "has a comma behind its last item"},
    {R"({"data":[{"id":"a"} {"id":"b"}],"total_count":1})", "$.data",
     "has something other than a comma between its items"},
    {R"({"data":[],"data":1,"total_count":1})", "$.data", "expected an array, found a number"},
    {R"({"data":[],"total_count":1,})", "$", "is not valid JSON: an object is not complete"},
    {R"({"data":[],"total_count":01})", "$.total_count", ""},
    {R"({"data":[{"id":"a"}],"total_count":1)", "$", "ends before the JSON is complete"},
};

Refused const deleted_objects_refused[] = {
    {R"({"id":"a"})", "$.deleted", "expected a boolean, found nothing"},
    {R"({"deleted":null})", "$.deleted", "expected a boolean, found null"},
    {R"({"deleted":1})", "$.deleted", "expected a boolean, found a number"},
    {R"({"deleted":"true"})", "$.deleted", "expected a boolean, found a string"},
    {R"({"deleted":{}})", "$.deleted", "expected a boolean, found an object"},
    {R"({"deleted":true,"id":1})", "$.id", ""},
    {R"({"deleted":true,"slug":true})", "$.slug", "expected a string, found a boolean"},
    {R"({"deleted":true,"object":[]})", "$.object", "expected a string, found an array"},
    {R"({"deleted":true,"external_id":{}})", "$.external_id", "expected a string, found an object"},
};

// Items that fail their page too, because their end cannot be found.
std::string_view const broken[] = {
    "{\"id\":\"a\"}}", "{\"id\":\"a\"} x",        "{\"id\":\"a\"}{\"id\":\"b\"}",
    "{\"id\":\"a\"}]", "{\"id\":\"a\",\"x\":[1}", "{\"id\":\"a\",\"x\":[1,2",
    "{\"id\":\"a",     "{\"id\":\"a\"",           "{",
};

// Items that fail without affecting their page.
std::string_view const broken_inside[] = {
    "\xEF\xBB\xBF{\"id\":\"a\"}",
    "{\"id\":'a'}",
    "{id:\"a\"}",
    "{\"id\":\"a\",}",
    "{,\"id\":\"a\"}",
    "{\"id\" \"a\"}",
    "{\"id\":\"a\",\"x\":}",
    "{\"id\":\"a\",\"x\":01}",
    "{\"id\":\"a\",\"x\":+1}",
    "{\"id\":\"a\",\"x\":.5}",
    "{\"id\":\"a\",\"x\":1.}",
    "{\"id\":\"a\",\"x\":NaN}",
    "{\"id\":\"a\",\"x\":Infinity}",
    "{\"id\":\"a\",\"x\":nul}",
    "{\"id\":\"a\",\"x\":[1 2]}",
    "{\"id\":\"a\",\"x\":1 2}",
    "{\"id\":\"a\",\"a\tb\":1}",
    "{\"id\":\"a\",\"created_at\":1-}",
    "{\"id\":\"a\"/**/}",
    "<html>502</html>",
};

// Strings that are invalid in JSON, each with the member that contains it.
struct BrokenString {
    std::string_view item;
    std::string_view id;
    std::string_view path;
    std::string_view message = "is not valid JSON: ";  // the rest is Boost.JSON's text
};
std::ostream& operator<<(std::ostream& out, BrokenString const& sample) { return out << sample.item; }

BrokenString const broken_strings[] = {
    {"{\"id\":\"a\xFF\"}", "", ".id", "expected a non-empty string, found text that is not UTF-8"},
    {"{\"id\":\"\xC0\x80\"}", "", ".id", "expected a non-empty string, found text that is not UTF-8"},
    {"{\"id\":\"\xED\xA0\x80\"}", "", ".id", "expected a non-empty string, found text that is not UTF-8"},
    {"{\"id\":\"\xF4\x90\x80\x80\"}", "", ".id", "expected a non-empty string, found text that is not UTF-8"},
    {"{\"id\":\"\xF0\x9F\x98\"}", "", ".id", "expected a non-empty string, found text that is not UTF-8"},
    {"{\"id\":\"org_\\ud800\"}", "", ".id"},
    {"{\"id\":\"a\",\"name\":\"b\\ud800\"}", "a", ".name"},
    {"{\"id\":\"a\",\"name\":\"\\ud800\\u0041\"}", "a", ".name"},
    {"{\"id\":\"a\",\"name\":\"\\ud800\\n\"}", "a", ".name"},
    {"{\"id\":\"a\",\"name\":\"\\udc00\"}", "a", ".name"},
    {"{\"id\":\"a\",\"name\":\"\\udc00 and what follows\"}", "a", ".name"},
    {"{\"id\":\"a\",\"name\":\"\\ud800 and what follows\"}", "a", ".name"},
    {"{\"id\":\"a\",\"name\":\"\\u12\"}", "a", ".name"},
    {"{\"id\":\"a\",\"x\":[\"\\u\",1,2,3,4,5,6,7,8,9]}", "a", ""},
    {"{\"id\":\"a\",\"x\":[\"\\ud800\\u\",1,2,3,4,5,6,7,8,9]}", "a", ""},
    {"{\"id\":\"a\",\"name\":\"b\nc\"}", "a", ".name"},
    {"{\"id\":\"a\",\"name\":\"\\x41\"}", "a", ".name"},
    {"{\"name\":\"\\x]},{\\\"\",\"id\":\"a\"}", "a", ".name"},
    {"{\"id\":\"a\",\"public_metadata\":{\"a\":[{\"b\":\"\xE2\x82\"}]}}", "a", ".public_metadata",
     "expected an object, found text that is not UTF-8"},
    {"{\"id\":\"a\",\"private_metadata\":{\"\xFF\":{}}}", "a", ".private_metadata",
     "expected an object, found text that is not UTF-8"},
    {"{\"id\":\"a\",\"slug\":\"s\",\"na\\ud800me\":1}", "a", ""},
    {"{\"id\":\"a\",\"slug\":null,\"\xFF\":1}", "a", "", "has text that is not UTF-8"},
    {"{\"id\":\"a\",\"has_image\":true,\"\\ud800\":1}", "a", ""},
    {"{\"id\":\"a\",\"created_at\":1,\"\\ud800\":1}", "a", ""},
    {"{\"id\":\"a\",\"public_metadata\":{},\"\\ud800\":1}", "a", ""},
    {"{\"id\":\"a\",\"name\":[],\"\\ud800\":1}", "a", ""},
    {"{\"id\":\"a\",\"future\":{\"x\":\"\\ud800\"}}", "a", ""},
    {"\"\\ud800\"", "", ""},
    {"\"\xFF\"", "", "", "expected an object, found a string"},
};

std::string nested(std::size_t arrays) {
    return R"({"data":[{"id":"a","x":)" + std::string(arrays, '[') + std::string(arrays, ']') +
           R"(}],"total_count":1})";
}

}  // namespace

BOOST_DATA_TEST_CASE(an_organization_names_the_path, data::make(organizations_refused), sample) {
    check_refused<Organization>(sample);
    check_refused<OrganizationWithLogo>(sample);
}

BOOST_DATA_TEST_CASE(an_item_names_the_path, data::make(organizations_refused), sample) {
    std::string const page = R"({"data":[{"id":"org_0"},)" + std::string{sample.body} + R"(],"total_count":2})";
    Organizations const result = decode<Organizations>(page).value();
    BOOST_TEST(result.size() == 1U);
    BOOST_TEST_REQUIRE(result.undecoded.size() == 1U);
    UndecodedItem const& item = result.undecoded.front();
    BOOST_TEST(item.index == 1U);
    BOOST_TEST(item.path == "$.data[1]" + std::string{sample.path.substr(1)});
    if (!sample.message.empty()) BOOST_TEST(item.message == sample.message);
    bool const has_id = sample.body.starts_with(R"({"id":"a")");
    BOOST_TEST(item.id == (has_id ? "a" : ""));
}

BOOST_DATA_TEST_CASE(a_page_names_the_path, data::make(pages_refused), sample) { check_refused<Organizations>(sample); }

BOOST_DATA_TEST_CASE(a_deleted_object_names_the_path, data::make(deleted_objects_refused), sample) {
    check_refused<DeletedObject>(sample);
}

BOOST_AUTO_TEST_CASE(a_logo_url_must_be_a_string) {
    check_refused<OrganizationWithLogo>(
        {R"({"id":"a","logo_url":5})", "$.logo_url", "expected a string, found a number"});
}

void check_broken(std::string_view body) {
    for (std::size_t const step : {std::string_view::npos, std::size_t{1}, std::size_t{3}}) {
        Error const error = decode<Organization>(body, step).error();
        BOOST_TEST(error == errc::malformed_body);
        BOOST_TEST(error.field().starts_with('$'));
        BOOST_TEST(!error.message().empty());
    }
}

BOOST_DATA_TEST_CASE(broken_json_is_refused, data::make(broken), body) {
    check_broken(body);
    if (body.ends_with('}')) {
        std::string const page = R"({"data":[)" + std::string{body} + R"(],"total_count":1})";
        for (std::size_t const step : {std::string_view::npos, std::size_t{1}, std::size_t{3}}) {
            BOOST_TEST(decode<Organizations>(page, step).error() == errc::malformed_body);
        }
    }
}

BOOST_DATA_TEST_CASE(a_broken_item_does_not_fail_its_page, data::make(broken_inside), body) {
    check_broken(body);
    std::string const page = R"({"data":[{"id":"b"},)" + std::string{body} + R"(,{"id":"c"}],"total_count":3})";
    for (std::size_t const step : {std::string_view::npos, std::size_t{1}, std::size_t{3}}) {
        Organizations const read = decode<Organizations>(page, step).value();
        BOOST_TEST(read.size() == 2U);
        BOOST_TEST_REQUIRE(read.undecoded.size() == 1U);
        BOOST_TEST(read.undecoded[0].index == 1U);
        BOOST_TEST(read.undecoded[0].path.starts_with("$.data[1]"));
        BOOST_TEST(read.undecoded[0].message.starts_with("is not valid JSON: "), read.undecoded[0].message);
    }
}

constexpr std::string_view absurd_numbers[] = {"1e2147483648", "-1e-2147483649", "0e99999999999999999999", "1e400"};

BOOST_DATA_TEST_CASE(an_absurd_number_is_kept_as_it_is, data::make(absurd_numbers), number) {
    for (std::string_view const member : {R"("public_metadata":{"n":[)", R"("x":{"n":[)"}) {
        std::string const item = R"({"id":"b",)" + std::string{member}.append(number) + "]}}";
        Organization const read = decode<Organization>(item).value();
        BOOST_TEST(to_json(read) == item);
        BOOST_CHECK_NO_THROW((void)read.public_metadata.object());
        BOOST_CHECK_NO_THROW((void)read.additional_fields.object());
        Organizations const page =
            decode<Organizations>(R"({"data":[{"id":"a"},)" + item + R"(,{"id":"c"}],"total_count":3})").value();
        BOOST_TEST_REQUIRE(page.size() == 3U);
        BOOST_TEST(to_json(page.data[1]) == item);
    }
}

BOOST_DATA_TEST_CASE(an_absurd_number_that_should_be_an_integer_is_named, data::make(absurd_numbers), number) {
    if (number.starts_with('0')) return;  // a valid number
    for (std::string_view const member : {"members_count", "created_at"}) {
        std::string const item = R"({"id":"b",")" + std::string{member} + "\":" + std::string{number} + '}';
        Error const error = decode<Organization>(item).error();
        BOOST_TEST(error == errc::malformed_body);
        BOOST_TEST(error.field() == "$." + std::string{member});
        Organizations const page =
            decode<Organizations>(R"({"data":[{"id":"a"},)" + item + R"(],"total_count":2})").value();
        BOOST_TEST_REQUIRE(page.undecoded.size() == 1U);
        BOOST_TEST(page.undecoded[0].id == "b");
        BOOST_TEST(page.undecoded[0].path == "$.data[1]." + std::string{member});
    }
}

// The end of such a string is known, and therefore the end of its item.
BOOST_DATA_TEST_CASE(an_item_with_a_broken_string_does_not_fail_its_page, data::make(broken_strings), sample) {
    if (sample.item.starts_with('{')) BOOST_TEST(decode<Organization>(sample.item).error() == errc::malformed_body);
    std::string const good = R"({"id":"c","public_metadata":{"k":[2]}})";
    std::string const bodies[] = {
        R"({"more":[1],"data":[{"id":"a0"},)" + std::string{sample.item} + "," + good + R"(],"total_count":3})",
        R"({"more":[1],"data":[{"id":"a0"} , )" + std::string{sample.item} + " , " + good + R"( ] ,"total_count":3})",
    };
    for (std::string const& body : bodies) {
        for (std::size_t step = 1; step <= body.size(); ++step) {
            BOOST_TEST_INFO("in pieces of " << step);
            Organizations const page = decode<Organizations>(body, step).value();
            BOOST_TEST_REQUIRE(page.data.size() == 2U);
            BOOST_TEST(page.data[0].id == "a0");
            BOOST_TEST(page.data[1].id == "c");
            BOOST_TEST(page.data[1].public_metadata.text() == R"({"k":[2]})");
            BOOST_TEST(page.total_count == 3);
            BOOST_TEST(page.additional_fields.text() == R"({"more":[1]})");
            BOOST_TEST_REQUIRE(page.undecoded.size() == 1U);
            BOOST_TEST(page.undecoded[0].index == 1U);
            BOOST_TEST(page.undecoded[0].id == sample.id);
            BOOST_TEST(page.undecoded[0].path == "$.data[1]" + std::string{sample.path});
            BOOST_TEST(page.undecoded[0].message.starts_with(sample.message), page.undecoded[0].message);
        }
    }
    std::string const first_and_last = R"({"data":[)" + std::string{sample.item} + R"(],"total_count":1})";
    BOOST_TEST(decode<Organizations>(first_and_last).value().undecoded.size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_empty_body_is_refused) {
    for (std::string_view const body : {"", " ", "\r\n\t "}) {
        Error const error = decode<Organizations>(body).error();
        BOOST_TEST(error == errc::malformed_body);
        BOOST_TEST(error.message() == "is empty");
    }
}

BOOST_AUTO_TEST_CASE(white_space_around_is_fine) {
    BOOST_TEST(decode<Organization>("\r\n {\"id\" : \"a\" } \n\t").value().id == "a");
    BOOST_TEST(decode<Organization>("\r\n {\"id\" : \"a\" } \n\t", 1).value().id == "a");
}

BOOST_AUTO_TEST_CASE(nesting_is_limited) {
    std::string_view const deep = R"({"id":"a","public_metadata":{"b":{"c":{}}}})";
    Error const error = decode<Organization>(deep, 1, 2).error();
    BOOST_TEST(error == errc::json_too_deep);
    BOOST_TEST(error.field() == "$.public_metadata");
    BOOST_TEST(error.message() == "nests deeper than 2 levels");
    BOOST_TEST(decode<Organization>(deep, 1, 3).has_value());
    // Errors outside of items.
    BOOST_TEST(
        (decode<Organizations>(R"({"meta":[[[[]]]],"data":[],"total_count":0})", 1, 3).error() == errc::json_too_deep));
    // What nests too deeply may never end.
    std::string const endless = R"({"id":"a","private_metadata":)" + std::string(100'000, '[');
    BOOST_TEST(decode<Organization>(endless).error() == errc::json_too_deep);
}

BOOST_AUTO_TEST_CASE(an_item_that_nests_too_deeply_does_not_fail_its_page) {
    // Levels are counted from the member, wherever it is.
    BOOST_TEST(decode<Organizations>(nested(64), std::string_view::npos, 64).value().undecoded.empty());
    for (std::size_t const levels : {65U, 100'000U}) {
        Organizations const page = decode<Organizations>(nested(levels), 4096, 64).value();
        BOOST_TEST_REQUIRE(page.undecoded.size() == 1U);
        BOOST_TEST(page.undecoded[0].path == "$.data[0]");
        BOOST_TEST(page.undecoded[0].message == "nests deeper than 64 levels");
    }

    struct Row {
        std::string_view item;
        std::string_view id;
        std::string_view path;
        std::string_view message;
    };
    Row const rows[] = {
        {R"({"id":"b","public_metadata":{"x":[[[]]]},"name":"B"})", "b", "$.data[1].public_metadata", "deeper"},
        {R"({"id":"b","public_metadata":{"x":[["]}\"\\",{"y":"]"}]]}})", "b", "$.data[1].public_metadata", "deeper"},
        {R"({"id":"b","unknown":[[[[{}]]]]})", "b", "$.data[1]", "deeper"},
        {R"({"id":"b","name":[[[[1]]]]})", "b", "$.data[1].name", "deeper"},
        {R"({"public_metadata":{"x":{"y":{"z":[]}}},"id":"b"})", "b", "$.data[1].public_metadata", "deeper"},
        {R"({"id":7,"private_metadata":{"x":{"y":{"z":[]}}}})", "", "$.data[1].private_metadata", "deeper"},
        {R"([[[[[["]"]]]]]])", "", "$.data[1]", "deeper"},
    };
    for (Row const& row : rows) {
        std::string const body = R"({"more":[1],"data":[{"id":"a"},)" + std::string{row.item} +
                                 R"( , {"id":"c","public_metadata":{"k":[2]}},7],"total_count":4,"rest":{"r":[]}})";
        BOOST_TEST_CONTEXT(row.item) {
            for (std::size_t step = 1; step <= body.size(); ++step) {
                Organizations const page = decode<Organizations>(body, step, 3).value();
                BOOST_TEST_REQUIRE(page.data.size() == 2U);
                BOOST_TEST(page.data[0].id == "a");
                BOOST_TEST(page.data[1].id == "c");
                BOOST_TEST(page.data[1].public_metadata.text() == R"({"k":[2]})");
                BOOST_TEST(page.total_count == 4);
                BOOST_TEST(page.additional_fields.text() == R"({"more":[1],"rest":{"r":[]}})");
                BOOST_TEST_REQUIRE(page.undecoded.size() == 2U);
                BOOST_TEST(page.undecoded[0].index == 1U);
                BOOST_TEST(page.undecoded[0].id == row.id);
                BOOST_TEST(page.undecoded[0].path == row.path);
                BOOST_TEST(page.undecoded[0].message.find(row.message) != std::string::npos);
                BOOST_TEST(page.undecoded[1].index == 3U);
            }
            // The body must not end inside a value.
            for (std::size_t length = 0; length < body.size(); ++length) {
                Error const error = decode<Organizations>(body.substr(0, length), 7, 3).error();
                BOOST_TEST(error == errc::malformed_body);
            }
            BOOST_TEST(decode<Organizations>(body + "x", 1, 3).error() == errc::malformed_body);
        }
    }
}

// The last `data` counts, but invalid JSON in an earlier one is reported.
BOOST_AUTO_TEST_CASE(an_item_given_up_is_not_forgotten) {
    std::string const again = R"(],"data":[{"id":"b"}],"total_count":1})";
    BOOST_TEST(decode<Organizations>(R"({"data":[{"id":7})" + again).value().undecoded.empty());
    for (std::size_t step = 1; step < 60; ++step) {
        Error const error = decode<Organizations>(R"({"data":[{"id":"\ud800"})" + again, step).error();
        BOOST_TEST(error == errc::malformed_body);
        BOOST_TEST(error.field() == "$.data");
    }
}

BOOST_AUTO_TEST_CASE(a_number_is_no_object) {
    for (std::string_view const body : {"7", "-1.5e3 ", "18446744073709551615"}) {
        Error const error = decode<Organization>(body, 1).error();
        BOOST_TEST(error == errc::malformed_body);
        BOOST_TEST(error.message().starts_with("expected an object, found a number"));
    }
    BOOST_TEST(decode<Organization>("-").error() == errc::malformed_body);
}

BOOST_AUTO_TEST_CASE(a_page_is_bounded) {
    constexpr std::size_t limit = 100'000;
    for (std::string_view const item : {R"({"id":"a"})", "1"}) {
        std::string body{R"({"data":[)"};
        for (std::size_t count = 0; count < limit; ++count) (body += item) += ',';
        std::string const too_many = body + std::string{item} + R"(],"total_count":1})";
        body.back() = ']';
        body += R"(,"total_count":1})";
        Organizations const page = decode<Organizations>(body).value();
        BOOST_TEST(page.size() + page.undecoded.size() == limit);
        Error const error = decode<Organizations>(too_many).error();
        BOOST_TEST(error == errc::malformed_body);
        BOOST_TEST(error.field() == "$.data");
    }
}

BOOST_AUTO_TEST_CASE(a_message_never_quotes_the_body) {
    std::string_view const secret = "hunter2";
    std::string const bodies[] = {
        R"({"id":"a","created_at":"hunter2"})",
        R"({"id":"a","private_metadata":"hunter2"})",
        R"({"id":"a","private_metadata":{"password":"hunter2)",
        R"({"id":"a","private_metadata":{"password":"hunter2"x)",
    };
    for (std::string const& body : bodies) {
        Error const error = decode<Organization>(body).error();
        BOOST_TEST(error.message().find(secret) == std::string_view::npos);
        BOOST_TEST(error.field().find(secret) == std::string_view::npos);
    }
}

BOOST_AUTO_TEST_CASE(nothing_is_wanted_after_a_failure) {
    api::Decoder<Organization> decoder{test::max_depth};
    BOOST_TEST(!decoder.write("[1]"));
    BOOST_TEST(!decoder.write(R"({"id":"a"})"));
    BOOST_TEST(!decoder.finish());
    BOOST_TEST(decoder.failure().code == errc::malformed_body);
}

BOOST_AUTO_TEST_SUITE_END()
