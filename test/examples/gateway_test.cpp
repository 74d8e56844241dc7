// The gateway in this process, between the emulator and clients over plain HTTP.
#include "gateway.hpp"

#include <clerk/testing/emulator.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <regex>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#if __has_include(<sys/resource.h>)
#include <sys/resource.h>
#endif

namespace gateway {
BOOST_AUTO_TEST_SUITE(organization_gateway)

namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using Fields = std::vector<std::pair<std::string, std::string>>;

Request make_request(http::verb method, std::string const& target, Fields const& fields, std::string body) {
    Request request{method, target, 11, std::move(body)};
    request.set(http::field::host, "gateway");
    for (auto const& [name, value] : fields) request.set(name, value);
    request.prepare_payload();
    return request;
}

constexpr std::string_view webhook_secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

class Running {
public:
    explicit Running(clerk::testing::EmulatorOptions options = {.organizations = 5}, milliseconds cache_ttl = 0ms,
                     std::function<void(clerk::Config&)> const& change = {})
        : emulator{std::move(options)} {
        clerk::Config config{.secret_key = clerk::Secret{emulator.secret_key()}, .base_url = emulator.base_url()};
        config.tls.ca_pem = emulator.ca_pem();
        config.retry.max_attempts = 1;
        config.timeout.total = 20s;
        config.single_flight = true;
        config.observer = metrics;
        if (change) change(config);
        client.emplace(threads.get_executor(), config);
        routes.emplace(*client, *metrics, cache_ttl, config.timeout.total, clerk::Secret{webhook_secret});
        server.emplace(threads.get_executor(), tcp::endpoint{asio::ip::address_v4::loopback(), 0},
                       [this](Request const& request) { return routes->answer(request); });
        where = server->where();
        co_spawn(server->executor(), server->run(), asio::detached);
    }
    ~Running() {
        if (!stopped) stop(5s).get();
        threads.join();
    }
    Running(Running const&) = delete;
    Running& operator=(Running const&) = delete;

    std::future<void> stop(milliseconds grace) {
        stopped = true;
        auto const both = [this, grace]() -> asio::awaitable<void> {
            co_await server->stop(grace);
            co_await client->close(0ms);
        };
        return co_spawn(server->executor(), both, asio::use_future);
    }
    [[nodiscard]] tcp::socket connect() {
        tcp::socket socket{io};
        socket.connect(where);
        return socket;
    }
    Response ask(http::verb method, std::string const& target, Fields const& fields = {}, std::string body = {}) {
        tcp::socket socket = connect();
        http::write(socket, make_request(method, target, fields, std::move(body)));
        return receive(socket);
    }
    Response get(std::string const& target, Fields const& fields = {}) { return ask(http::verb::get, target, fields); }
    static Response receive(tcp::socket& socket) {
        boost::beast::flat_buffer buffer;
        Response response;
        http::read(socket, buffer, response);
        return response;
    }
    std::string first_id() {
        json::value const page = json::parse(get("/organizations?limit=1").body());
        return std::string{page.at("data").at(0).at("id").as_string()};
    }
    bool await(std::function<bool()> const& condition) {
        for (int i = 0; i < 500 && !condition(); ++i) std::this_thread::sleep_for(10ms);
        return condition();
    }

    clerk::testing::Emulator emulator;
    asio::io_context io{};
    asio::thread_pool threads{2};
    std::shared_ptr<Metrics> metrics{std::make_shared<Metrics>()};
    std::optional<clerk::Client> client{};
    std::optional<Gateway> routes{};
    std::optional<Server> server{};
    tcp::endpoint where{};
    bool stopped{};
};

std::string code_in(Response const& response) {
    auto const errors = json::parse(response.body()).at("errors").as_array();
    return errors.empty() ? "" : std::string{errors.front().at("code").as_string()};
}

}  // namespace

