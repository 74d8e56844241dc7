// A list of organizations that changes while it is walked, as a service that keeps the order of created_at shows it.
#pragma once

#include "api/pagination/keyset_cursor.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace clerk::api::test {

struct ModelItem {
    std::int64_t key{};
    std::int64_t number{};

    friend auto operator<=>(ModelItem const&, ModelItem const&) = default;
};

// The answer to one request.
struct Snapshot {
    std::vector<ModelItem> items{};
    std::int64_t total{};
};

class ListModel {
public:
    // With `ties_wander` items with one key come in another order each time, and only `largest_group` may share one.
    ListModel(std::mt19937& random, bool ties_wander, std::int64_t largest_group)
        : random_{random}, ties_wander_{ties_wander}, largest_group_{largest_group} {}

    [[nodiscard]] std::vector<ModelItem> const& items() const noexcept { return items_; }
    [[nodiscard]] bool empty() const noexcept { return items_.empty(); }
    [[nodiscard]] ModelItem const& any() { return items_[below(items_.size())]; }

    // False when too many have had this key.
    bool insert(std::int64_t key) {
        if (ties_wander_ && ++used_[key] > largest_group_) return false;
        ModelItem const item{key, next_number_++};
        // Ids do not grow with time, so a new item may come before others with the same created_at.
        ModelItem const scattered{key, item.number * 7919 % 10007 * 100'000 + item.number};
        items_.insert(std::lower_bound(items_.begin(), items_.end(), scattered), scattered);
        return true;
    }
    void erase(std::int64_t number) {
        std::erase_if(items_, [number](ModelItem const& item) { return item.number == number; });
        erased_.insert(number);
    }
    // One that was erased comes back: it matches again.
    void restore(ModelItem const& item) { items_.insert(std::lower_bound(items_.begin(), items_.end(), item), item); }
    void erase_run(std::size_t from, std::size_t count) {
        for (std::size_t i = 0; i != count && from < items_.size(); ++i) erase(items_[from].number);
    }
    [[nodiscard]] bool was_erased(std::int64_t number) const { return erased_.contains(number); }

    [[nodiscard]] Snapshot look(PageRequest const& request) {
        std::vector<ModelItem> seen = items_;
        if (ties_wander_) {
            for (auto group = seen.begin(); group != seen.end();) {
                auto const end =
                    std::find_if(group, seen.end(), [&](ModelItem const& i) { return i.key != group->key; });
                std::shuffle(group, end, random_);
                group = end;
            }
        }
        auto const size = static_cast<std::int64_t>(seen.size());
        auto const begin = seen.begin() + static_cast<std::ptrdiff_t>(std::min(request.offset, size));
        auto const count = std::min<std::int64_t>(request.limit, seen.end() - begin);
        return {{begin, begin + static_cast<std::ptrdiff_t>(count)}, size};
    }

private:
    [[nodiscard]] std::size_t below(std::size_t bound) {
        return std::uniform_int_distribution<std::size_t>{0, bound - 1}(random_);
    }

    std::mt19937& random_;
    bool ties_wander_;
    std::int64_t largest_group_;
    std::vector<ModelItem> items_{};
    std::map<std::int64_t, std::int64_t> used_{};
    std::set<std::int64_t> erased_{};
    std::int64_t next_number_{1};
};

// A snapshot in the form that the cursor takes; owns the ids.
class ListedSnapshot {
public:
    explicit ListedSnapshot(Snapshot const& snapshot) : total_{snapshot.total} {
        for (ModelItem const& item : snapshot.items) ids_.push_back("org_" + std::to_string(item.number));
        for (std::size_t i = 0; i != ids_.size(); ++i) items_.push_back({ids_[i], snapshot.items[i].key, true});
    }
    ListedSnapshot(ListedSnapshot const&) = delete;
    ListedSnapshot& operator=(ListedSnapshot const&) = delete;

    [[nodiscard]] ListedPage page() const noexcept { return {items_, total_}; }

private:
    std::vector<std::string> ids_{};
    std::vector<ListedItem> items_{};
    std::int64_t total_{};
};

}  // namespace clerk::api::test
