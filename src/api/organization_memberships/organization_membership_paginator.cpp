#include <clerk/organization_memberships_api.hpp>

#include "api/organization_memberships/organization_membership_codec.hpp"
#include "api/organization_memberships/organization_membership_requests.hpp"
#include "api/pagination/paginator_impl.hpp"

#include <string>
#include <string_view>

namespace clerk {

template class Paginator<OrganizationMembership>;

namespace {

// `created_at` may be that of the membership or of the user.
api::WalkSource with_doubt(api::WalkSource source) {
    source.doubt = "the service does not say whose created_at orders this list";
    return source;
}

api::WalkSource source_of(std::string_view organization_id, ListOrganizationMembershipsRequest const& request,
                          PaginatorOptions const& options) {
    auto const list = [id = std::string{organization_id}](ListOrganizationMembershipsRequest const& page) {
        return organization_memberships::list_organization_memberships(id, page);
    };
    return with_doubt(api::walk_source("list_organization_memberships", request, options, list));
}
api::WalkSource source_of(ListInstanceOrganizationMembershipsRequest const& request, PaginatorOptions const& options) {
    return with_doubt(api::walk_source("list_instance_organization_memberships", request, options,
                                       organization_memberships::list_instance_organization_memberships));
}
api::WalkSource source_of(std::string_view user_id, ListUserOrganizationMembershipsRequest const& request,
                          PaginatorOptions const& options) {
    auto const list = [id = std::string{user_id}](ListUserOrganizationMembershipsRequest const& page) {
        return organization_memberships::list_user_organization_memberships(id, page);
    };
    return api::walk_source("list_user_organization_memberships", request, options, list);
}

}  // namespace

OrganizationMembershipPaginator OrganizationMembershipsApi::paginate(std::string_view organization_id,
                                                                     ListOrganizationMembershipsRequest const& request,
                                                                     PaginatorOptions options) {
    return api::paginate<OrganizationMembership>(core_, source_of(organization_id, request, options), options);
}
OrganizationMembershipPaginator OrganizationMembershipsApi::paginate(
    ListInstanceOrganizationMembershipsRequest const& request, PaginatorOptions options) {
    return api::paginate<OrganizationMembership>(core_, source_of(request, options), options);
}
OrganizationMembershipPaginator OrganizationMembershipsApi::paginate(
    std::string_view user_id, ListUserOrganizationMembershipsRequest const& request, PaginatorOptions options) {
    return api::paginate<OrganizationMembership>(core_, source_of(user_id, request, options), options);
}

OrganizationMembershipPaginator OrganizationMembershipsApi::resume(std::string_view organization_id,
                                                                   ListOrganizationMembershipsRequest const& request,
                                                                   std::string_view checkpoint,
                                                                   PaginatorOptions options) {
    return api::resume<OrganizationMembership>(core_, source_of(organization_id, request, options), checkpoint,
                                               options);
}
OrganizationMembershipPaginator OrganizationMembershipsApi::resume(
    ListInstanceOrganizationMembershipsRequest const& request, std::string_view checkpoint, PaginatorOptions options) {
    return api::resume<OrganizationMembership>(core_, source_of(request, options), checkpoint, options);
}
OrganizationMembershipPaginator OrganizationMembershipsApi::resume(
    std::string_view user_id, ListUserOrganizationMembershipsRequest const& request, std::string_view checkpoint,
    PaginatorOptions options) {
    return api::resume<OrganizationMembership>(core_, source_of(user_id, request, options), checkpoint, options);
}

}  // namespace clerk
