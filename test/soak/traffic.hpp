// The calls of one round: many workers that create, read, change and delete their own organizations at random, with
// cancellations and deadlines at random times.
#pragma once

#include "soak/findings.hpp"
#include "soak/ledger.hpp"

#include <clerk/client.hpp>
#include <clerk/organizations_api.hpp>

#include <boost/asio/io_context.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace clerk::soak {

// How calls ended.
struct Tally {
    std::atomic<std::uint64_t> started{};
    std::atomic<std::uint64_t> succeeded{};
    std::atomic<std::uint64_t> refused{};  // an HTTP error status
    std::atomic<std::uint64_t> broken{};   // connections, garbage
    std::atomic<std::uint64_t> timed_out{};
    std::atomic<std::uint64_t> cancelled{};
    std::atomic<std::uint64_t> shut_down{};  // ended because the client was closed
    std::atomic<std::uint64_t> held_back{};  // too many calls waiting, or the rate limiter
    std::atomic<std::uint64_t> unknown{};    // failed, but may have taken effect

    [[nodiscard]] std::uint64_t completed() const noexcept {
        return succeeded + refused + broken + timed_out + cancelled + shut_down + held_back;
    }
};

// The client that workers use; it may be closed or destroyed meanwhile.
class Target {
public:
    Target(boost::asio::any_io_executor const& executor, Config const& config) : client_{Client{executor, config}} {}

    // Empty when the client was destroyed. The handle is for one call: only the call itself keeps the client's core
    // alive.
    [[nodiscard]] std::optional<OrganizationsApi> api() const {
        std::scoped_lock const lock{mutex_};
        return client_ ? std::optional{OrganizationsApi{*client_}} : std::nullopt;
    }
    // From here on calls may end with errc::client_closed.
    [[nodiscard]] boost::asio::awaitable<void> close(std::chrono::milliseconds grace) {
        std::scoped_lock const lock{mutex_};
        closing_ = true;
        return client_->close(grace);
    }
    void destroy() {
        std::scoped_lock const lock{mutex_};
        client_.reset();
    }
    [[nodiscard]] bool closing() const noexcept { return closing_; }
    // Null when the client was destroyed. Must not be used while other threads may destroy it.
    [[nodiscard]] Client const* client() const noexcept { return client_ ? &*client_ : nullptr; }

private:
    mutable std::mutex mutex_{};
    std::optional<Client> client_{};
    std::atomic<bool> closing_{};
};

struct TrafficOptions {
    std::uint64_t seed{};
    std::size_t workers{256};
    std::string prefix{};                // of all names
    std::size_t max_waiters{};           // of the pool
    std::vector<Organization> others{};  // never changed by the traffic
};

class Traffic {
public:
    // Starts nothing yet. Everything passed by reference outlives it.
    Traffic(TrafficOptions options, Target& target, Tally& tally, Findings& findings);
    ~Traffic();
    Traffic(Traffic const&) = delete;
    Traffic& operator=(Traffic const&) = delete;

    void start(boost::asio::io_context& io);
    // Workers end after their current call.
    void stop() noexcept { stopping_ = true; }
    [[nodiscard]] std::size_t ended() const noexcept { return ended_; }
    // Everything that was created. Call it only while no worker runs.
    [[nodiscard]] std::vector<Entry> entries() const;

    // The calls in progress, for a report about workers that hang.
    [[nodiscard]] std::string present_calls() const;
    // Releases the workers; those that have not ended are destroyed with the context. Call it before the context is
    // destroyed.
    void release();

private:
    class Worker;

    TrafficOptions options_;
    Target& target_;
    Tally& tally_;
    Findings& findings_;
    std::atomic<bool> stopping_{};
    std::atomic<std::size_t> ended_{};
    std::vector<std::shared_ptr<Worker>> workers_{};
};

}  // namespace clerk::soak
