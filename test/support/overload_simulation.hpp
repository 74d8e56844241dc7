// Limiter, queues and pool under load, in virtual time: the state machines of a client, a driver without threads or
// sockets, and a service that needs time, refuses at random and enforces its limit.
#pragma once

#include "client/rate_limit/rate_limiter.hpp"
#include "transport/pool_core.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <ostream>
#include <queue>
#include <random>
#include <vector>

namespace clerk::test {

using base::TimePoint;
using Seconds = std::chrono::duration<double>;

inline std::chrono::nanoseconds nanoseconds_of(double seconds) {
    return std::chrono::nanoseconds{static_cast<std::int64_t>(seconds * 1e9)};
}

struct Load {
    double rate{100};      // calls in a second, at random times
    double duration{10};   // seconds during which calls come
    double deadline{1};    // seconds of each call
    double deadline_to{};  // when set: the deadline of each call is random between the two, on a logarithmic scale
    double endless{};      // share of calls without a deadline
    double cancelled{};    // share of calls that the caller cancels at a random time before the deadline
    // The service.
    double service{0.05};       // seconds, the mean
    double spread{};            // of the logarithm: 0 is constant, 1 has a heavy tail
    double refused{};           // share of answers that are a 429
    double refused_until{1e9};  // seconds
    double retry_after{1};      // seconds, in every 429
    // The client.
    std::size_t limit{};        // requests in any window; 0: none
    double window{1};           // seconds
    std::size_t connections{};  // 0: as many as there are calls
    double connect{0.005};      // seconds
    bool estimate{true};        // false: there is no estimate of the time of an exchange
};

inline std::ostream& operator<<(std::ostream& out, Load const& load) {
    return out << load.rate << " calls/s for " << load.duration << " s, deadline " << load.deadline << "…"
               << load.deadline_to << " s, without " << load.endless << ", cancelled " << load.cancelled << ", service "
               << load.service << " s spread " << load.spread << ", 429 " << load.refused << " until "
               << load.refused_until << ", limit " << load.limit << " in " << load.window << " s, " << load.connections
               << " connections";
}

class OverloadSimulation {
public:
    OverloadSimulation(Load const& load, unsigned seed)
        : load_{load},
          random_{seed},
          limiter_{{.requests = load.limit,
                    .writes_per_organization = 0,
                    .window = std::chrono::milliseconds{static_cast<std::int64_t>(load.window * 1000)},
                    .park = true}},
          pool_{pool_options(load)} {}

    void run() {
        TimePoint at = start;
        TimePoint const end = start + nanoseconds_of(load_.duration);
        while ((at += nanoseconds_of(exponential_(random_) / load_.rate)) < end) schedule(at, [this] { arrive(); });
        for (;;) {
            TimePoint const tick =
                std::min(limiter_.next_event(), waiting_in_pool_ != 0 ? pool_.next_event(now_) : never);
            TimePoint const event = events_.empty() ? never : events_.top().at;
            if (tick == never && event == never) break;
            now_ = std::max(now_, std::min(tick, event));
            if (tick < event) {
                this->tick();
            } else {
                auto const action = events_.top().action;
                events_.pop();
                action();
            }
        }
    }

    // Successes, also of the calls that began in a part of the time.
    [[nodiscard]] double succeeded(double from = 0, double to = 1e9) const {
        auto const within = [=](double at) { return at >= from && at < to; };
        return static_cast<double>(std::count_if(successes_.begin(), successes_.end(), within));
    }
    // The successes of an ideal client that knows all times in advance.
    [[nodiscard]] double possible() const {
        double const share = offered_ == 0 ? 0 : static_cast<double>(feasible_) / static_cast<double>(offered_);
        double const held = offered_ == 0 ? 0 : held_ / static_cast<double>(offered_);
        double most = static_cast<double>(feasible_);
        if (load_.limit != 0) {
            // The first window is used at once; each other one also needs the latency.
            double const windows = 1 + load_.duration / (load_.window + held);
            most = std::min(most, static_cast<double>(load_.limit) * (load_.spread > 0 ? share : 1) *
                                      std::min(windows, std::ceil(load_.duration / (load_.window + held))));
        }
        if (load_.connections != 0) {
            most = std::min(most, static_cast<double>(load_.connections) * load_.duration * share / held);
        }
        return most;
    }

    [[nodiscard]] std::size_t cut() const { return cut_; }
    [[nodiscard]] std::size_t unserved_without_deadline() const { return endless_ - endless_served_; }
    [[nodiscard]] bool endless_in_order() const { return endless_in_order_; }
    [[nodiscard]] std::size_t left_over() const { return limiter_.waiting() + waiting_in_pool_; }
    [[nodiscard]] bool service_limit_kept() const {
        if (load_.limit == 0) return true;
        auto counted = counted_;
        std::sort(counted.begin(), counted.end());
        for (std::size_t i = load_.limit; i < counted.size(); ++i) {
            if (counted[i] - counted[i - load_.limit] < nanoseconds_of(load_.window)) return false;
        }
        return true;
    }

private:
    static constexpr TimePoint start{std::chrono::hours{1}};
    static constexpr TimePoint never = TimePoint::max();

