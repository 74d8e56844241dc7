// The operations on invitations.
#include "testing/service/organization_invitations/invitation_fields.hpp"
#include "testing/service/organization_invitations/invitation_json.hpp"
#include "testing/service/organization_invitations/invitation_store.hpp"
#include "testing/service/organization_memberships/membership_refusals.hpp"
#include "testing/service/service_call.hpp"
#include "testing/service/service_state.hpp"
#include "testing/service/user_profile.hpp"

#include <array>
#include <mutex>
#include <shared_mutex>

namespace clerk::testing {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view manage_members = "org:sys_memberships:manage";

std::optional<Failure> answer(ServiceState const& state, Call const& call, InvitationPage const& page,
                              WithOrganization form) {
    append_page(call.out, page.invitations, page.total_count,
                [&](std::string& out, Invitation const* each) { append_invitation(out, state, *each, form); });
    return std::nullopt;
}

constexpr std::array<std::string_view, 2> orders{"created_at", "email_address"};

void read_statuses(QueryReader& query, InvitationListFields& fields) {
    query.texts("status", fields.statuses);
    for (std::string const& status : fields.statuses) {
        if (std::find(invitation_statuses.begin(), invitation_statuses.end(), status) == invitation_statuses.end()) {
            query.refuse(
                refusals::param_value_invalid("status", "must be one of pending, accepted, revoked, expired."));
        }
    }
}

std::optional<Failure> list_invitations(ServiceState& state, Call const& call) {
    InvitationListFields fields{};
    QueryReader query{call.params};
    query.page(fields.page);
    query.order(std::span<std::string_view const>{orders}, fields.order);
    read_statuses(query, fields);
    query.text("email_address", fields.email_address);
    auto const checked = query.finish(fields);
    if (!checked) return checked.error();
    std::shared_lock const lock{state.mutex};
    auto const organization = state.organizations.find(call.id());
    if (!organization) return organization.error();
    return answer(state, call, state.invitations.list(*organization, *checked), WithOrganization::no);
}

std::optional<Failure> list_instance_invitations(ServiceState& state, Call const& call) {
    InvitationListFields fields{};
    QueryReader query{call.params};
    query.page(fields.page);
    query.order(std::span<std::string_view const>{orders}, fields.order);
    read_statuses(query, fields);
    query.text("query", fields.query);
    auto const checked = query.finish(fields);
    if (!checked) return checked.error();
    std::shared_lock const lock{state.mutex};
    return answer(state, call, state.invitations.list(std::nullopt, *checked), WithOrganization::yes);
}

std::optional<Failure> list_user_invitations(ServiceState& state, Call const& call) {
    InvitationListFields fields{};
    QueryReader query{call.params};
    query.page(fields.page);
    read_statuses(query, fields);
    auto checked = query.finish(fields);
    if (!checked) return checked.error();
    std::shared_lock const lock{state.mutex};
    if (!state.users.exists(call.id())) return Failure{refusals::user_not_found(call.id())};
    checked->email_address = profile_of(call.id()).email_address;
    return answer(state, call, state.invitations.list(std::nullopt, *checked), WithOrganization::yes);
}

Outcome<Invitation const*> find_invitation(ServiceState const& state, Call const& call) {
    auto const organization = state.organizations.find(call.id(0));
    if (!organization) return organization.error();
    Invitation const* const invitation = state.invitations.find(*organization, call.id(1));
    if (invitation == nullptr) return Failure{refusals::invitation_not_found()};
    return invitation;
}

std::optional<Failure> get_invitation(ServiceState& state, Call const& call) {
    if (auto failure = refuse_parameters(call.params)) return failure;
    std::shared_lock const lock{state.mutex};
    auto const invitation = find_invitation(state, call);
    if (!invitation) return invitation.error();
    append_invitation(call.out, state, **invitation);
    return std::nullopt;
}

// The error when a user may not manage the members of an organization.
std::optional<Failure> refuse_manager(ServiceState const& state, Slot organization, std::string_view user_id) {
    auto const user = state.users.find(user_id);
    Membership const* const membership = user ? state.memberships.find(organization, *user) : nullptr;
    if (membership == nullptr) return Failure{refusals::not_a_member()};
    if (state.roles.has_permission(membership->role, manage_members)) return std::nullopt;
    return Failure{refusals::missing_permission(manage_members)};
}

std::optional<Failure> check_invitation(ServiceState const& state, Slot organization, NewInvitation const& fields) {
    if (auto failure = check_size(fields.metadata)) return failure;
    if (!state.roles.find_by_key(fields.role)) return Failure{refusals::role_not_found("role")};
    if (fields.inviter_user_id) {
        if (auto failure = refuse_manager(state, organization, *fields.inviter_user_id)) return failure;
    }
    for (Membership const& each : state.memberships.of(organization)) {
        if (equals_ignoring_case(profile_of(state.users.id(each.user)).email_address, fields.email_address)) {
            return Failure{refusals::already_a_member(fields.email_address)};
        }
    }
    if (state.invitations.find_pending(organization, fields.email_address) != nullptr) {
        return Failure{refusals::invitation_not_unique()};
    }
    return std::nullopt;
}

// Creates all of them or none.
std::optional<Failure> invite(ServiceState& state, Call const& call, std::span<NewInvitation const> all,
                              std::vector<Invitation>& made) {
    auto const organization = state.organizations.find(call.id());
    if (!organization) return organization.error();
    for (NewInvitation const& fields : all) {
        if (auto failure = check_invitation(state, *organization, fields)) return failure;
    }
    if (!state.organizations.has_room(*organization, all.size())) {
        return Failure{refusals::membership_quota_exceeded(state.organizations[*organization].max_allowed_memberships)};
    }
    for (NewInvitation const& fields : all) {
        Invitation invitation{};
        invitation.organization = *organization;
        invitation.email_address = fields.email_address;
        invitation.role = state.roles.find_by_key(fields.role).value_or(state.roles.member_role());
        if (fields.inviter_user_id) invitation.inviter = state.users.find(*fields.inviter_user_id).value_or(no_name);
        invitation.metadata = replaced("{}", "{}", fields.metadata);
        invitation.created_at = invitation.updated_at = call.now;
        invitation.expires_at = call.now + fields.lifetime;
        made.push_back(state.invitations.add(std::move(invitation)));
    }
    state.count_pending_invitations(*organization);
    return std::nullopt;
}

std::optional<Failure> create_invitation(ServiceState& state, Call const& call) {
    auto const body = read_object(call.request);
    if (!body) return body.error();
    auto const fields = read_new_invitation(*body);
    if (!fields) return fields.error();
    std::scoped_lock const lock{state.mutex};
    std::vector<Invitation> made{};
    if (auto failure = invite(state, call, {&*fields, 1}, made)) return failure;
    append_invitation(call.out, state, made.front());
    return std::nullopt;
}

std::optional<Failure> create_invitations(ServiceState& state, Call const& call) {
    auto const body = read_json(call.request);
    if (!body) return body.error();
    auto const fields = read_new_invitations(*body);
    if (!fields) return fields.error();
    std::scoped_lock const lock{state.mutex};
    std::vector<Invitation> made{};
    if (auto failure = invite(state, call, *fields, made)) return failure;
    append_page(call.out, made, made.size(),
                [&](std::string& out, Invitation const& each) { append_invitation(out, state, each); });
    return std::nullopt;
}

std::optional<Failure> revoke_invitation(ServiceState& state, Call const& call) {
    std::optional<std::string> user{};
    if (!call.request.body.empty()) {
        auto const body = read_object(call.request);
        if (!body) return body.error();
        BodyReader reader{*body};
        user = value_of(reader.text("requesting_user_id"));
        reader.refuse_unknown({"requesting_user_id"});
        auto const checked = reader.finish(user);
        if (!checked) return checked.error();
        user = *checked;
    }
    std::scoped_lock const lock{state.mutex};
    auto const invitation = find_invitation(state, call);
    if (!invitation) return invitation.error();
    Slot const organization = (*invitation)->organization;
    if (user) {
        if (auto failure = refuse_manager(state, organization, *user)) return failure;
    }
    if ((*invitation)->status != InvitationStatus::pending) return Failure{refusals::invitation_not_pending()};
    append_invitation(call.out, state, state.invitations.end(**invitation, InvitationStatus::revoked, call.now));
    state.count_pending_invitations(organization);
    return std::nullopt;
}

constexpr std::string_view collection_path = "/organizations/{organization_id}/invitations";
constexpr std::string_view bulk_path = "/organizations/{organization_id}/invitations/bulk";
constexpr std::string_view item_path = "/organizations/{organization_id}/invitations/{invitation_id}";
constexpr std::string_view revoke_path = "/organizations/{organization_id}/invitations/{invitation_id}/revoke";
constexpr RequestLimit creates{"invitations", 250, 1h, 0};
constexpr RequestLimit bulk_creates{"invitations in bulk", 50, 1h, 0};

constexpr std::array<Operation, 7> operations{{
    {"list_organization_invitations", "GET", collection_path, list_invitations},
    {"list_instance_organization_invitations", "GET", "/organization_invitations", list_instance_invitations},
    {"list_user_organization_invitations", "GET", "/users/{user_id}/organization_invitations", list_user_invitations},
    {"get_organization_invitation", "GET", item_path, get_invitation},
    {"create_organization_invitation", "POST", collection_path, create_invitation, creates},
    {"create_organization_invitation_bulk", "POST", bulk_path, create_invitations, bulk_creates},
    {"revoke_organization_invitation", "POST", revoke_path, revoke_invitation},
}};

void forget_invitations(ServiceState& state, Slot organization) { state.invitations.clear(organization); }

void expire_invitations(ServiceState& state, Milliseconds now) {
    if (state.invitations.next_expiry() > now) return;
    std::scoped_lock const lock{state.mutex};
    for (Slot const organization : state.invitations.expire(now)) state.count_pending_invitations(organization);
}

}  // namespace

extern Resource const organization_invitations_resource;
constinit Resource const organization_invitations_resource{operations, invitation_refusals, forget_invitations,
                                                           expire_invitations};

}  // namespace clerk::testing
