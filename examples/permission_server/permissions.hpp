// May this user do that in this organization?
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

// What members may do, kept for a short time. The client's single flight makes one request of all questions about a
// member that are asked at the same time. Thread-safe.
class Permissions {
public:
    // `keep`: how late a change of a role may be seen.
    Permissions(clerk::Client const& client, std::chrono::milliseconds keep) : memberships_{client}, keep_{keep} {}

    // Who is no member may do nothing. An error is not a "no": the answer is not known.
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