    struct Call {
        std::size_t number{};
        TimePoint deadline{never};
        std::chrono::nanoseconds service{};
        client::RateLimiter::Ticket ticket{};
        std::optional<transport::SlotId> slot{};
        TimePoint begun{};
        bool running{};
        bool over{};
    };
    struct LimiterWaiter : client::RateLimiter::Waiter {
        Call* call{};
    };
    struct PoolWaiter : transport::Waiter {
        Call* call{};
    };
    struct Event {
        TimePoint at{};
        std::uint64_t number{};
        std::function<void()> action{};
        bool operator>(Event const& other) const { return at != other.at ? at > other.at : number > other.number; }
    };

    static PoolOptions pool_options(Load const& load) {
        PoolOptions options{};
        options.max_connections = std::max<std::size_t>(1, load.connections);
        options.max_waiters = 1'000'000;
        options.idle_timeout = std::chrono::hours{1};
        options.max_age = {};
        return options;
    }

    void schedule(TimePoint at, std::function<void()> action) { events_.push({at, ++scheduled_, std::move(action)}); }
    double uniform() { return std::uniform_real_distribution<double>{0, 1}(random_); }
    double seconds(TimePoint at) const { return Seconds{at - start}.count(); }
    transport::ExchangeTime* time() { return load_.estimate ? &time_ : nullptr; }

    void arrive() {
        Call& call = calls_.emplace_back();
        call.number = calls_.size();
        double deadline = load_.deadline;
        if (load_.deadline_to > 0) deadline *= std::pow(load_.deadline_to / load_.deadline, uniform());
        double const service =
            load_.service * std::exp(load_.spread * normal_(random_) - load_.spread * load_.spread / 2);
        call.service = nanoseconds_of(service);
        bool const endless = uniform() < load_.endless;
        bool const cancelled = !endless && uniform() < load_.cancelled;
        ++offered_;
        held_ += endless ? service : std::min(service, deadline);
        if (endless) {
            ++endless_;
        } else {
            call.deadline = now_ + nanoseconds_of(deadline);
        }
        if (cancelled) {
            schedule(now_ + nanoseconds_of(deadline * uniform()), [this, &call] { cancel(call); });
        } else if (endless || service < deadline) {
            ++feasible_;
        }
        release_limiter();
        auto const verdict = limiter_.admit(endpoint, now_, {call.deadline, time()}, call.ticket);
        if (verdict == client::RateLimiter::Verdict::admitted) {
            get_connection(call);
        } else if (verdict == client::RateLimiter::Verdict::wait) {
            auto& waiter = limiter_waiters_.emplace_back();
            waiter.call = &call;
            waiter.deadline = call.deadline;
            waiter.time = time();
            limiter_.enqueue(waiter, endpoint, now_);
        } else {
            call.over = true;
        }
    }

    void get_connection(Call& call) {
        if (load_.connections == 0) return begin(call);
        transport::LeaseRequest const request{.now = now_, .deadline = call.deadline, .time = time()};
        if (auto const grant = pool_.take_idle(request)) return use(call, *grant);
        auto& waiter = pool_waiters_.emplace_back();
        waiter.call = &call;
        if (pool_.enqueue(waiter, request) != transport::Grant::Kind::wait) return give_up(call);
        ++waiting_in_pool_;
        connect();
    }

    void connect() {
        while (auto const next = pool_.next_connect(now_)) {
            schedule(now_ + nanoseconds_of(load_.connect), [this, slot = next->slot] {
                transport::PoolCore::Left left;
                (void)pool_.connected(slot, now_, false, left);
                serve(left);
                connect();
            });
        }
        while (pool_.next_retired()) {
        }
    }

    void use(Call& call, transport::Grant const& grant) {
        call.slot = grant.slot;
        begin(call);
    }

    void begin(Call& call) {
        call.running = true;
        call.begun = now_;
        bool const refused = seconds(now_) < load_.refused_until && uniform() < load_.refused;
        auto const takes = refused ? std::min(call.service, nanoseconds_of(0.002)) : call.service;
        if (now_ + takes < call.deadline) {
            schedule(now_ + takes, [this, &call, refused] { end(call, refused); });
        } else {
            schedule(call.deadline, [this, &call] { cut(call); });
        }
    }

    void end(Call& call, bool refused) {
        if (call.over) return;
        call.over = true;
        if (refused) {
            client::RateLimiter::Left left;
            limiter_.park(endpoint, std::chrono::milliseconds{static_cast<std::int64_t>(load_.retry_after * 1000)},
                          now_, left);
            drop(left);
        } else {
            successes_.push_back(seconds(now_));
            if (call.deadline == never) {
                ++endless_served_;
            }
        }
        finish(call);
        release_limiter();
        auto const ended = refused ? transport::PoolCore::Ended::otherwise : transport::PoolCore::Ended::answered;
        give_back(call, true, ended);
    }

