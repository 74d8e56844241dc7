#include "testing/service/organization_memberships/membership_store.hpp"

#include "testing/service/random_ids.hpp"

#include <algorithm>
#include <utility>

namespace clerk::testing {
namespace {

constexpr std::uint64_t membership_ids = 1ULL << 60U;

}  // namespace

std::string Membership::id() const { return random_id("orgmem_", membership_ids + number); }

MembershipStore::MembershipStore(RoleStore const& roles)
    : roles_(roles), by_created_at_([this](std::uint32_t left, std::uint32_t right) {
          Milliseconds const first = numbered(left).created_at;
          Milliseconds const second = numbered(right).created_at;
          return first != second ? first < second : left < right;
      }) {}

std::span<Membership const> MembershipStore::of(Slot organization) const noexcept {
    if (organization >= members_.size()) return {};
    return members_[organization];
}

Membership const* MembershipStore::find(Slot organization, NameIndex user) const noexcept {
    for (Membership const& each : of(organization)) {
        if (each.user == user) return &each;
    }
    return nullptr;
}

std::size_t MembershipStore::count_elevated(Slot organization) const {
    auto const all = of(organization);
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [this](Membership const& each) { return roles_.is_elevated(each.role); }));
}

bool MembershipStore::has_elevated_member(Slot organization) const { return count_elevated(organization) != 0; }

bool MembershipStore::is_last_elevated(Slot organization, Membership const& membership) const {
    return roles_.is_elevated(membership.role) && count_elevated(organization) == 1;
}

Membership const& MembershipStore::numbered(std::uint32_t number) const noexcept {
    auto const all = of(organization_of_[number]);
    return *std::lower_bound(all.begin(), all.end(), number,
                             [](Membership const& each, std::uint32_t wanted) { return each.number < wanted; });
}

void MembershipStore::prepare() {
    if (is_prepared()) return;
    organization_of_.resize(made_);
    std::vector<std::pair<Milliseconds, std::uint32_t>> keys{};
    keys.reserve(size_);
    for (Slot organization = 0; organization != members_.size(); ++organization) {
        for (Membership const& each : members_[organization]) {
            organization_of_[each.number] = organization;
            keys.emplace_back(each.created_at, static_cast<std::uint32_t>(each.number));
        }
    }
    std::sort(keys.begin(), keys.end());  // faster than with the comparison of the index, which looks memberships up
    std::vector<std::uint32_t> numbers(keys.size());
    std::transform(keys.begin(), keys.end(), numbers.begin(), [](auto const& key) { return key.second; });
    by_created_at_.build(std::move(numbers));
}

void MembershipStore::reserve(Slot organization, std::size_t count) {
    if (organization >= members_.size()) members_.resize(organization + 1);
    members_[organization].reserve(count);
}

Membership& MembershipStore::add(Slot organization, NameIndex user, RoleIndex role, Milliseconds now) {
    if (organization >= members_.size()) members_.resize(organization + 1);
    ++size_;
    auto const number = static_cast<std::uint32_t>(made_++);
    Membership& membership = members_[organization].emplace_back(Membership{user, role, number, now, now, nullptr});
    if (is_prepared()) {
        organization_of_.push_back(organization);
        by_created_at_.insert(number);
    }
    return membership;
}

Membership& MembershipStore::change(Slot organization, NameIndex user) {
    return const_cast<Membership&>(*find(organization, user));
}

void MembershipStore::remove(Slot organization, NameIndex user) {
    by_created_at_.erase(static_cast<std::uint32_t>(find(organization, user)->number));
    size_ -= std::erase_if(members_[organization], [user](Membership const& each) { return each.user == user; });
}

void MembershipStore::clear(Slot organization) {
    if (organization >= members_.size()) return;
    for (Membership const& each : members_[organization]) {
        by_created_at_.erase(static_cast<std::uint32_t>(each.number));
    }
    size_ -= members_[organization].size();
    std::vector<Membership>{}.swap(members_[organization]);
}

}  // namespace clerk::testing
