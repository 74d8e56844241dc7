// Which memberships a list shows, and in which order.
#pragma once

#include "testing/service/organization_memberships/membership_store.hpp"
#include "testing/service/query_reader.hpp"
#include "testing/service/refusal.hpp"
#include "testing/service/users.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace clerk::testing {

enum class MembershipOrder { phone_number, email_address, created_at, first_name, last_name, username };

// All members except page and order apply only to the list of an organization.
struct MembershipListFields {
    PageFields page{};
    OrderBy<MembershipOrder> order{MembershipOrder::created_at, true};
    SignedIds users{};
    std::vector<std::string> email_addresses{};  // any of these; empty: all; the same for the following
    std::vector<std::string> phone_numbers{};
    std::vector<std::string> usernames{};
    std::vector<std::string> web3_wallets{};
    std::vector<std::string> roles{};
    std::string query{};  // a part of any text; empty: all; the same for the following
    std::string email_address_query{};
    std::string phone_number_query{};
    std::string username_query{};
    std::string name_query{};
    std::optional<Milliseconds> last_active_at_before{};
    std::optional<Milliseconds> last_active_at_after{};
    std::optional<Milliseconds> created_at_before{};  // the user, not the membership
    std::optional<Milliseconds> created_at_after{};
};

[[nodiscard]] Outcome<MembershipListFields> read_membership_list(QueryParams const& params);
// Uses only page and order.
[[nodiscard]] Outcome<MembershipListFields> read_instance_membership_list(QueryParams const& params);
// Uses only the page.
[[nodiscard]] Outcome<MembershipListFields> read_user_membership_list(QueryParams const& params);

struct MembershipPage {
    std::vector<std::pair<Slot, Membership const*>> memberships{};  // each with its organization
    std::size_t total_count{};
};

[[nodiscard]] MembershipPage list_of_organization(MembershipStore const& store, RoleStore const& roles,
                                                  Users const& users, Slot organization,
                                                  MembershipListFields const& fields);
[[nodiscard]] MembershipPage list_of_user(MembershipStore const& store, Users const& users, NameIndex user,
                                          MembershipListFields const& fields);
// In the order of `created_at` it needs the index of the store. Other orders generate a sort key for every membership.
[[nodiscard]] MembershipPage list_of_instance(MembershipStore const& store, Users const& users,
                                              MembershipListFields const& fields);

}  // namespace clerk::testing
