#include "common/bench_report.hpp"
#include "common/checksum.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <set>
#include <string>

BOOST_AUTO_TEST_SUITE(report)

namespace {

using clerk_bench::Checksum;
using clerk_bench::Report;

Report example() {
    Report report{};
    report.requests = 200;
    report.errors = 3;
    report.elapsed = std::chrono::milliseconds{500};
    report.cpu = std::chrono::microseconds{4000};
    for (int i = 0; i != 200; ++i) report.latencies.add(std::chrono::nanoseconds{100});
    report.connections_opened = 16;
    report.tls_resumed = 2;
    report.max_rss_kb = 12'345;
    report.organizations = 197;
    report.checksum = 0xABC;
    report.rss_kb = 11'000;
    return report;
}

BOOST_AUTO_TEST_CASE(one_line_of_json) {
    std::string const text = to_json(example(), false);
    BOOST_TEST(text.find('\n') == std::string::npos);
    auto const parsed = boost::json::parse(text);
    auto const& line = parsed.as_object();
    std::set<std::string> names;
    for (auto const& member : line) names.emplace(member.key());
    std::set<std::string> const expected{"requests",           "errors",      "elapsed_s", "requests_per_s",
                                         "cpu_us_per_request", "p50_us",      "p99_us",    "p999_us",
                                         "connections_opened", "tls_resumed", "max_rss_kb"};
    BOOST_CHECK_EQUAL_COLLECTIONS(names.begin(), names.end(), expected.begin(), expected.end());
    BOOST_TEST(line.at("requests").to_number<int>() == 200);
    BOOST_TEST(line.at("errors").to_number<int>() == 3);
    BOOST_TEST(line.at("elapsed_s").to_number<double>() == 0.5);
    BOOST_TEST(line.at("requests_per_s").to_number<double>() == 400.0);
    BOOST_TEST(line.at("cpu_us_per_request").to_number<double>() == 20.0);
    BOOST_TEST(line.at("p50_us").to_number<double>() == 0.1);
    BOOST_TEST(line.at("p999_us").to_number<double>() == 0.1);
    BOOST_TEST(line.at("connections_opened").to_number<int>() == 16);
    BOOST_TEST(line.at("tls_resumed").to_number<int>() == 2);
    BOOST_TEST(line.at("max_rss_kb").to_number<int>() == 12'345);
}

BOOST_AUTO_TEST_CASE(details_on_demand) {
    auto const parsed = boost::json::parse(to_json(example(), true));
    BOOST_TEST(parsed.at("organizations").to_number<int>() == 197);
    BOOST_TEST(parsed.at("checksum").as_string() == "0000000000000abc");
    BOOST_TEST(parsed.at("rss_kb").to_number<int>() == 11'000);
}

BOOST_AUTO_TEST_CASE(nothing_measured) {
    auto const parsed = boost::json::parse(to_json(Report{}, false));
    BOOST_TEST(parsed.at("requests_per_s").to_number<double>() == 0.0);
    BOOST_TEST(parsed.at("cpu_us_per_request").to_number<double>() == 0.0);
}

BOOST_AUTO_TEST_CASE(checksums_tell_answers_apart) {
    auto const sum = [](std::string const& id, std::string const& name, std::int64_t created_at) {
        Checksum checksum;
        checksum.add(id, name, created_at);
        return checksum.value();
    };
    BOOST_TEST(sum("org_1", "Acme", 5) == sum("org_1", "Acme", 5));
    std::set<std::uint64_t> const different{sum("org_1", "Acme", 5), sum("org_2", "Acme", 5), sum("org_1", "Acm", 5),
                                            sum("org_1", "Acme", 6), sum("org_1A", "cme", 5), sum("", "", 0)};
    BOOST_TEST(different.size() == 6U);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
