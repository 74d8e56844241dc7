// The routes, and a cache of answers.
#pragma once
#include <atomic>
#include <boost/url/url_view.hpp>
#include <unordered_map>
#include "http_server.hpp"
#include "metrics.hpp"

namespace gateway {
// Keeps up to 10,000 answers for `ttl` each. Thread-safe.
class Cache {
public:
    explicit Cache(milliseconds ttl) : ttl_{ttl} {}
    // When nothing is found, pass `version` to put().
    std::optional<std::string> find(std::string const& key, std::size_t& version) {
        std::lock_guard const lock{mutex_};
        version = version_;
        auto const found = entries_.find(key);
        if (found == entries_.end() || found->second.until <= Clock::now()) return {};
        ++hits;
        return found->second.body;
    }
    // Stores nothing when forget() was called after find(), because the answer may be older than that change.
    void put(std::string const& key, std::string const& id, std::string const& body, std::size_t version) {
        std::lock_guard const lock{mutex_};
        auto const now = Clock::now();
        if (entries_.size() >= 10'000) std::erase_if(entries_, [now](auto const& e) { return e.second.until <= now; });
        if (entries_.size() < 10'000 && version == version_) entries_[key] = Entry{id, body, now + ttl_};
    }
    // Removes an organization, stored under its id or its slug.
    void forget(std::string const& id) {
        std::lock_guard const lock{mutex_};
        ++version_;
        std::erase_if(entries_, [&id](auto const& entry) { return entry.second.id == id; });
    }
    std::atomic<std::size_t> hits{};

private:
    using Clock = std::chrono::steady_clock;
    struct Entry {
        std::string id{}, body{};
        Clock::time_point until{};
    };
    milliseconds ttl_;
    std::mutex mutex_{};
    std::unordered_map<std::string, Entry> entries_{};
    std::size_t version_{};
};

class Gateway {
public:
    // `limit`: the longest time of a request; the client's own timeout.
    // `webhook_secret`: verifies the events of the service; empty: events are not accepted.
    Gateway(clerk::Client& client, Metrics const& metrics, milliseconds cache_ttl, milliseconds limit,
            clerk::Secret webhook_secret)
        : client_{client},
          api_{client},
          metrics_{metrics},
          cache_{cache_ttl},
          limit_{limit},
          webhook_secret_{std::move(webhook_secret)} {}
    asio::awaitable<Response> answer(Request const& request);

private:
    Response receive(Request const& request);
    asio::awaitable<Response> get(std::string id, clerk::CallOptions options);
    asio::awaitable<Response> list(boost::urls::url_view url, clerk::CallOptions options);
    asio::awaitable<Response> update(std::string id, std::string body, clerk::CallOptions options);

    clerk::Client& client_;
    clerk::OrganizationsApi api_;
    Metrics const& metrics_;
    Cache cache_;
    milliseconds limit_;
    clerk::Secret webhook_secret_;
};
}  // namespace gateway
