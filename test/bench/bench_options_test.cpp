#include "common/bench_options.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <ostream>
#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(options)

namespace {

using clerk_bench::HelpRequested;
using clerk_bench::Options;
using clerk_bench::Program;
using clerk_bench::UsageError;

struct KeyInEnvironment {
    KeyInEnvironment() { ::setenv("CLERK_SECRET_KEY", "sk_test_options", 1); }
    ~KeyInEnvironment() { ::unsetenv("CLERK_SECRET_KEY"); }
};

Program everything() {
    Program program{};
    program.name = "clerk-bench";
    program.description = "Measures.";
    program.exports = true;
    program.threads = true;
    program.decoders = {"none", "simdjson"};
    return program;
}

Options parse(std::vector<char const*> arguments, Program const& program = everything()) {
    arguments.insert(arguments.begin(), {"clerk-bench", "--base-url", "https://127.0.0.1:1/v1"});
    return clerk_bench::parse_options(program, static_cast<int>(arguments.size()), arguments.data());
}

BOOST_FIXTURE_TEST_CASE(defaults, KeyInEnvironment) {
    Options const options = parse({"--get", "org_1"});
    BOOST_TEST(options.base_url == "https://127.0.0.1:1/v1");
    BOOST_TEST(options.secret_key == "sk_test_options");
    BOOST_TEST(options.get == "org_1");
    BOOST_TEST(options.list == 0);
    BOOST_TEST(options.export_total == 0);
    BOOST_TEST(options.requests == 10'000);
    BOOST_TEST(options.concurrency == 16U);
    BOOST_TEST(options.connections == 16U);
    BOOST_TEST(options.threads == 1U);
    BOOST_TEST(options.warmup == 1000);
    BOOST_TEST(!options.details);
    BOOST_TEST(options.decode == "none");
}

BOOST_FIXTURE_TEST_CASE(everything_given, KeyInEnvironment) {
    Options const options =
        parse({"--export",      "500000", "--page-size",   "100",      "--prefetch", "8", "--requests", "7",
               "--concurrency", "3",      "--connections", "2",        "--threads",  "4", "--warmup",   "0",
               "--ca-file",     "ca.pem", "--details",     "--decode", "simdjson"});
    BOOST_TEST(options.export_total == 500'000);
    BOOST_TEST(options.page_size == 100);
    BOOST_TEST(options.prefetch == 8U);
    BOOST_TEST(options.requests == 7);
    BOOST_TEST(options.concurrency == 3U);
    BOOST_TEST(options.connections == 2U);
    BOOST_TEST(options.threads == 4U);
    BOOST_TEST(options.warmup == 0);
    BOOST_TEST(options.ca_file == "ca.pem");
    BOOST_TEST(options.details);
    BOOST_TEST(options.decode == "simdjson");
}

BOOST_FIXTURE_TEST_CASE(connections_follow_concurrency, KeyInEnvironment) {
    BOOST_TEST(parse({"--list", "1", "--concurrency", "5"}).connections == 5U);
}

struct Refused {
    std::vector<char const*> arguments;
    std::string mentions;
};
std::ostream& operator<<(std::ostream& out, Refused const& refused) {
    for (char const* const argument : refused.arguments) out << argument << ' ';
    return out;
}

Refused const refusals[] = {
    {{}, "one of --get, --list and --export"},
    {{"--get", "org_1", "--list", "5"}, "one of --get, --list and --export"},
    {{"--list", "5", "--export", "5"}, "one of --get, --list and --export"},
    {{"--get", ""}, "--get"},
    {{"--list", "0"}, "--list"},
    {{"--list", "501"}, "--list"},
    {{"--list", "1e2"}, "--list"},
    {{"--list", "+5"}, "--list"},
    {{"--list", "5", "--requests", "0"}, "--requests"},
    {{"--list", "5", "--requests", ""}, "--requests"},
    {{"--list", "5", "--requests", "99999999999999999999"}, "--requests"},
    {{"--list", "5", "--concurrency", "0"}, "--concurrency"},
    {{"--list", "5", "--connections", "65536"}, "--connections"},
    {{"--list", "5", "--threads", "0"}, "--threads"},
    {{"--list", "5", "--warmup", "-1"}, "--warmup"},
    {{"--export", "5", "--page-size", "501"}, "--page-size"},
    {{"--export", "5", "--prefetch", "65"}, "--prefetch"},
    {{"--list", "5", "--decode", "rapidjson"}, "--decode"},
    {{"--list", "5", "--ca-file", ""}, "--ca-file"},
    {{"--list", "5", "--nope"}, "--nope"},
    {{"--list", "5", "more"}, "more"},
};

BOOST_DATA_TEST_CASE_F(KeyInEnvironment, refused_with_the_name_of_the_option, refusals, refusal) {
    BOOST_CHECK_EXCEPTION((void)parse(refusal.arguments), UsageError, [&](UsageError const& error) {
        return std::string{error.what()}.find(refusal.mentions) != std::string::npos;
    });
}

BOOST_FIXTURE_TEST_CASE(a_program_has_only_its_own_options, KeyInEnvironment) {
    Program program = everything();
    program.exports = false;
    program.threads = false;
    program.decoders.clear();
    BOOST_CHECK_THROW((void)parse({"--export", "5"}, program), UsageError);
    BOOST_CHECK_THROW((void)parse({"--list", "5", "--threads", "2"}, program), UsageError);
    BOOST_CHECK_THROW((void)parse({"--list", "5", "--decode", "none"}, program), UsageError);
    BOOST_TEST(parse({"--list", "5"}, program).list == 5);
}

BOOST_FIXTURE_TEST_CASE(without_a_key, KeyInEnvironment) {
    ::unsetenv("CLERK_SECRET_KEY");
    BOOST_CHECK_EXCEPTION((void)parse({"--list", "5"}), UsageError, [](UsageError const& error) {
        return std::string{error.what()}.find("CLERK_SECRET_KEY") != std::string::npos;
    });
}

BOOST_FIXTURE_TEST_CASE(help, KeyInEnvironment) {
    BOOST_CHECK_EXCEPTION((void)parse({"--help"}), HelpRequested, [](HelpRequested const& help) {
        return help.text.find("--export") != std::string::npos &&
               help.text.find("CLERK_SECRET_KEY") != std::string::npos;
    });
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
