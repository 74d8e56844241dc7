// Arguments reach the request unchanged, even those that CLI11 would interpret.
#include "options.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <string>
#include <variant>
#include <vector>

namespace clerk_orgs {
BOOST_AUTO_TEST_SUITE(options)

namespace {

namespace data = boost::unit_test::data;

struct KeyInEnvironment {
    KeyInEnvironment() { ::setenv("CLERK_SECRET_KEY", "sk_test_options", 1); }
    ~KeyInEnvironment() { ::unsetenv("CLERK_SECRET_KEY"); }
};

template <class T>
T parse(std::vector<std::string> const& arguments) {
    std::vector<char const*> argv{"clerk-orgs"};
    for (std::string const& argument : arguments) argv.push_back(argument.c_str());
    auto parsed = parse_options(static_cast<int>(argv.size()), argv.data());
    return std::get<T>(std::move(std::get<Options>(parsed).command));
}

char const* const texts[] = {
    "[[aabb]]", "[ab]",        "[a,b]", "[]",  "[[]]",  "[",   "{}",  "{a}", "{{}}", "%%",
    "++",       "+created_at", "@x",    "'a'", "\"a\"", "`a`", "a=b", "=",   "a,b",  "\\n",
    "B\"(a)\"", "\x01",        "\x01[", "/a",  "#a",    "$a",  " a ", "-1",  "a b",
};

BOOST_DATA_TEST_CASE_F(KeyInEnvironment, a_value_is_taken_literally, data::make(texts), text) {
    std::string const value{text};
    BOOST_TEST(parse<Create>({"create", "--name", value}).request.name == value);
    BOOST_TEST(parse<Create>({"create", "--name=" + value}).request.name == value);
    BOOST_TEST(parse<List>({"list", "--query", value}).request.query == value);
    std::vector<std::string> const twice{value, value};
    BOOST_TEST(parse<List>({"list", "--user-id", value, "--user-id=" + value}).request.user_id == twice,
               boost::test_tools::per_element());
    BOOST_TEST(parse<Get>({"get", "--", value}).id == value);
    if (value.starts_with('-')) return;  // looks like an option
    BOOST_TEST(parse<Get>({"get", value}).id == value);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk_orgs
