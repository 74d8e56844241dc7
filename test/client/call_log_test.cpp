#include "client/call_log.hpp"

#include "base/clock.hpp"
#include "http/capped_text.hpp"
#include "support/manual_time.hpp"
#include "support/printing.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <memory>
#include <string_view>
#include <vector>

namespace clerk::client {
BOOST_AUTO_TEST_SUITE(call_log)

namespace {

using namespace std::chrono_literals;

struct Recorder final : Observer {
    void on_call(CallRecord const& call) noexcept override {
        attempts.assign(call.attempts.begin(), call.attempts.end());
    }
    std::vector<AttemptRecord> attempts{};
};

// A sink that takes 5 ms for everything.
class SlowSink final : public http::BodySink {
public:
    void reset() override {}
    bool write(std::string_view) override { return pass(); }
    bool finish() override { return pass(); }
    [[nodiscard]] http::BodyFailure const& failure() const noexcept override { return none_; }

private:
    static bool pass() {
        base::Clock::stop_at(base::Clock::now() + 5ms);
        return true;
    }
    http::BodyFailure none_{};
};

BOOST_AUTO_TEST_CASE(an_answer_that_did_not_come_has_no_times) {
    auto const recorder = std::make_shared<Recorder>();
    CallLog log{recorder, CallInfo{}};
    (void)log.begin_attempt(1, "");
    transport::ExchangeTiming timing{};
    timing.begun = base::Clock::now();
    timing.ended = timing.begun + 30ms;
    timing.bytes_sent = 100;
    log.exchanged(timing, 5ms, true);
    log.finish({}, nullptr);
    BOOST_REQUIRE_EQUAL(recorder->attempts.size(), 1U);
    AttemptRecord const& record = recorder->attempts[0];
    BOOST_TEST(record.bytes_sent == 100U);
    BOOST_TEST(record.reused);
    BOOST_TEST(record.time_to_first_byte == 0ns);
    BOOST_TEST(record.transfer == 0ns);
    BOOST_TEST(record.decode == 0ns);
}

BOOST_AUTO_TEST_CASE(the_time_of_a_sink_begins_anew_with_each_body) {
    test::ManualTime const time{};
    SlowSink slow;
    TimedSink timed{slow};
    for (int body = 0; body < 2; ++body) {
        timed.reset();
        BOOST_TEST(timed.write("a"));
        BOOST_TEST(timed.write("b"));
        BOOST_TEST(timed.finish());
        BOOST_TEST(timed.elapsed() == 15ms);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::client
