#include "api/organizations/id_lookup.hpp"

#include <algorithm>
#include <utility>

namespace clerk::organizations {

namespace {

// Ids have about 30 bytes. Much longer ones go in smaller batches, so that the request line stays below what servers
// take.
constexpr std::size_t max_batch_bytes = 4096;
// A service that ignores `organization_id` would otherwise be read to its end.
constexpr std::int64_t max_items_of_a_round = 3 * IdLookup::page_size;

}  // namespace

IdLookup::IdLookup(std::span<std::string const> ids) {
    ids_.reserve(ids.size());  // and never grows: places_ refers to it
    places_.reserve(ids.size());
    for (std::string const& id : ids) {
        if (places_.contains(id)) continue;
        std::string const& kept = ids_.emplace_back(id);
        places_.emplace(kept, ids_.size() - 1);
    }
    states_.resize(ids_.size(), State::unknown);
    organizations_.resize(ids_.size());
    begin_batch();
}

void IdLookup::begin_batch() {
    begin_ = end_;
    std::size_t bytes = 0;
    while (end_ < ids_.size() && end_ - begin_ < static_cast<std::size_t>(page_size)) {
        bytes += ids_[end_].size();
        if (bytes > max_batch_bytes && end_ > begin_) break;
        ++end_;
    }
    begin_round();
}

void IdLookup::begin_round() {
    asked_.clear();
    for (std::size_t place = begin_; place < end_; ++place) {
        if (states_[place] == State::unknown) asked_.push_back(ids_[place]);
    }
    received_ = 0;
    several_pages_ = progress_ = unreadable_ = false;
}

std::optional<ListOrganizationsRequest> IdLookup::next_request() const {
    if (asked_.empty()) return {};
    ListOrganizationsRequest request{};
    request.limit = page_size;
    if (received_ > 0) request.offset = received_;
    request.order_by = "+created_at";  // a page that follows by offset needs a steady order
    request.organization_id = asked_;
    return request;
}

bool IdLookup::accept(Organizations page) {
    auto const items = static_cast<std::int64_t>(page.data.size() + page.undecoded.size());
    for (Organization& organization : page.data) {
        auto const found = places_.find(organization.id);
        if (found == places_.end() || states_[found->second] != State::unknown) continue;
        states_[found->second] = State::found;
        organizations_[found->second] = std::move(organization);
        progress_ = true;
    }
    for (UndecodedItem const& item : page.undecoded) {
        auto const found = places_.find(item.id);
        if (item.id.empty()) unreadable_ = true;
        if (found == places_.end() || states_[found->second] != State::unknown) continue;
        states_[found->second] = State::undecoded;
        progress_ = true;
    }
    received_ += items;
    bool const more = items > 0 && received_ < page.total_count && !all_settled();
    if (!more) {
        end_round();
        return true;
    }
    several_pages_ = true;
    return received_ < max_items_of_a_round;
}

bool IdLookup::all_settled() const {
    return std::none_of(states_.begin() + static_cast<std::ptrdiff_t>(begin_),
                        states_.begin() + static_cast<std::ptrdiff_t>(end_),
                        [](State state) { return state == State::unknown; });
}

void IdLookup::end_round() {
    if (several_pages_ && progress_ && !all_settled()) return begin_round();
    for (std::size_t place = begin_; place < end_; ++place) {
        if (states_[place] == State::unknown) states_[place] = unreadable_ ? State::undecoded : State::missing;
    }
    begin_batch();
}

OrganizationsById IdLookup::take() {
    OrganizationsById result{};
    for (std::size_t place = 0; place < ids_.size(); ++place) {
        if (states_[place] == State::found) result.data.push_back(std::move(organizations_[place]));
        if (states_[place] == State::undecoded) result.undecoded.push_back(ids_[place]);
        if (states_[place] == State::missing) result.missing.push_back(ids_[place]);
    }
    return result;
}

}  // namespace clerk::organizations