    void cut(Call& call) {
        if (call.over) return;
        call.over = true;
        ++cut_;
        pool_.expire(now_, [](transport::SlotId) {});
        finish(call);
        release_limiter();
        give_back(call, false, transport::PoolCore::Ended::otherwise);
    }

    void cancel(Call& call) {
        if (call.over) return;
        call.over = true;
        for (auto& waiter : limiter_waiters_) {
            if (waiter.call == &call && limiter_.leave(waiter, now_)) return;
        }
        for (auto& waiter : pool_waiters_) {
            if (waiter.call != &call || !pool_.leave(waiter)) continue;
            --waiting_in_pool_;
            return give_up(call);
        }
        finish(call);
        release_limiter();
        if (call.running) give_back(call, false, transport::PoolCore::Ended::otherwise);
    }

    // The service counted it at some time between its start and its end.
    void finish(Call const& call) {
        limiter_.finish(call.ticket, now_);
        if (call.running)
            counted_.push_back(call.begun + nanoseconds_of(Seconds{now_ - call.begun}.count() * uniform()));
    }

    // Ends a call that has a permit but no connection.
    void give_up(Call& call) {
        call.over = true;
        limiter_.withdraw(call.ticket, now_);
        release_limiter();
    }

    void give_back(Call& call, bool reusable, transport::PoolCore::Ended ended) {
        if (!call.slot) {
            if (ended == transport::PoolCore::Ended::answered) time_.answered(now_ - call.begun, now_);
            if (now_ >= call.deadline) time_.cut_off(now_ - call.begun, now_);
            return;
        }
        transport::PoolCore::Left left;
        (void)pool_.release(*call.slot, now_, reusable ? transport::Fate::reusable : transport::Fate::spent, ended,
                            left);
        serve(left);
        connect();
    }

    void serve(transport::PoolCore::Left& left) {
        while (!left.empty()) {
            auto& waiter = static_cast<PoolWaiter&>(left.front());
            left.pop_front();
            --waiting_in_pool_;
            bool const granted = waiter.grant.kind == transport::Grant::Kind::connection;
            if (granted) check_order(*waiter.call, last_granted_);
            granted ? use(*waiter.call, waiter.grant) : give_up(*waiter.call);
        }
    }

    // A call without a deadline is not overtaken by a later one.
    void check_order(Call const& call, std::size_t& last) {
        if (call.deadline != never) return;
        endless_in_order_ = endless_in_order_ && call.number > last;
        last = call.number;
    }

    void drop(client::RateLimiter::Left& left) {
        while (!left.empty()) {
            static_cast<LimiterWaiter&>(left.front()).call->over = true;
            left.pop_front();
        }
    }

    // Admitted calls continue in this order, also when one of them returns its place at once.
    void release_limiter() {
        limiter_.release(now_, admitted_);
        if (is_releasing_) return;
        is_releasing_ = true;
        while (!admitted_.empty()) {
            auto& waiter = static_cast<LimiterWaiter&>(admitted_.front());
            admitted_.pop_front();
            if (waiter.verdict != client::RateLimiter::Verdict::admitted) {
                waiter.call->over = true;
                continue;
            }
            check_order(*waiter.call, last_admitted_);
            waiter.call->ticket = waiter.ticket;
            get_connection(*waiter.call);
        }
        is_releasing_ = false;
    }

    void tick() {
        release_limiter();
        transport::PoolCore::Left left;
        pool_.expel(now_, left);
        serve(left);
    }

    static constexpr client::Endpoint endpoint{"list_organizations"};

    Load load_;
    std::mt19937 random_;
    std::exponential_distribution<double> exponential_{1};
    std::normal_distribution<double> normal_{0, 1};
    TimePoint now_{start};
    std::priority_queue<Event, std::vector<Event>, std::greater<>> events_{};
    std::uint64_t scheduled_{};
    // The order matters: waiters and calls outlive the containers that link them.
    std::deque<Call> calls_{};
    std::deque<LimiterWaiter> limiter_waiters_{};
    std::deque<PoolWaiter> pool_waiters_{};
    transport::ExchangeTime time_{};
    client::RateLimiter limiter_;
    transport::PoolCore pool_;
    std::size_t waiting_in_pool_{};
    std::vector<double> successes_{};
    std::vector<TimePoint> counted_{};
    double held_{};
    std::size_t offered_{}, feasible_{}, cut_{}, endless_{}, endless_served_{}, last_admitted_{}, last_granted_{};
    bool endless_in_order_{true};
    client::RateLimiter::Left admitted_{};
    bool is_releasing_{};
};

}  // namespace clerk::test
