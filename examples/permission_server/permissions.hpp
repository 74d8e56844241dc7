// Answers whether a user may do something in an organization.
#pragma once
#include <algorithm>
#include <chrono>
#include <clerk.hpp>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

// Caches the permissions of members for a short time. With the client's single flight, simultaneous questions about a
// member share one request. Thread-safe.
class Permissions {
public:
    // `keep`: how long an answer is cached, and so how late a changed role is noticed.
    Permissions(clerk::Client const& client, std::chrono::milliseconds keep) : memberships_{client}, keep_{keep} {}

    // A user who is not a member has no permissions. After an error the answer is unknown, which is not "no".
    clerk::awaitable<clerk::Result<bool>> may(std::string organization, std::string user, std::string permission,
                                              clerk::CallOptions options = {}) {
        std::string const key = organization + '/' + user;
        if (auto const known = find(key)) co_return contains(*known, permission);
        auto const membership = co_await memberships_.get_organization_membership(organization, user, options);
        if (!membership && !(membership.error() == clerk::condition::not_found)) co_return membership.error();
        List const permissions = membership ? membership->permissions : List{};
        put(key, permissions);
        co_return contains(permissions, permission);
    }

private:
    using Clock = std::chrono::steady_clock;
    using List = std::vector<std::string>;
    struct Entry {
        List permissions{};
        Clock::time_point until{};
    };
    static bool contains(List const& list, std::string const& permission) {
        return std::find(list.begin(), list.end(), permission) != list.end();
    }
    std::optional<List> find(std::string const& key) {
        std::lock_guard const lock{mutex_};
        auto const found = entries_.find(key);
        if (found == entries_.end() || found->second.until <= Clock::now()) return {};
        return found->second.permissions;
    }
    void put(std::string const& key, List permissions) {
        std::lock_guard const lock{mutex_};
        auto const now = Clock::now();
        if (entries_.size() >= most)
            std::erase_if(entries_, [now](auto const& each) { return each.second.until <= now; });
        if (entries_.size() < most) entries_[key] = Entry{std::move(permissions), now + keep_};
    }
    static constexpr std::size_t most = 100'000;

    clerk::OrganizationMembershipsApi memberships_;
    std::chrono::milliseconds keep_;
    std::mutex mutex_{};
    std::unordered_map<std::string, Entry> entries_{};
};