BOOST_AUTO_TEST_CASE(reads_lists_and_updates) {
    Running gateway;
    json::value const page = json::parse(gateway.get("/organizations?limit=3&offset=1").body());
    BOOST_TEST(page.at("data").as_array().size() == 3U);
    BOOST_TEST(page.at("total_count").as_int64() == 5);
    std::string const id{page.at("data").at(1).at("id").as_string()};
    json::value const found = json::parse(gateway.get("/organizations?query=" + id).body());
    BOOST_TEST(found.at("data").as_array().size() == 1U);

    Response const one = gateway.get("/organizations/" + id);
    BOOST_TEST(one.result_int() == 200U);
    BOOST_TEST(one[http::field::content_type] == "application/json");
    BOOST_TEST((json::parse(one.body()) == page.at("data").at(1)));
    std::string const slug{page.at("data").at(1).at("slug").as_string()};
    BOOST_TEST(gateway.get("/organizations/" + slug).body() == one.body());

    Response const changed = gateway.ask(http::verb::patch, "/organizations/" + id, {},
                                         R"({"name":"Renamed","slug":null,"max_allowed_memberships":7})");
    BOOST_TEST(changed.result_int() == 200U);
    json::value const now = json::parse(gateway.get("/organizations/" + id).body());
    BOOST_TEST(now.at("name").as_string() == "Renamed");
    BOOST_TEST(now.at("max_allowed_memberships").as_int64() == 7);
    BOOST_TEST(gateway.get("/healthz").body() == "ok\n");
}

BOOST_AUTO_TEST_CASE(what_is_private_stays) {
    Running gateway;
    std::string const id = gateway.first_id();
    clerk::OrganizationsApi api{*gateway.client};
    auto const inside = co_spawn(gateway.threads, api.get_organization(id), asio::use_future).get().value();
    BOOST_REQUIRE(to_json(inside).find("private_metadata") != std::string::npos);
    std::string const target = "/organizations/" + id;
    for (std::string const& body :
         {gateway.get(target).body(), gateway.get("/organizations").body(), gateway.get("/metrics").body(),
          gateway.ask(http::verb::patch, target, {}, R"({"name":"N"})").body()}) {
        BOOST_TEST(!body.empty());
        BOOST_TEST(body.find("private_metadata") == std::string::npos);
        BOOST_TEST(body.find(gateway.emulator.secret_key()) == std::string::npos);
    }
}

// The events come from another emulator, whose organizations have the same ids.
struct EventSource {
    EventSource(Running const& gateway, std::string_view secret) : emulator{options(gateway, secret)} {
        clerk::Config config{.secret_key = clerk::Secret{emulator.secret_key()}, .base_url = emulator.base_url()};
        config.tls.ca_pem = emulator.ca_pem();
        client.emplace(io.get_executor(), config);
    }
    static clerk::testing::EmulatorOptions options(Running const& gateway, std::string_view secret) {
        clerk::testing::EmulatorOptions options{.organizations = 5};
        options.webhook_url = "http://127.0.0.1:" + std::to_string(gateway.where.port()) + "/webhooks";
        options.webhook_secret = secret;
        return options;
    }
    void rename(std::string const& id) {
        clerk::UpdateOrganizationRequest const request{.name = "Renamed"};
        clerk::OrganizationsApi api{*client};
        auto renamed = co_spawn(io, api.update_organization(id, request), asio::use_future);
        io.run();
        BOOST_TEST(renamed.get().has_value());
    }
    clerk::testing::Emulator emulator;
    asio::io_context io{};
    std::optional<clerk::Client> client{};
};

