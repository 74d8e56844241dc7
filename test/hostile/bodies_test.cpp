// Invalid bodies, with a success and with an error status.
#include "hostile/hostile_peer.hpp"

#include "support/printing.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#include <limits>
#include <vector>

namespace clerk::hostile {
BOOST_AUTO_TEST_SUITE(bodies_of_answers)

namespace {

namespace data = boost::unit_test::data;
using namespace std::chrono_literals;

struct Row {
    char const* name;
    std::string body;
    errc code;                    // as the body of a 200; errc{}: a success
    std::string_view field{"$"};  // at least as far
};
std::ostream& operator<<(std::ostream& out, Row const& row) { return out << row.name; }

std::string times(std::string_view text, std::size_t count) {
    std::string out;
    out.reserve(text.size() * count);
    for (std::size_t i = 0; i < count; ++i) out += text;
    return out;
}
std::string with(std::string_view members) { return R"({"id":"org_1","name":"Acme",)" + std::string{members} + "}"; }

constexpr errc success{};
constexpr errc malformed = errc::malformed_body;

std::vector<Row> const bodies{
    {"nothing", "", malformed},
    {"white space", " \r\n\t ", malformed},
    {"HTML", "<!doctype html><title>4111-1111-1111-1111</title>", malformed},
    {"a byte order mark", "\xEF\xBB\xBF{\"id\":\"org_1\"}", malformed},
    {"UTF-16", std::string{"{\0\"\0i\0d\0\"\0", 10}, malformed},
    {"a zero", std::string{"{\"id\":\"org_1\0\"}", 15}, malformed},
    {"invalid UTF-8 in a value", with("\"slug\":\"\xC3\x28\""), malformed, "$.slug"},
    {"overlong UTF-8", with("\"slug\":\"\xC0\xAF\""), malformed, "$.slug"},
    {"a surrogate in UTF-8", with("\"slug\":\"\xED\xA0\x80\""), malformed, "$.slug"},
    {"invalid UTF-8 in a key", with("\"\xFF\":1"), malformed},
    {"a surrogate alone", with(R"("slug":"\ud800")"), malformed},
    {"invalid UTF-8 in metadata", with("\"private_metadata\":{\"card\":\"\xFF 4111-1111-1111-1111\"}"), malformed,
     "$.private_metadata"},
    {"a comment", "/* */{\"id\":\"org_1\"}", malformed},
    {"a trailing comma", R"({"id":"org_1",})", malformed},
    {"single quotes", "{'id':'org_1'}", malformed},
    {"not a number", with(R"("created_at":NaN)"), malformed},
    {"a line break in a string", "{\"id\":\"org\n_1\"}", malformed},
    {"two documents", R"({"id":"org_1"}{"id":"org_2"})", malformed},
    {"an array", R"([{"id":"org_1"}])", malformed},
    {"a string", R"("4111-1111-1111-1111")", malformed},
    {"a number", "4111111111111111", malformed},
    {"null", "null", malformed},
    {"no id", R"({"name":"Acme","private_metadata":{"card":"4111-1111-1111-1111"}})", malformed, "$.id"},
    {"an empty id", R"({"id":"","name":"Acme"})", malformed, "$.id"},
    {"an id that is an object", R"({"id":{"card":"4111-1111-1111-1111"}})", malformed, "$.id"},
    {"a name that is a number", R"({"id":"org_1","name":4111111111111111})", malformed, "$.name"},
    {"metadata that is text", R"({"id":"org_1","private_metadata":"4111-1111-1111-1111"})", malformed,
     "$.private_metadata"},
    {"metadata that is a list", R"({"id":"org_1","private_metadata":["4111-1111-1111-1111"]})", malformed,
     "$.private_metadata"},
    {"a time that is text", with(R"("created_at":"4111-1111-1111-1111")"), malformed, "$.created_at"},
    {"a time of 2^63", with(R"("created_at":9223372036854775808)"), malformed, "$.created_at"},
    {"a time of 2^64", with(R"("created_at":18446744073709551616)"), malformed, "$.created_at"},
    {"a time below -2^63", with(R"("created_at":-9223372036854775809)"), malformed, "$.created_at"},
    {"a time of 1e400", with(R"("created_at":1e400)"), malformed, "$.created_at"},
    {"a time in parts", with(R"("created_at":1700000000000.5)"), malformed, "$.created_at"},
    {"a count of 2^63", with(R"("members_count":9223372036854775808)"), malformed, "$.members_count"},
    {"a count of 1e30", with(R"("members_count":1e30)"), malformed, "$.members_count"},
    {"a boolean that is text", with(R"("admin_delete_enabled":"yes")"), malformed, "$.admin_delete_enabled"},
    {"duplicates: the last counts", R"({"id":"a","id":"org_1","name":7,"name":"Acme"})", success},
    {"duplicates: the last is bad", R"({"id":"org_1","name":"Acme","name":7})", malformed, "$.name"},
    {"the same unknown key often", with(times(R"("x":1,)", 50'000) + R"("y":2)"), success},
    {"many unknown keys", with(R"("x":[)" + times("{},", 100'000) + "{}]"), success},
    {"deep arrays", with(R"("x":)" + times("[", 100'000)), errc::json_too_deep},
    {"deep objects", times(R"({"x":)", 100'000), errc::json_too_deep},
    {"deep metadata", with(R"("private_metadata":)" + times(R"({"x":)", 100'000)), errc::json_too_deep,
     "$.private_metadata"},
    {"a gigantic number", with(R"("created_at":)" + times("9", 2'000'000)), malformed, "$.created_at"},
    {"a gigantic unknown number", with(R"("x":)" + times("9", 2'000'000)), success},
    {"a gigantic key", with("\"" + times("k", 2'000'000) + R"(":1)"), success},
    {"a gigantic string", with(R"("x":")" + times("\\u0000", 500'000) + "\""), success},
    {"an endless string", with(R"("x":")" + times("x", 2'000'000)), malformed},
    {"white space without end", times(" ", 3'000'000), malformed},
    {"larger than allowed", with(R"("x":")" + times("x", 5'000'000) + "\""), errc::response_body_too_large},
};

void smaller_limit(Config& config) { config.limits.max_response_body_bytes = 4U << 20U; }

BOOST_DATA_TEST_CASE(with_a_success, data::make(bodies), row) {
    Peer peer{answer(test::http_response(200, row.body), End::keep), smaller_limit};
    auto const result = peer.get();
    BOOST_TEST_CONTEXT(to_text(result)) {
        if (row.code == success) {
            BOOST_REQUIRE(result.has_value());
            BOOST_TEST(result->id == "org_1");
            BOOST_TEST(result->name == "Acme");
            return;
        }
        BOOST_REQUIRE(!result);
        BOOST_TEST(result.error().code() == make_error_code(row.code));
        if (row.code == malformed) {
            BOOST_TEST(result.error() == condition::decode);
            BOOST_TEST(result.error().field().starts_with(row.field));
        } else {
            BOOST_TEST(result.error() == condition::size_limit);
        }
        BOOST_TEST(to_text(result).size() < 1000U);
        check_no_secret(result.error());
    }
}

// An error status is an error, whatever its body is.
BOOST_DATA_TEST_CASE(with_an_error_status, data::make(bodies), row) {
    for (int const status : {404, 500}) {
        Peer peer{answer(test::http_response(status, row.body), End::keep), smaller_limit};
        auto const result = peer.get();
        BOOST_TEST_CONTEXT(to_text(result)) {
            BOOST_REQUIRE(!result);
            BOOST_TEST(result.error().status() == status);
            BOOST_TEST((result.error() == (status == 404 ? condition::not_found : condition::server_error)));
            BOOST_TEST(result.error().raw_body().size() <= 65536U);
            BOOST_TEST(to_text(result).size() < 1000U);
            check_no_secret(result.error());
        }
    }
}

BOOST_AUTO_TEST_CASE(clerk_errors_of_all_sorts_fit_in_a_line) {
    std::vector<std::string> const documents{
        R"({"errors":[]})",
        R"({"errors":null})",
        R"({"errors":{"code":"x"}})",
        R"({"errors":[null,1,"x",[],{}]})",
        R"({"errors":[{"code":1,"message":[],"long_message":{},"meta":"x"}]})",
        R"({"errors":[{"code":"a\u001b[2J\r\nb","message":"\u202e\u2028x"}],"clerk_trace_id":"\u001b[31m"})",
        R"({"errors":[)" + times(R"({"code":"x"},)", 4000) + R"({"code":"x"}]})",
        R"({"errors":[{"code":")" + times("x", 60'000) + R"("}]})",
        R"({"errors":[{"code":"x","meta":)" + times(R"({"x":)", 1000) + "1" + times("}", 1000) + "}]}",
        R"({"errors":[{"code":"x","meta":{"param_name":")" + times("y", 50'000) + R"("}}]})",
        R"({"clerk_trace_id":")" + times("t", 50'000) + R"("})",
    };
    for (std::string const& document : documents) {
        Peer peer{answer(test::http_response(422, document), End::close)};
        auto const result = peer.get();
        BOOST_REQUIRE(!result);
        std::string const text = to_text(result);
        BOOST_TEST_CONTEXT(text) {
            BOOST_TEST(result.error() == condition::unprocessable);
            BOOST_TEST(text.size() < 4000U);
            for (char const c : text) BOOST_REQUIRE(static_cast<unsigned char>(c) >= 0x20);
            BOOST_TEST(text.find("\xE2\x80\xAE") == std::string::npos);
            BOOST_TEST(result.error().errors().size() <= 100U);
        }
        peer.check_harmless();
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::hostile
