// Looks up items by their keys: what is known of each, and which request comes next. Pure.
#pragma once

#include <clerk/page.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace clerk::api {

// Specialised for each T that is looked up:
//   static std::string_view of(T const&);               empty when unknown
//   static std::string_view of(UndecodedItem const&);   empty when unknown
template <class T>
struct LookupKey;

struct LookupRequest {
    std::vector<std::string> keys{};
    std::int64_t limit{};
    std::optional<std::int64_t> offset{};  // with an offset, the order of the list must be stable
};

// Goes through the keys in batches, and through each batch in rounds. A round requests the keys of the batch that are
// not known yet, page after page by offset up to the total. When a round has one page, an item that is not on it does
// not exist. When it has several, a deletion between two pages may have hidden items, so the keys that were not found
// are requested again.
template <class T>
class IdLookup {
public:
    static constexpr std::int64_t page_size = 100;  // as many keys as the service accepts

    // Of a key that occurs twice, the first counts.
    explicit IdLookup(std::span<std::string const> keys) {
        keys_.reserve(keys.size());  // never reallocated: places_ has views of it
        places_.reserve(keys.size());
        for (std::string const& key : keys) {
            if (places_.contains(key)) continue;
            std::string const& kept = keys_.emplace_back(key);
            places_.emplace(kept, keys_.size() - 1);
        }
        states_.resize(keys_.size(), State::unknown);
        items_.resize(keys_.size());
        begin_batch();
    }
    IdLookup(IdLookup&&) = default;
    IdLookup& operator=(IdLookup&&) = default;
    IdLookup(IdLookup const&) = delete;
    IdLookup& operator=(IdLookup const&) = delete;
    ~IdLookup() = default;

    // Empty when no request is left.
    [[nodiscard]] std::optional<LookupRequest> next_request() const {
        if (asked_.empty()) return {};
        LookupRequest request{};
        request.keys = asked_;
        request.limit = page_size;
        if (received_ > 0) request.offset = received_;
        return request;
    }

    // Takes the answer to next_request(). False when the answers hold too many items that were not requested.
    [[nodiscard]] bool accept(Page<T> page) {
        auto const count = static_cast<std::int64_t>(page.data.size() + page.undecoded.size());
        for (T& item : page.data) {
            std::string_view const key = LookupKey<T>::of(item);
            if (key.empty()) unreadable_ = true;
            std::size_t const place = settle(key, State::found);
            if (place != nowhere) items_[place] = std::move(item);
        }
        for (UndecodedItem const& item : page.undecoded) {
            std::string_view const key = LookupKey<T>::of(item);
            if (key.empty()) unreadable_ = true;
            settle(key, State::undecoded);
        }
        received_ += count;
        bool const more = count > 0 && received_ < page.total_count && !all_settled();
        if (!more) {
            end_round();
            return true;
        }
        several_pages_ = true;
        return received_ < max_items_of_a_round;
    }

    // What was found. Call it once, at the end.
    [[nodiscard]] ItemsById<T> take() {
        ItemsById<T> result{};
        for (std::size_t place = 0; place < keys_.size(); ++place) {
            if (states_[place] == State::found) result.data.push_back(std::move(items_[place]));
            if (states_[place] == State::undecoded) result.undecoded.push_back(keys_[place]);
            if (states_[place] == State::missing) result.missing.push_back(keys_[place]);
        }
        return result;
    }

private:
    enum class State : std::uint8_t { unknown, found, undecoded, missing };

    // Keys have about 30 bytes. Much longer ones go in smaller batches, so that servers accept the request line.
    static constexpr std::size_t max_batch_bytes = 4096;
    // Otherwise all items would be read from a service that ignores the keys.
    static constexpr std::int64_t max_items_of_a_round = 3 * page_size;
    static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

    // Records the state of a key that was unknown. Returns its place, or `nowhere`.
    std::size_t settle(std::string_view key, State state) {
        auto const found = places_.find(key);
        if (found == places_.end() || states_[found->second] != State::unknown) return nowhere;
        states_[found->second] = state;
        progress_ = true;
        return found->second;
    }

    void begin_batch() {
        begin_ = end_;
        std::size_t bytes = 0;
        while (end_ < keys_.size() && end_ - begin_ < static_cast<std::size_t>(page_size)) {
            bytes += keys_[end_].size();
            if (bytes > max_batch_bytes && end_ > begin_) break;
            ++end_;
        }
        begin_round();
    }

    void begin_round() {
        asked_.clear();
        for (std::size_t place = begin_; place < end_; ++place) {
            if (states_[place] == State::unknown) asked_.push_back(keys_[place]);
        }
        received_ = 0;
        several_pages_ = progress_ = unreadable_ = false;
    }

    void end_round() {
        if (several_pages_ && progress_ && !all_settled()) return begin_round();
        for (std::size_t place = begin_; place < end_; ++place) {
            if (states_[place] == State::unknown) states_[place] = unreadable_ ? State::undecoded : State::missing;
        }
        begin_batch();
    }

    [[nodiscard]] bool all_settled() const {
        auto const states = std::span{states_}.subspan(begin_, end_ - begin_);
        return std::find(states.begin(), states.end(), State::unknown) == states.end();
    }

    std::vector<std::string> keys_{};
    std::unordered_map<std::string_view, std::size_t> places_{};  // views of keys_
    std::vector<State> states_{};                                 // by place
    std::vector<T> items_{};                                      // by place
    std::size_t begin_{};                                         // the batch
    std::size_t end_{};
    std::vector<std::string> asked_{};  // keys of this round
    std::int64_t received_{};           // in this round, which is also its offset
    bool several_pages_{};
    bool progress_{};    // the round has found something
    bool unreadable_{};  // an item without a readable key: it may belong to any key that is still unknown
};

}  // namespace clerk::api
