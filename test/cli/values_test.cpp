#include "values.hpp"

#include <boost/test/unit_test.hpp>

#include <clocale>
#include <string>

BOOST_AUTO_TEST_SUITE(values)

namespace {

using namespace clerk_orgs;
using namespace std::chrono_literals;

std::string refusal(std::string const& source, std::string const& key) {
    try {
        static_cast<void>(check_secret_key(source, key));
    } catch (UsageError const& error) {
        return error.what();
    }
    return {};
}

BOOST_AUTO_TEST_CASE(seconds_are_decimal_whatever_the_locale) {
    for (char const* const locale : {"C", "de_DE.UTF-8", "de_DE.utf8"}) {
        std::setlocale(LC_ALL, locale);
        BOOST_TEST(parse_seconds("--timeout", "1.5").count() == 1500);
        BOOST_TEST(parse_seconds("--timeout", "2").count() == 2000);
        BOOST_TEST(parse_seconds("--timeout", "2.").count() == 2000);
        BOOST_TEST(parse_seconds("--timeout", ".25").count() == 250);
        BOOST_TEST(parse_seconds("--timeout", "0.0001").count() == 1);
        BOOST_TEST(parse_seconds("--timeout", "1.0000").count() == 1000);
        BOOST_TEST(parse_seconds("--timeout", "1000000000").count() == 1'000'000'000'000);
        for (char const* const text : {"", ".", "0", "0.000", "-1", "+1", "1,5", "1.2.3", "1e3", "0x10", "inf", "nan",
                                       " 1", "1 ", "1000000001", "99999999999999999999999"}) {
            BOOST_CHECK_THROW(parse_seconds("--timeout", text), UsageError);
        }
    }
    std::setlocale(LC_ALL, "C");
}

BOOST_AUTO_TEST_CASE(a_key_is_taken_from_what_is_around_it) {
    BOOST_TEST(check_secret_key("X", " \r\n sk_test_a\t\r\n\n").reveal() == "sk_test_a");
    BOOST_TEST(check_secret_key("X", "anything-that-an-emulator-takes").reveal() == "anything-that-an-emulator-takes");
}

BOOST_AUTO_TEST_CASE(what_is_no_key_is_refused_and_not_repeated) {
    for (std::string const text :
         {"pk_test_abc", "\"sk_test_abc\"", "'sk_test_abc'", "Bearer sk_test_abc", "CLERK_SECRET_KEY=sk_test_abc",
          "export CLERK_SECRET_KEY=sk_test_abc", "whsec_abc", "eyJhbGciabc", "sk_test_abc\nsk_live_abc", "", " \n"}) {
        std::string const message = refusal("CLERK_SECRET_KEY", text);
        BOOST_TEST(message.starts_with("CLERK_SECRET_KEY "));
        BOOST_TEST(message.find("abc") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(an_id_is_no_slug) {
    BOOST_TEST(parse_id("ID", "org_1") == "org_1");
    for (char const* const text : {"", "acme", "ORG_1", "user_1", ".", "-org_1"}) {
        BOOST_CHECK_THROW(parse_id("ID", text), UsageError);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
