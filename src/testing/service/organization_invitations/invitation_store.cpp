#include "testing/service/organization_invitations/invitation_store.hpp"

#include "testing/service/random_ids.hpp"

#include <algorithm>

namespace clerk::testing {
namespace {

constexpr std::uint64_t invitation_ids = 1ULL << 57U;

bool takes(InvitationListFields const& fields, std::string const& query, Invitation const& invitation) {
    auto const& statuses = fields.statuses;
    std::string_view const status = invitation_statuses[static_cast<std::size_t>(invitation.status)];
    return (statuses.empty() || std::find(statuses.begin(), statuses.end(), status) != statuses.end()) &&
           (fields.email_address.empty() || equals_ignoring_case(invitation.email_address, fields.email_address)) &&
           contains_ignoring_case(invitation.email_address, query);
}

}  // namespace

std::string Invitation::id() const { return random_id("orginv_", invitation_ids + number); }

std::span<Invitation const> InvitationStore::of(Slot organization) const noexcept {
    if (organization >= invitations_.size()) return {};
    return invitations_[organization];
}

Invitation const* InvitationStore::find(Slot organization, std::string_view id) const {
    auto const all = of(organization);
    auto const found = std::find_if(all.begin(), all.end(), [id](Invitation const& each) { return each.id() == id; });
    return found == all.end() ? nullptr : &*found;
}

Invitation const* InvitationStore::find(std::string_view id) const {
    for (Slot organization = 0; organization != invitations_.size(); ++organization) {
        if (Invitation const* const found = find(organization, id)) return found;
    }
    return nullptr;
}

Invitation const* InvitationStore::find_pending(Slot organization, std::string_view email_address) const {
    for (Invitation const& each : of(organization)) {
        if (each.status == InvitationStatus::pending && equals_ignoring_case(each.email_address, email_address)) {
            return &each;
        }
    }
    return nullptr;
}

std::size_t InvitationStore::count_pending(Slot organization) const {
    auto const all = of(organization);
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [](Invitation const& each) { return each.status == InvitationStatus::pending; }));
}

// Equal keys: in the order in which the invitations were created.
InvitationPage InvitationStore::list(std::optional<Slot> organization, InvitationListFields const& fields) const {
    std::string query = fields.query;
    std::transform(query.begin(), query.end(), query.begin(), to_lower);
    std::vector<Invitation const*> found{};
    auto const collect = [&](std::span<Invitation const> all) {
        for (Invitation const& each : all) {
            if (takes(fields, query, each)) found.push_back(&each);
        }
    };
    if (organization) {
        collect(of(*organization));
    } else {
        for (auto const& each : invitations_) collect(each);
    }
    bool const by_time = fields.order.property == InvitationOrder::created_at;
    std::sort(found.begin(), found.end(), [by_time](Invitation const* left, Invitation const* right) {
        if (by_time && left->created_at != right->created_at) return left->created_at < right->created_at;
        if (!by_time && left->email_address != right->email_address) return left->email_address < right->email_address;
        return left->number < right->number;
    });
    if (fields.order.descending) std::reverse(found.begin(), found.end());
    return {page_of(found, fields.page), found.size()};
}

Invitation const& InvitationStore::add(Invitation invitation) {
    Slot const organization = invitation.organization;
    if (organization >= invitations_.size()) invitations_.resize(organization + 1);
    invitation.number = made_++;
    if (invitation.status == InvitationStatus::pending && invitation.expires_at != Invitation::never) {
        expiring_.emplace(std::pair{invitation.expires_at, invitation.number}, organization);
        note_next_expiry();
    }
    return invitations_[organization].emplace_back(std::move(invitation));
}

Invitation const& InvitationStore::end(Invitation const& pending, InvitationStatus how, Milliseconds now) {
    expiring_.erase({pending.expires_at, pending.number});
    note_next_expiry();
    Invitation& invitation = change(pending.organization, pending.number);
    invitation.status = how;
    invitation.updated_at = std::max(now, invitation.updated_at + 1);
    return invitation;
}

void InvitationStore::clear(Slot organization) {
    if (organization >= invitations_.size()) return;
    std::erase_if(expiring_, [organization](auto const& entry) { return entry.second == organization; });
    note_next_expiry();
    std::vector<Invitation>{}.swap(invitations_[organization]);
}

std::vector<Slot> InvitationStore::expire(Milliseconds now) {
    std::vector<Slot> organizations{};
    while (!expiring_.empty() && expiring_.begin()->first.first <= now) {
        auto const [key, organization] = *expiring_.begin();
        end(change(organization, key.second), InvitationStatus::expired, key.first);
        organizations.push_back(organization);
    }
    return organizations;
}

Invitation& InvitationStore::change(Slot organization, std::uint64_t number) {
    auto& all = invitations_[organization];
    return *std::lower_bound(all.begin(), all.end(), number,
                             [](Invitation const& each, std::uint64_t wanted) { return each.number < wanted; });
}

void InvitationStore::note_next_expiry() {
    next_expiry_.store(expiring_.empty() ? Invitation::never : expiring_.begin()->first.first,
                       std::memory_order_relaxed);
}

}  // namespace clerk::testing
