#include "client/redaction.hpp"

#include <clerk/result.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>

namespace clerk::client {
BOOST_AUTO_TEST_SUITE(redaction)

namespace {

std::string const key = "sk_test_0123456789";

std::string redacted(std::string text) {
    ErrorDetails details{};
    details.raw_body = std::move(text);
    redact(details, key);
    return details.raw_body;
}

BOOST_AUTO_TEST_CASE(replaces_every_occurrence) {
    BOOST_TEST(redacted("") == "");
    BOOST_TEST(redacted("nothing here") == "nothing here");
    BOOST_TEST(redacted(key) == "[redacted]");
    BOOST_TEST(redacted("a " + key + key + " b") == "a [redacted][redacted] b");
}

BOOST_AUTO_TEST_CASE(replaces_what_a_cut_has_left) {
    for (std::size_t size = 0; size < key.size(); ++size) {
        std::string const beginning = key.substr(0, size);
        BOOST_TEST(redacted("x " + beginning) == (size < 8 ? "x " + beginning : "x [redacted]"));
        BOOST_TEST(redacted(beginning) == (size < 8 ? beginning : "[redacted]"));
    }
    BOOST_TEST(redacted("sk_test_other") == "sk_test_other");
}

BOOST_AUTO_TEST_CASE(looks_everywhere) {
    ErrorDetails details{};
    details.operation = "get_organization";
    details.message = "m " + key;
    details.field = "f " + key;
    details.trace_id = key;
    details.headers.append("X-Plain", "1");
    details.headers.append("X-Echo", "Bearer " + key);
    details.headers.append(key, "2");
    details.meta = Metadata::parse(R"({"k":")" + key + "\"}").value();
    ApiError error{};
    error.code = key;
    error.message = "a " + key;
    error.long_message = key + " b";
    error.meta = Metadata::parse(R"({"param_name":"authorization"})").value();
    details.errors = {error, error};
    details.errors[1].meta = details.meta;
    redact(details, key);
    BOOST_TEST(details.operation == "get_organization");
    BOOST_TEST(details.message == "m [redacted]");
    BOOST_TEST(details.field == "f [redacted]");
    BOOST_TEST(details.trace_id == "[redacted]");
    BOOST_TEST(details.headers.size() == 3U);
    BOOST_TEST(details.headers["X-Plain"] == "1");
    BOOST_TEST(details.headers["X-Echo"] == "Bearer [redacted]");
    BOOST_TEST(details.headers["[redacted]"] == "2");
    BOOST_TEST(details.meta.empty());
    BOOST_TEST(details.errors[0].code == "[redacted]");
    BOOST_TEST(details.errors[0].message == "a [redacted]");
    BOOST_TEST(details.errors[0].long_message == "[redacted] b");
    BOOST_TEST(details.errors[0].param_name() == "authorization");
    BOOST_TEST(details.errors[1].meta.empty());
}

BOOST_AUTO_TEST_CASE(a_short_secret_is_not_looked_for) {
    ErrorDetails details{};
    details.message = "the deadline passed";
    for (std::string_view const secret : {"", "the", "deadlin"}) redact(details, secret);
    BOOST_TEST(details.message == "the deadline passed");
    redact(details, "deadline");
    BOOST_TEST(details.message == "the [redacted] passed");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::client
