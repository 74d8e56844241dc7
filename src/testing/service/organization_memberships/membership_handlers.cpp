// The operations on memberships.
#include "testing/service/organization_memberships/membership_json.hpp"
#include "testing/service/organization_memberships/membership_list.hpp"
#include "testing/service/organization_memberships/membership_refusals.hpp"
#include "testing/service/service_call.hpp"
#include "testing/service/service_state.hpp"

#include <array>
#include <mutex>
#include <shared_mutex>

namespace clerk::testing {
namespace {

using namespace std::chrono_literals;

std::optional<Failure> answer(ServiceState const& state, Call const& call, MembershipPage const& page) {
    append_page(call.out, page.memberships, page.total_count,
                [&](std::string& out, auto const& each) { append_membership(out, state, each.first, *each.second); });
    return std::nullopt;
}

// The membership with the ids of a path.
struct Place {
    Slot organization{};
    NameIndex user{};
};

Outcome<Place> find_place(ServiceState const& state, Call const& call) {
    auto const organization = state.organizations.find(call.id(0));
    if (!organization) return organization.error();
    auto const user = state.users.find(call.id(1));
    if (!user || state.memberships.find(*organization, *user) == nullptr) {
        return Failure{refusals::membership_not_found()};
    }
    return Place{*organization, *user};
}

std::optional<Failure> list_memberships(ServiceState& state, Call const& call) {
    auto const fields = read_membership_list(call.params);
    if (!fields) return fields.error();
    std::shared_lock const lock{state.mutex};
    auto const organization = state.organizations.find(call.id());
    if (!organization) return organization.error();
    return answer(state, call,
                  list_of_organization(state.memberships, state.roles, state.users, *organization, *fields));
}

std::optional<Failure> list_instance_memberships(ServiceState& state, Call const& call) {
    auto const fields = read_instance_membership_list(call.params);
    if (!fields) return fields.error();
    auto const lock = state.lock_prepared(
        [&] { return fields->order.property != MembershipOrder::created_at || state.memberships.is_prepared(); },
        [&] { state.memberships.prepare(); });
    return answer(state, call, list_of_instance(state.memberships, state.users, *fields));
}

std::optional<Failure> list_user_memberships(ServiceState& state, Call const& call) {
    auto const fields = read_user_membership_list(call.params);
    if (!fields) return fields.error();
    std::shared_lock const lock{state.mutex};
    if (!state.users.exists(call.id())) return Failure{refusals::user_not_found(call.id())};
    NameIndex const user = state.users.find(call.id()).value_or(no_name);
    return answer(state, call, list_of_user(state.memberships, state.users, user, *fields));
}

std::optional<Failure> create_membership(ServiceState& state, Call const& call) {
    auto const body = read_object(call.request);
    if (!body) return body.error();
    BodyReader reader{*body};
    std::string const user_id = reader.required_text("user_id");
    std::string const role_key = reader.required_text("role");
    MetadataFields metadata = without_null(read_metadata(reader));
    reader.refuse_unknown({"user_id", "role", "public_metadata", "private_metadata"});
    auto const checked = reader.finish(metadata);
    if (!checked) return checked.error();
    if (auto failure = check_size(*checked)) return failure;

    std::scoped_lock const lock{state.mutex};
    auto const organization = state.organizations.find(call.id());
    if (!organization) return organization.error();
    auto const role = state.roles.find_by_key(role_key);
    if (!role) return Failure{refusals::role_not_found("role")};
    auto const user = state.users.find_or_add(user_id);
    if (!user) return Failure{refusals::user_not_found(user_id)};
    if (state.memberships.find(*organization, *user) != nullptr) return Failure{refusals::already_a_member(user_id)};
    if (!state.organizations.has_room(*organization)) {
        return Failure{refusals::membership_quota_exceeded(state.organizations[*organization].max_allowed_memberships)};
    }
    Membership& membership = state.memberships.add(*organization, *user, *role, call.now);
    if (!checked->empty()) membership.metadata = std::make_unique<StoredMetadata>(replaced("{}", "{}", *checked));
    state.organizations.set_members_count(*organization, state.memberships.of(*organization).size());
    append_membership(call.out, state, *organization, membership);
    return std::nullopt;
}

std::optional<Failure> update_membership(ServiceState& state, Call const& call) {
    auto const body = read_object(call.request);
    if (!body) return body.error();
    BodyReader reader{*body};
    std::string role_key = reader.required_text("role");
    reader.refuse_unknown({"role"});
    auto const checked = reader.finish(role_key);
    if (!checked) return checked.error();

    std::scoped_lock const lock{state.mutex};
    auto const place = find_place(state, call);
    if (!place) return place.error();
    auto const role = state.roles.find_by_key(*checked);
    if (!role) return Failure{refusals::role_not_found("role")};
    Membership& membership = state.memberships.change(place->organization, place->user);
    if (state.memberships.is_last_elevated(place->organization, membership) && !state.roles.is_elevated(*role)) {
        return Failure{refusals::minimum_permissions_needed()};
    }
    if (membership.role != *role) {
        membership.role = *role;
        membership.touch(call.now);
    }
    append_membership(call.out, state, place->organization, membership);
    return std::nullopt;
}

std::optional<Failure> delete_membership(ServiceState& state, Call const& call) {
    std::scoped_lock const lock{state.mutex};
    auto const place = find_place(state, call);
    if (!place) return place.error();
    Membership const& membership = *state.memberships.find(place->organization, place->user);
    if (state.memberships.is_last_elevated(place->organization, membership)) {
        return Failure{refusals::minimum_permissions_needed()};
    }
    append_membership(call.out, state, place->organization, membership);
    state.memberships.remove(place->organization, place->user);
    state.organizations.set_members_count(place->organization, state.memberships.of(place->organization).size());
    return std::nullopt;
}

std::optional<Failure> merge_membership_metadata(ServiceState& state, Call const& call) {
    auto const body = read_object(call.request);
    if (!body) return body.error();
    auto const fields = read_metadata(*body);
    if (!fields) return fields.error();
    MetadataFields const patch = without_null(*fields);

    std::scoped_lock const lock{state.mutex};
    auto const place = find_place(state, call);
    if (!place) return place.error();
    Membership& membership = state.memberships.change(place->organization, place->user);
    MetadataFields const whole = merged(membership.public_metadata(), membership.private_metadata(), patch);
    if (auto failure = check_size(whole)) return failure;
    if (!patch.empty()) {
        membership.metadata = std::make_unique<StoredMetadata>(
            replaced(membership.public_metadata(), membership.private_metadata(), whole));
        membership.touch(call.now);
    }
    append_membership(call.out, state, place->organization, membership);
    return std::nullopt;
}

constexpr std::string_view collection_path = "/organizations/{organization_id}/memberships";
constexpr std::string_view item_path = "/organizations/{organization_id}/memberships/{user_id}";
constexpr std::string_view metadata_path = "/organizations/{organization_id}/memberships/{user_id}/metadata";
constexpr RequestLimit writes{"writes of a membership", 10, 10s, 2};

constexpr std::array<Operation, 7> operations{{
    {"list_organization_memberships", "GET", collection_path, list_memberships},
    {"list_instance_organization_memberships", "GET", "/organization_memberships", list_instance_memberships},
    {"list_user_organization_memberships", "GET", "/users/{user_id}/organization_memberships", list_user_memberships},
    {"create_organization_membership", "POST", collection_path, create_membership},
    {"update_organization_membership", "PATCH", item_path, update_membership, writes},
    {"delete_organization_membership", "DELETE", item_path, delete_membership},
    {"merge_organization_membership_metadata", "PATCH", metadata_path, merge_membership_metadata, writes},
}};

void forget_members(ServiceState& state, Slot organization) { state.memberships.clear(organization); }

}  // namespace

extern Resource const organization_memberships_resource;
constinit Resource const organization_memberships_resource{operations, membership_refusals, forget_members, nullptr};

}  // namespace clerk::testing
