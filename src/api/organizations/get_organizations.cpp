#include <clerk/organizations_api.hpp>

#include "api/look_up.hpp"
#include "api/organizations/organization_codec.hpp"
#include "api/organizations/organization_lookup.hpp"
#include "api/organizations/organization_requests.hpp"

#include <utility>

namespace clerk {

namespace {

Result<http::Request> list_by_ids(api::LookupRequest const& lookup) {
    ListOrganizationsRequest request{};
    request.limit = lookup.limit;
    request.offset = lookup.offset;
    request.order_by = "+created_at";
    request.organization_id = lookup.keys;
    return organizations::list_organizations(request);
}

}  // namespace

awaitable<Result<OrganizationsById>> OrganizationsApi::get_organizations(std::span<std::string const> ids,
                                                                         CallOptions options) {
    constexpr std::string_view operation = "get_organizations";
    api::ArgumentChecks check{operation};
    auto lookup = api::make_lookup<Organization>(check, "organization_id", ids);
    return api::look_up<Organization>(core_, operation, std::move(lookup), list_by_ids, options);
}

}  // namespace clerk
