// The program of examples/opentelemetry: the spans that it writes, and the contexts that the server gets.
#include "support/wire_server.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace {

using clerk::test::http_response;
using clerk::test::WireServer;
using Span = std::map<std::string, std::string>;

std::string trimmed(std::string_view text) {
    auto const begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return std::string{text.substr(begin, text.find_last_not_of(" \t") + 1 - begin)};
}

// What the exporter wrote: between braces, one member or attribute in each line.
std::vector<Span> read_spans(std::filesystem::path const& path) {
    std::ifstream file{path};
    std::vector<Span> spans;
    for (std::string line; std::getline(file, line);) {
        if (line == "{") spans.emplace_back();
        auto const colon = line.find(':');
        if (spans.empty() || colon == std::string::npos) continue;
        spans.back()[trimmed(line.substr(0, colon))] = trimmed(line.substr(colon + 1));
    }
    return spans;
}

// The value of a header of a request.
std::string header(std::string const& request, std::string_view name) {
    auto const begin = request.find("\r\n" + std::string{name} + ": ");
    if (begin == std::string::npos) return {};
    auto const value = begin + name.size() + 4;
    return request.substr(value, request.find("\r\n", value) - value);
}

// The flags are left out: newer versions also say that the trace id is random.
std::string traceparent_of(Span const& span) { return "00-" + span.at("trace_id") + '-' + span.at("span_id") + '-'; }

struct Program {
    explicit Program(WireServer::Handler handler) : server{std::move(handler)} {
        std::filesystem::create_directory(directory);
        clerk::Config const config = server.config();
        std::ofstream{directory / "ca.pem"} << config.tls.ca_pem;
        std::string const command = "CLERK_SECRET_KEY=sk_test_1 CLERK_BASE_URL=" + config.base_url +
                                    " CLERK_CA_FILE='" + (directory / "ca.pem").string() +
                                    "' " CLERK_OPENTELEMETRY_PROGRAM " '" + (directory / "spans").string() + "'";
        succeeded = std::system(command.c_str()) == 0;
        spans = read_spans(directory / "spans");
    }
    ~Program() { std::filesystem::remove_all(directory); }
    Program(Program const&) = delete;
    Program& operator=(Program const&) = delete;

    std::filesystem::path directory{
        std::filesystem::temp_directory_path() /
        ("clerk_opentelemetry_" + std::to_string(std::chrono::steady_clock::now().time_since_epoch().count()))};
    WireServer server;
    bool succeeded{};
    std::vector<Span> spans{};
};

BOOST_AUTO_TEST_SUITE(opentelemetry)

BOOST_AUTO_TEST_CASE(calls_and_attempts_are_spans_of_one_trace_that_the_server_gets) {
    std::vector<std::string> const answers{
        http_response(200, R"({"data":[{"object":"organization","id":"org_1","name":"Acme"}],"total_count":1})"),
        http_response(503, "{}"), clerk::test::organization_response()};
    Program const program{[&answers](WireServer::Session& session) {
        for (std::string const& answer : answers) {
            if (session.read_request().empty() || !session.write(answer)) return;
        }
    }};
    BOOST_TEST(program.succeeded);
    auto const& spans = program.spans;
    // In the order of their ends, the attempts of a call backwards.
    BOOST_TEST_REQUIRE(spans.size() == 6U);
    Span const& listing = spans[0];
    Span const& list = spans[1];
    Span const& second = spans[2];
    Span const& first = spans[3];
    Span const& get = spans[4];
    Span const& report = spans[5];

    BOOST_TEST(report.at("name") == "nightly report");
    for (Span const& span : spans) BOOST_TEST(span.at("trace_id") == report.at("trace_id"));
    for (auto const* const call : {&list, &get}) {
        BOOST_TEST(call->at("parent_span_id") == report.at("span_id"));
        BOOST_TEST(call->at("span kind") == "Internal");
        BOOST_TEST(call->at("status") == "Unset");
    }
    BOOST_TEST(list.at("name") == "list_organizations");
    BOOST_TEST(get.at("name") == "get_organization");
    BOOST_TEST(listing.at("parent_span_id") == list.at("span_id"));
    for (auto const* const attempt : {&first, &second}) {
        BOOST_TEST(attempt->at("parent_span_id") == get.at("span_id"));
        BOOST_TEST(attempt->at("name") == "GET /organizations/{organization_id}");
        BOOST_TEST(attempt->at("span kind") == "Client");
        BOOST_TEST(attempt->at("http.request.method") == "GET");
        BOOST_TEST(attempt->at("url.template") == "/organizations/{organization_id}");
        BOOST_TEST(attempt->at("server.address") + ':' + attempt->at("server.port") == program.server.authority());
    }
    BOOST_TEST(first.at("http.response.status_code") == "503");
    BOOST_TEST(first.at("error.type") == "503");
    BOOST_TEST(first.at("status") == "Error");
    BOOST_TEST(first.count("http.request.resend_count") == 0U);
    BOOST_TEST(second.at("http.response.status_code") == "200");
    BOOST_TEST(second.at("http.request.resend_count") == "1");
    BOOST_TEST(second.count("error.type") == 0U);
    // One after the other, both within the call.
    auto const number = [](Span const& span, char const* member) { return std::stoll(span.at(member)); };
    BOOST_TEST(number(first, "duration") > 0);
    BOOST_TEST(number(first, "duration") + number(second, "duration") <= number(get, "duration"));
    BOOST_TEST(number(first, "start") + number(first, "duration") <= number(second, "start") + 1'000'000);

    auto const requests = program.server.requests();
    BOOST_TEST_REQUIRE(requests.size() == 3U);
    BOOST_TEST(header(requests[0], "traceparent").starts_with(traceparent_of(listing)),
               header(requests[0], "traceparent"));
    BOOST_TEST(header(requests[1], "traceparent").starts_with(traceparent_of(first)),
               header(requests[1], "traceparent"));
    BOOST_TEST(header(requests[2], "traceparent").starts_with(traceparent_of(second)),
               header(requests[2], "traceparent"));
}

BOOST_AUTO_TEST_CASE(without_an_answer_the_error_has_a_type) {
    Program const program{[](WireServer::Session& session) { session.reset(); }};
    BOOST_TEST(!program.succeeded);
    BOOST_TEST_REQUIRE(program.spans.size() >= 3U);
    Span const& attempt = program.spans.front();
    Span const& call = *(program.spans.end() - 2);
    BOOST_TEST(attempt.at("span kind") == "Client");
    BOOST_TEST(call.at("name") == "list_organizations");
    for (Span const* const span : {&attempt, &call}) {
        BOOST_TEST(span->at("error.type") == "connection_closed");
        BOOST_TEST(span->at("status") == "Error");
        BOOST_TEST(!span->at("description").empty());
        BOOST_TEST(span->count("http.response.status_code") == 0U);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