BOOST_AUTO_TEST_CASE(the_organization_of_an_event_is_removed_from_the_cache) {
    Running gateway{{.organizations = 5}, 1h};
    std::string const id = gateway.first_id();
    std::string const target = "/organizations/" + id;
    gateway.get(target);
    gateway.get(target);
    BOOST_TEST(gateway.get("/metrics").body().find("gateway_cache_hits_total 1") != std::string::npos);

    EventSource forger{gateway, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"};
    forger.rename(id);
    BOOST_TEST(code_in(gateway.ask(http::verb::post, "/webhooks", {}, "{}")) == "bad_webhook");
    gateway.get(target);
    BOOST_TEST(gateway.get("/metrics").body().find("gateway_cache_hits_total 2") != std::string::npos);
    BOOST_TEST(forger.emulator.webhooks_delivered() == 0U);

    EventSource service{gateway, webhook_secret};
    service.rename(id);
    BOOST_TEST(gateway.await([&] { return service.emulator.webhooks_delivered() == 1; }));
    gateway.get(target);
    BOOST_TEST(gateway.get("/metrics").body().find("gateway_cache_hits_total 2") != std::string::npos);
    gateway.get(target);
    BOOST_TEST(gateway.get("/metrics").body().find("gateway_cache_hits_total 3") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(after_an_event_no_request_from_before_is_joined) {
    Running gateway{{.organizations = 5}, 1h};
    std::string const id = gateway.first_id();
    EventSource service{gateway, webhook_secret};
    gateway.emulator.set_faults("latency=3000@on=get_organization");
    auto const before = gateway.emulator.requests();
    Request const read = make_request(http::verb::get, "/organizations/" + id, {}, {});
    tcp::socket first = gateway.connect();
    http::write(first, read);
    BOOST_TEST(gateway.await([&] { return gateway.emulator.requests() == before + 1; }));
    service.rename(id);
    BOOST_TEST(gateway.await([&] { return service.emulator.webhooks_delivered() == 1; }));
    tcp::socket second = gateway.connect();
    http::write(second, read);
    BOOST_TEST(Running::receive(first).result_int() == 200U);
    BOOST_TEST(Running::receive(second).result_int() == 200U);
    BOOST_TEST(gateway.emulator.requests() == before + 2);
}

BOOST_AUTO_TEST_CASE(failures_have_the_right_status) {
    struct Row {
        std::string faults;
        std::string target;
        unsigned status;
        std::string code;
        std::string retry_after;
        Fields fields;
    };
    Running gateway{{.organizations = 1}, 0ms, [](clerk::Config& config) { config.rate_limit.park = false; }};
    std::vector<Row> const rows{
        {"", "/organizations/org_nobody", 404, "resource_not_found", "", {}},
        {"", "/organizations?limit=501", 400, "invalid_argument", "", {}},
        {"", "/organizations?limit=ten", 400, "invalid_argument", "", {}},
        {"", "/organizations?offset=-1", 400, "invalid_argument", "", {}},
        {"", "/organizations/%2e%2e", 400, "invalid_argument", "", {}},
        {"", "/organizations/org_1", 504, "timeout", "", {{"X-Request-Timeout-Ms", "0"}}},
        {"", "/organizations/org_1", 504, "timeout", "", {{"X-Request-Timeout-Ms", "-5"}}},
        {"", "/organizations/org_1", 400, "bad_timeout", "", {{"X-Request-Timeout-Ms", "soon"}}},
        {"", "/elsewhere", 404, "no_route", "", {}},
        {"", "/organizations/org_1/logo", 404, "no_route", "", {}},
        {"status=409", "/organizations/org_1", 409, "", "", {}},
        {"status=403", "/organizations/org_1", 502, "bad_gateway", "", {}},
        {"status=401", "/organizations/org_1", 502, "bad_gateway", "", {}},
        {"status=429@retry-after=7", "/organizations/org_1", 429, "too_many_requests", "7", {}},
        {"status=500", "/organizations/org_1", 502, "bad_gateway", "", {}},
        {"status=502", "/organizations", 502, "bad_gateway", "", {}},
        {"status=503@retry-after=9", "/organizations", 503, "unavailable", "9", {}},
        {"status=503", "/organizations/org_1", 503, "unavailable", "1", {}},
        {"close-before-effect", "/organizations/org_1", 502, "bad_gateway", "", {}},
        {"garbage", "/organizations", 502, "bad_gateway", "", {}},
        {"hang-before-effect", "/organizations/org_1", 504, "timeout", "", {{"X-Request-Timeout-Ms", "80"}}},
        {"hang-before-effect", "/organizations", 504, "timeout", "", {{"X-Request-Timeout-Ms", "80"}}},
    };
    for (Row const& row : rows) {
        BOOST_TEST_CONTEXT(row.faults << ' ' << row.target) {
            gateway.emulator.set_faults(row.faults);
            Response const response = gateway.get(row.target, row.fields);
            BOOST_TEST(response.result_int() == row.status);
            if (!row.code.empty()) BOOST_TEST(code_in(response) == row.code);
            BOOST_TEST(response[http::field::retry_after] == row.retry_after);
        }
    }
    gateway.emulator.set_faults("");
    std::string const target = "/organizations/" + gateway.first_id();
    for (char const* const body : {"", "[]", "{", R"({"names":"N"})", R"({"name":5})", R"({"private_metadata":{}})"}) {
        BOOST_TEST_CONTEXT(body) {
            BOOST_TEST(code_in(gateway.ask(http::verb::patch, target, {}, body)) == "bad_body");
        }
    }
    Response const refused = gateway.ask(http::verb::patch, target, {}, R"({"slug":"No Slug"})");
    BOOST_TEST(refused.result_int() == 422U);
    BOOST_TEST(code_in(refused) == "form_param_format_invalid");
    Response const not_one = gateway.ask(http::verb::delete_, target);
    BOOST_TEST(not_one.result_int() == 405U);
    BOOST_TEST(not_one[http::field::allow] == "GET, PATCH");
    Response const not_all = gateway.ask(http::verb::patch, "/organizations");
    BOOST_TEST(not_all.result_int() == 405U);
    BOOST_TEST(not_all[http::field::allow] == "GET");
}

BOOST_AUTO_TEST_CASE(what_is_too_large_is_refused) {
    Running gateway;
    Response const body = gateway.ask(http::verb::patch, "/organizations/org_1", {}, std::string(100'000, ' '));
    BOOST_TEST(body.result_int() == 413U);
    Response const head = gateway.get("/healthz", {{"X-Long", std::string(10'000, 'x')}});
    BOOST_TEST(head.result_int() == 413U);
    BOOST_TEST(!head.keep_alive());
    BOOST_TEST(gateway.get("/healthz").result_int() == 200U);
}

BOOST_AUTO_TEST_CASE(what_is_no_request_is_refused) {
    Running gateway;
    for (std::string const text : {"nonsense\r\n\r\n", "GET /healthz HTTP/1.1\r\nContent-Length: x\r\n\r\n"}) {
        BOOST_TEST_CONTEXT(text) {
            tcp::socket socket = gateway.connect();
            asio::write(socket, asio::buffer(text));
            Response const response = Running::receive(socket);
            BOOST_TEST(response.result_int() == 400U);
            BOOST_TEST(!response.keep_alive());
        }
    }
    // A request that ends in the middle gets no answer.
    tcp::socket socket = gateway.connect();
    asio::write(socket, asio::buffer(std::string_view{"GET /healthz HT"}));
    socket.shutdown(tcp::socket::shutdown_send);
    boost::system::error_code ec;
    char byte{};
    BOOST_TEST(socket.read_some(asio::buffer(&byte, 1), ec) == 0U);
    BOOST_TEST((ec == asio::error::eof));
}

BOOST_AUTO_TEST_CASE(a_thousand_simultaneous_requests_cost_one_call) {
    int crowd = 1000;
#if __has_include(<sys/resource.h>)
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = std::min<rlim_t>(files.rlim_max, 4096);
    setrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur < 2200) crowd = 400;
#endif
    Running gateway;
    std::string const target = "/organizations/" + gateway.first_id();
    gateway.emulator.set_faults("latency=3000@on=get_organization");
    auto const before = gateway.emulator.requests();
    // All are sent before the answer to the first one can arrive.
    std::vector<tcp::socket> clients;
    for (int i = 0; i < crowd; ++i) {
        clients.push_back(gateway.connect());
        http::write(clients.back(), make_request(http::verb::get, target, {}, {}));
    }
    int answered = 0;
    for (tcp::socket& one : clients) answered += Running::receive(one).result_int() == 200 ? 1 : 0;
    BOOST_TEST(answered == crowd);
    BOOST_TEST(gateway.emulator.requests() == before + 1);
    BOOST_TEST(gateway.client->single_flight_gauges().joined == static_cast<std::size_t>(crowd - 1));
}

BOOST_AUTO_TEST_CASE(answers_are_kept_for_a_moment) {
    Running gateway{{.organizations = 2}, 400ms};
    std::string const target = "/organizations/" + gateway.first_id();
    auto const cost = [&](std::function<void()> const& action) {
        auto const before = gateway.emulator.requests();
        action();
        return gateway.emulator.requests() - before;
    };
    std::string body;
    BOOST_TEST(cost([&] { body = gateway.get(target).body(); }) == 1U);
    BOOST_TEST(cost([&] { BOOST_TEST(gateway.get(target).body() == body); }) == 0U);
    // A change is visible at once.
    BOOST_TEST(cost([&] { gateway.ask(http::verb::patch, target, {}, R"({"name":"New"})"); }) == 1U);
    BOOST_TEST(cost([&] { BOOST_TEST(gateway.get(target).body().find("\"New\"") != std::string::npos); }) == 1U);
    std::this_thread::sleep_for(450ms);
    BOOST_TEST(cost([&] { gateway.get(target); }) == 1U);
    BOOST_TEST(cost([&] { gateway.get("/organizations/org_nobody"), gateway.get("/organizations/org_nobody"); }) == 2U);
}

BOOST_AUTO_TEST_CASE(an_answer_older_than_a_change_is_not_kept) {
    Cache cache{1h};
    std::size_t version{};
    BOOST_TEST(!cache.find("slug", version).has_value());
    cache.put("slug", "org_1", "body", version);
    BOOST_TEST(cache.find("slug", version).value() == "body");
    cache.forget("org_2");
    BOOST_TEST(cache.find("slug", version).has_value());
    std::size_t const read_before = version;
    cache.forget("org_1");
    BOOST_TEST(!cache.find("slug", version).has_value());
    cache.put("slug", "org_1", "old", read_before);
    BOOST_TEST(!cache.find("slug", version).has_value());
    for (int i = 0; i < 10'100; ++i) cache.put(std::to_string(i), "org_1", "body", version);
    BOOST_TEST(cache.find("9999", version).has_value());
    BOOST_TEST(!cache.find("10000", version).has_value());
}

BOOST_AUTO_TEST_CASE(a_client_that_closes_its_connection_cancels_its_call) {
    Running gateway;
    std::string const target = "/organizations/" + gateway.first_id();
    gateway.emulator.set_faults("hang-before-effect@on=get_organization");
    tcp::socket gone = gateway.connect();
    http::write(gone, make_request(http::verb::get, target, {}, {}));
    BOOST_TEST(gateway.await([&] { return gateway.client->pool_gauges().busy == 1; }));
    gone.close();
    BOOST_TEST(gateway.await([&] { return gateway.client->pool_gauges().busy == 0; }));
    BOOST_TEST(gateway.client->single_flight_gauges().waiting == 0U);
}

BOOST_AUTO_TEST_CASE(requests_follow_each_other_on_one_connection) {
    Running gateway;
    tcp::socket socket = gateway.connect();
    // The second is sent before the first is answered.
    for (int i = 0; i < 2; ++i) http::write(socket, make_request(http::verb::get, "/organizations?limit=2", {}, {}));
    boost::beast::flat_buffer buffer;
    for (int i = 0; i < 2; ++i) {
        Response response;
        http::read(socket, buffer, response);
        BOOST_TEST(response.result_int() == 200U);
        BOOST_TEST(response.keep_alive());
    }
}

// Each line has the format, each family has HELP and TYPE before its contiguous samples, and histograms are consistent.
BOOST_AUTO_TEST_CASE(the_metrics_are_valid) {
    Running gateway;
    std::string const id = gateway.first_id();
    for (int i = 0; i < 3; ++i) gateway.get("/organizations/" + id);
    gateway.get("/organizations/org_nobody");
    gateway.ask(http::verb::patch, "/organizations/" + id, {}, R"({"name":"N"})");
    Response const response = gateway.get("/metrics");
    BOOST_TEST(response[http::field::content_type] == "text/plain; version=0.0.4");

    std::regex const help_line{R"(# HELP ([a-z_]+) [^\\]+\.)"};
    std::regex const type_line{R"(# TYPE ([a-z_]+) (counter|gauge|histogram))"};
    std::regex const sample_line{
        R"re(([a-z_]+)(\{[a-z]+="[^"\\\n]*"(?:,[a-z]+="[^"\\\n]*")*\})? (\d+(?:\.\d+)?(?:e[-+]\d+)?))re"};
    std::string current;  // the family of the current lines
    std::map<std::string, std::string> types;
    std::map<std::string, double> samples;
    double bucket = 0;
    std::istringstream lines{response.body()};
    for (std::string line; std::getline(lines, line);) {
        BOOST_TEST_CONTEXT(line) {
            std::smatch parts;
            if (std::regex_match(line, parts, help_line)) {
                current = parts[1];
                BOOST_TEST(!types.contains(current));
                continue;
            }
            if (std::regex_match(line, parts, type_line)) {
                BOOST_TEST(parts[1].str() == current);
                BOOST_TEST(types.emplace(current, parts[2]).second);
                BOOST_TEST(current.ends_with("_total") == (parts[2] == "counter"));
                continue;
            }
            BOOST_REQUIRE(std::regex_match(line, parts, sample_line));
            std::string const name = parts[1];
            bool const histogram = types[current] == "histogram";
            BOOST_TEST((histogram ? std::regex_replace(name, std::regex{"_(bucket|sum|count)$"}, "") : name) ==
                       current);
            double const value = std::stod(parts[3]);
            BOOST_TEST(samples.emplace(name + parts[2].str(), value).second);
            if (name.ends_with("_bucket")) {
                BOOST_TEST(value >= bucket);
                bucket = value;
            } else if (name.ends_with("_count")) {
                BOOST_TEST(value == bucket);  // the last one, le="+Inf"
                BOOST_TEST(samples.contains(std::regex_replace(name, std::regex{"_count$"}, "_bucket") +
                                            std::regex_replace(parts[2].str(), std::regex{"\\}$"}, ",le=\"+Inf\"}")));
                bucket = 0;
            }
        }
    }
    BOOST_TEST(samples.at(R"(clerk_calls_total{operation="get_organization",outcome="success"})") == 3);
    BOOST_TEST(samples.at(R"(clerk_calls_total{operation="get_organization",outcome="HTTP 404 Not Found"})") == 1);
    BOOST_TEST(samples.at(R"(clerk_calls_total{operation="update_organization",outcome="success"})") == 1);
    BOOST_TEST(samples.at(R"(clerk_call_duration_seconds_count{operation="get_organization"})") == 4);
    BOOST_TEST(samples.at(R"(clerk_attempts_total{operation="list_organizations"})") == 1);
    BOOST_TEST(samples.contains("clerk_retries_total"));
    BOOST_TEST(samples.at("clerk_pool_idle") >= 1);
}

// A sum that is rounded to six digits would stop growing after some time.
BOOST_AUTO_TEST_CASE(the_metrics_are_precise) {
    Running gateway;
    for (auto const elapsed : std::vector<std::chrono::nanoseconds>{2'000'000s, 125ms}) {
        clerk::CallRecord record;
        record.operation = "get_organization";
        record.elapsed = elapsed;
        gateway.metrics->on_call(record);
    }
    std::string const text = gateway.get("/metrics").body();
    BOOST_TEST(text.find("_sum{operation=\"get_organization\"} 2000000.125\n") != std::string::npos);
    BOOST_TEST(text.find("{operation=\"get_organization\",le=\"0.25\"} 1\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(stopping_lets_running_requests_finish) {
    Running gateway;
    std::string const target = "/organizations/" + gateway.first_id();
    tcp::socket idle = gateway.connect();
    http::write(idle, make_request(http::verb::get, "/healthz", {}, {}));
    BOOST_TEST(Running::receive(idle).keep_alive());
    gateway.emulator.set_faults("latency=500@on=get_organization");
    std::vector<tcp::socket> clients;
    for (int i = 0; i < 20; ++i) {
        clients.push_back(gateway.connect());
        http::write(clients.back(), make_request(http::verb::get, target, {}, {}));
    }
    BOOST_TEST(gateway.await([&] { return gateway.client->single_flight_gauges().waiting == 20; }));
    auto stopped = gateway.stop(10s);
    for (tcp::socket& one : clients) {
        Response const response = Running::receive(one);
        BOOST_TEST(response.result_int() == 200U);
        BOOST_TEST(!response.keep_alive());
    }
    BOOST_REQUIRE((stopped.wait_for(5s) == std::future_status::ready));
    boost::system::error_code ec;
    char byte{};
    BOOST_TEST(idle.read_some(asio::buffer(&byte, 1), ec) == 0U);
    BOOST_TEST((ec == asio::error::eof));
    tcp::socket late{gateway.io};
    late.connect(gateway.where, ec);
    BOOST_TEST((ec == asio::error::connection_refused));
}

BOOST_AUTO_TEST_CASE(a_request_that_outlasts_the_grace_is_answered_503) {
    Running gateway;
    std::string const target = "/organizations/" + gateway.first_id();
    gateway.emulator.set_faults("hang-before-effect@on=get_organization");
    tcp::socket socket = gateway.connect();
    http::write(socket, make_request(http::verb::get, target, {}, {}));
    BOOST_TEST(gateway.await([&] { return gateway.client->pool_gauges().busy == 1; }));
    auto stopped = gateway.stop(100ms);
    Response const response = Running::receive(socket);
    BOOST_TEST(response.result_int() == 503U);
    BOOST_TEST(response[http::field::retry_after] == "1");
    BOOST_REQUIRE((stopped.wait_for(5s) == std::future_status::ready));
}

}  // namespace gateway

BOOST_AUTO_TEST_SUITE_END()
