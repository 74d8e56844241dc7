// The invitations to organizations.
#pragma once

#include "testing/service/names.hpp"
#include "testing/service/ordered_slots.hpp"
#include "testing/service/organization_roles/role_store.hpp"
#include "testing/service/query_reader.hpp"
#include "testing/service/stored_metadata.hpp"
#include "testing/service/text.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clerk::testing {

enum class InvitationStatus : std::uint8_t { pending, accepted, revoked, expired };

inline constexpr std::array<std::string_view, 4> invitation_statuses{"pending", "accepted", "revoked", "expired"};

struct Invitation {
    static constexpr Milliseconds never = std::numeric_limits<Milliseconds>::max();

    Slot organization{};
    std::uint64_t number{};  // in the order of creation
    std::string email_address{};
    RoleIndex role{};
    NameIndex inviter{no_name};
    InvitationStatus status{};
    StoredMetadata metadata{};
    Milliseconds created_at{};
    Milliseconds updated_at{};
    Milliseconds expires_at{never};

    [[nodiscard]] std::string id() const;
};

enum class InvitationOrder { created_at, email_address };

struct InvitationListFields {
    PageFields page{};
    OrderBy<InvitationOrder> order{InvitationOrder::created_at, true};
    std::vector<std::string> statuses{};  // any of these; empty: all
    std::string email_address{};          // exactly this address; empty: all
    std::string query{};                  // a part of the address; empty: all
};

struct InvitationPage {
    std::vector<Invitation const*> invitations{};
    std::size_t total_count{};
};

class InvitationStore {
public:
    [[nodiscard]] Invitation const* find(Slot organization, std::string_view id) const;
    // In any organization.
    [[nodiscard]] Invitation const* find(std::string_view id) const;
    [[nodiscard]] Invitation const* find_pending(Slot organization, std::string_view email_address) const;
    [[nodiscard]] std::size_t count_pending(Slot organization) const;
    // Of one organization, or of all.
    [[nodiscard]] InvitationPage list(std::optional<Slot> organization, InvitationListFields const& fields) const;

    // Assigns its number. The reference is valid until the next change.
    Invitation const& add(Invitation invitation);
    // Ends a pending invitation.
    Invitation const& end(Invitation const& pending, InvitationStatus how, Milliseconds now);
    void clear(Slot organization);
    // When the next pending invitation expires. Needs no lock.
    [[nodiscard]] Milliseconds next_expiry() const noexcept { return next_expiry_.load(std::memory_order_relaxed); }
    // Marks invitations that have expired by now; returns their organizations.
    [[nodiscard]] std::vector<Slot> expire(Milliseconds now);

private:
    [[nodiscard]] std::span<Invitation const> of(Slot organization) const noexcept;
    [[nodiscard]] Invitation& change(Slot organization, std::uint64_t number);
    void note_next_expiry();

    std::vector<std::vector<Invitation>> invitations_{};                 // by organization
    std::map<std::pair<Milliseconds, std::uint64_t>, Slot> expiring_{};  // by time and number, pending only
    std::atomic<Milliseconds> next_expiry_{Invitation::never};
    std::uint64_t made_{};
};

}  // namespace clerk::testing
