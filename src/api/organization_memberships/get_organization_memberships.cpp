#include <clerk/organization_memberships_api.hpp>

#include "api/look_up.hpp"
#include "api/organization_memberships/organization_membership_codec.hpp"
#include "api/organization_memberships/organization_membership_lookup.hpp"
#include "api/organization_memberships/organization_membership_requests.hpp"

#include <string>
#include <utility>

namespace clerk {

awaitable<Result<OrganizationMembershipsById>> OrganizationMembershipsApi::get_organization_memberships(
    std::string_view organization_id, std::span<std::string const> user_ids, CallOptions options) {
    constexpr std::string_view operation = "get_organization_memberships";
    api::ArgumentChecks check{operation};
    check.path_segment("organization_id", organization_id);
    auto lookup = api::make_lookup<OrganizationMembership>(check, "user_id", user_ids);
    auto const list = [organization = std::string{organization_id}](api::LookupRequest const& asked) {
        ListOrganizationMembershipsRequest request{};
        request.limit = asked.limit;
        request.offset = asked.offset;
        request.order_by = "+created_at";
        request.user_id = asked.keys;
        return organization_memberships::list_organization_memberships(organization, request);
    };
    return api::look_up<OrganizationMembership>(core_, operation, std::move(lookup), list, options);
}

}  // namespace clerk
