#include "testing/service/text.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

namespace data = boost::unit_test::data;
namespace testing = clerk::testing;

BOOST_AUTO_TEST_SUITE(text)

namespace {

struct TimeCase {
    char const* text;
    std::int64_t unix;  // -1: refused

    friend std::ostream& operator<<(std::ostream& out, TimeCase const& row) { return out << row.text; }
};

TimeCase const times[] = {
    {"2012-10-20T07:15:20.902Z", 1'350'717'320'902},
    {"2012-10-20T07:15:20Z", 1'350'717'320'000},
    {"2012-10-20T07:15:20.9Z", 1'350'717'320'900},
    {"2012-10-20T07:15:20.902999999Z", 1'350'717'320'902},
    {"2012-10-20T09:15:20.902+02:00", 1'350'717'320'902},
    {"2012-10-20T01:45:20.902-05:30", 1'350'717'320'902},
    {"2024-02-29T00:00:00Z", 1'709'164'800'000},
    {"1970-01-01T00:00:00Z", 0},
    {"2023-02-29T00:00:00Z", -1},
    {"2012-13-20T07:15:20Z", -1},
    {"2012-00-20T07:15:20Z", -1},
    {"2012-04-31T07:15:20Z", -1},
    {"2012-10-20T24:00:00Z", -1},
    {"2012-10-20T07:60:20Z", -1},
    {"2012-10-20T23:59:60Z", -1},
    {"2012-10-20T07:15:20", -1},
    {"2012-10-20T07:15:20.Z", -1},
    {"2012-10-20T07:15:20,9Z", -1},
    {"2012-10-20 07:15:20Z", -1},
    {"2012-10-20T07:15Z", -1},
    {"2012-10-20", -1},
    {"2012-10-20T07:15:20+0200", -1},
    {"2012-10-20T07:15:20+24:00", -1},
    {"2012-10-20T07:15:20Z ", -1},
    {" 2012-10-20T07:15:20Z", -1},
    {"12-10-20T07:15:20Z", -1},
    {"1350717320902", -1},
    {"", -1},
};

}  // namespace

BOOST_DATA_TEST_CASE(reads_rfc3339_strictly, data::make(times), row) {
    BOOST_TEST(testing::parse_rfc3339(row.text).value_or(-1) == row.unix);
}

BOOST_AUTO_TEST_CASE(decodes_percent_signs) {
    BOOST_TEST(testing::percent_decode("a%2Bb+c%20d%c3%a9", true).value() == "a+b c d\xc3\xa9");
    BOOST_TEST(testing::percent_decode("a+b", false).value() == "a+b");
    for (char const* const bad : {"%", "%2", "a%zz", "%+1", "%e9", "%ed%a0%80", "\xff"}) {
        BOOST_TEST(!testing::percent_decode(bad, true), bad);
    }
}

BOOST_AUTO_TEST_CASE(splits_queries) {
    testing::QueryParams const wanted{{"a", "1"}, {"b", ""}, {"c", ""}, {"a", "x=y"}, {"user_id[]", "u"}};
    BOOST_TEST((testing::parse_query("a=1&b&c=&&a=x=y&bad=%zz&user_id%5B%5D=u") == wanted));
    BOOST_TEST(testing::parse_query("").empty());
}

BOOST_AUTO_TEST_CASE(counts_characters_not_bytes) {
    BOOST_TEST(testing::count_code_points("aé漢🚀") == 4U);
    BOOST_TEST(testing::count_code_points("") == 0U);
}

BOOST_AUTO_TEST_CASE(searches_ignoring_ascii_case) {
    BOOST_TEST(testing::contains_ignoring_case("Acme Robotics", "me ro"));
    BOOST_TEST(testing::contains_ignoring_case("aaab", "aab"));
    BOOST_TEST(testing::contains_ignoring_case("x", ""));
    BOOST_TEST(testing::contains_ignoring_case("CAFÉ É", "caf\xC3\x89"));
    BOOST_TEST(!testing::contains_ignoring_case("Acme", "acmes"));
    BOOST_TEST(!testing::contains_ignoring_case("", "a"));
}

BOOST_AUTO_TEST_CASE(knows_slugs) {
    for (char const* const good : {"a", "acme-2", "-", "0"}) BOOST_TEST(testing::is_slug(good), good);
    for (char const* const bad : {"", "A", "a b", "a_b", "é", "a.b"}) BOOST_TEST(!testing::is_slug(bad), bad);
    BOOST_TEST(testing::slug_from_name("  Acme & Co. (Ltd) ") == "acme-co-ltd");
    BOOST_TEST(testing::slug_from_name("東京") == "");
}

BOOST_AUTO_TEST_CASE(finds_html) {
    for (char const* const bad : {"<b>x", "a</p>", "<!--", "<?php", "a<B"}) {
        BOOST_TEST(testing::contains_html(bad), bad);
    }
    for (char const* const good : {"Acme", "a < b", "1<2", "<", "AT&T", "<3 Hearts", "example.com"}) {
        BOOST_TEST(!testing::contains_html(good), good);
    }
}

BOOST_AUTO_TEST_CASE(finds_urls_and_names_of_hosts) {
    for (char const* const bad :
         {"see https://a.example", "ftp://x", "WWW.example.museum", "example.com", "Booking.COM Ltd", "B.C. LTD.",
          "a.b.io", "Acme (acme.de)", "m\xC3\xBCller.org", "mail@example.net", "1.co.uk"}) {
        BOOST_TEST(testing::contains_url(bad), bad);
    }
    for (char const* const good : {"Acme", "Acme Inc.", "St. John", "U.S.A.", "Acme. Co", ".NET", "a..com",
                                   "Acme Corp. in London", "v1.5", "Smith & Sons. Ltdx", "", "."}) {
        BOOST_TEST(!testing::contains_url(good), good);
    }
}

BOOST_AUTO_TEST_CASE(knows_what_a_host_field_may_say) {
    for (char const* const good : {"", "api.clerk.com", "127.0.0.1:8443", "[::1]:443", "a_b", "x%20y"}) {
        BOOST_TEST(testing::is_host(good), good);
    }
    for (char const* const bad : {"a b", "a@b", "a/b", "http://a", "a?b", "a#b", "a\\b", "a\tb", "\xC3\xBC", "\""}) {
        BOOST_TEST(!testing::is_host(bad), bad);
    }
}

BOOST_AUTO_TEST_CASE(drops_scheme_and_host_of_a_target) {
    BOOST_TEST(testing::origin_form("/v1/a?b=http://c") == "/v1/a?b=http://c");
    BOOST_TEST(testing::origin_form("https://127.0.0.1:8080/v1/a?b") == "/v1/a?b");
    BOOST_TEST(testing::origin_form("HTTP://localhost?b") == "?b");
    BOOST_TEST(testing::origin_form("https://localhost").empty());
    for (char const* const other : {"*", "a:443", "https:/v1", "", "ftp://a/b"})
        BOOST_TEST(testing::origin_form(other) == other);
}

BOOST_AUTO_TEST_SUITE_END()
