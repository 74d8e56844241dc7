// The events that an observer gets of calls over TLS.
#include "support/emulator_client.hpp"

#include "support/printing.hpp"

#include <clerk.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <string>
#include <vector>

namespace clerk {
BOOST_AUTO_TEST_SUITE(observer)

namespace {

using namespace std::chrono_literals;

class Recorder final : public Observer {
public:
    struct Call {
        std::string operation{};
        std::string trace_id{};
        std::string line{};
        CallRecord record{};  // without its views
        std::vector<AttemptRecord> attempts{};
    };

    void on_call(CallRecord const& call) noexcept override {
        std::lock_guard const lock{mutex_};
        Call kept{std::string{call.operation},
                  std::string{call.trace_id},
                  to_string(call),
                  call,
                  {call.attempts.begin(), call.attempts.end()}};
        kept.record.operation = {};
        kept.record.attempts = {};
        kept.record.trace_id = {};
        calls_.push_back(std::move(kept));
    }
    [[nodiscard]] std::vector<Call> const& calls() const noexcept { return calls_; }

private:
    std::mutex mutex_{};
    std::vector<Call> calls_{};
};

struct Fixture {
    explicit Fixture(testing::EmulatorOptions options = {})
        : emulator{std::move(options), [this](Config& config) {
                       config.observer = recorder;
                       config.pool.max_connections = 1;
                   }} {}

    std::shared_ptr<Recorder> recorder{std::make_shared<Recorder>()};
    test::EmulatorClient emulator;
};

testing::EmulatorOptions slow() {
    testing::EmulatorOptions options{};
    options.organizations = 500;
    options.latency = 20ms;
    return options;
}

BOOST_AUTO_TEST_CASE(the_phases_of_a_call_are_measured) {
    Fixture f{slow()};
    ListOrganizationsRequest page{};
    page.limit = 500;
    for (int i = 0; i < 2; ++i) BOOST_REQUIRE(f.emulator.run(f.emulator.api->list_organizations(page)));
    BOOST_REQUIRE_EQUAL(f.recorder->calls().size(), 2U);

    auto const& first = f.recorder->calls()[0];
    BOOST_TEST(first.operation == "list_organizations");
    BOOST_TEST(first.record.status == 200);
    BOOST_TEST(!first.record.code);
    BOOST_TEST(first.record.elapsed >= 20ms);
    BOOST_TEST(!first.trace_id.empty());
    BOOST_REQUIRE_EQUAL(first.attempts.size(), 1U);
    AttemptRecord const& fresh = first.attempts[0];
    BOOST_TEST(!fresh.reused);
    BOOST_TEST(fresh.connect > 0ns);
    BOOST_TEST(fresh.tls > 0ns);
    BOOST_TEST(fresh.limiter_wait == 0ns);
    BOOST_TEST(fresh.time_to_first_byte >= 20ms);
    BOOST_TEST(fresh.transfer > 0ns);
    BOOST_TEST(fresh.decode > 0ns);
    BOOST_TEST((fresh.decode <= fresh.transfer));
    BOOST_TEST((fresh.connect + fresh.tls + fresh.time_to_first_byte + fresh.transfer <= first.record.elapsed));
    BOOST_TEST((fresh.pool_wait + fresh.connect + fresh.tls <= first.record.elapsed));
    BOOST_TEST(fresh.bytes_sent > 100U);
    BOOST_TEST(fresh.bytes_sent < 1000U);
    BOOST_TEST(fresh.bytes_received > 200'000U);
    BOOST_TEST(fresh.status == 200);

    AttemptRecord const& again = f.recorder->calls()[1].attempts.at(0);
    BOOST_TEST(again.reused);
    BOOST_TEST(again.connect == 0ns);
    BOOST_TEST(again.tls == 0ns);
}

BOOST_AUTO_TEST_CASE(the_wait_for_a_connection_is_told_from_the_rest) {
    Fixture f{slow()};
    int done = 0;
    for (int i = 0; i < 2; ++i) {
        boost::asio::co_spawn(f.emulator.io, f.emulator.api->list_organizations(),
                              [&](std::exception_ptr, Result<Organizations> r) { done += r ? 1 : 0; });
    }
    f.emulator.io.run();
    BOOST_TEST(done == 2);
    BOOST_TEST(f.recorder->calls().at(1).attempts.at(0).pool_wait >= 20ms);
}

BOOST_AUTO_TEST_CASE(errors_and_refusals_are_reported_too) {
    Fixture f{};
    BOOST_REQUIRE(!f.emulator.run(f.emulator.api->get_organization("org_none")));
    auto const& call = f.recorder->calls().at(0);
    BOOST_TEST((call.record.code == boost::system::error_code{404, http_status_category()}));
    BOOST_TEST(call.record.status == 404);
    BOOST_TEST(call.record.stop_reason == StopReason::not_retryable);
    BOOST_TEST(call.attempts.at(0).status == 404);
    BOOST_TEST(!call.attempts.at(0).code);
    // A refused argument makes no request and no record.
    BOOST_REQUIRE(!f.emulator.run(f.emulator.api->get_organization("..")));
    BOOST_TEST(f.recorder->calls().size() == 1U);
}

BOOST_AUTO_TEST_CASE(no_record_holds_a_secret_or_an_id) {
    testing::EmulatorOptions options{};
    options.secret_key = "sk_test_do_not_tell_anybody";
    Fixture f{options};
    CreateOrganizationRequest request{};
    request.name = "Confidential Ltd";
    request.private_metadata = Metadata::parse(R"({"crm":"hush"})").value();
    auto const created = f.emulator.run(f.emulator.api->create_organization(request));
    BOOST_REQUIRE(created);
    BOOST_REQUIRE(f.emulator.run(f.emulator.api->delete_organization(created->id)));
    for (auto const& call : f.recorder->calls()) {
        for (std::string const& secret :
             {std::string{"do_not_tell"}, std::string{"hush"}, std::string{"Confidential"}, created->id}) {
            BOOST_TEST(call.line.find(secret) == std::string::npos);
        }
    }
    BOOST_TEST(f.recorder->calls().size() == 2U);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
