#include <clerk/organization_invitations_api.hpp>

#include "api/organization_invitations/organization_invitation_codec.hpp"
#include "api/organization_invitations/organization_invitation_requests.hpp"
#include "api/pagination/paginator_impl.hpp"

#include <string>
#include <string_view>

namespace clerk {

using Invitation = OrganizationInvitation;
using InvitationWithOrganization = OrganizationInvitationWithPublicOrganizationData;

template class Paginator<OrganizationInvitation>;
template class Paginator<OrganizationInvitationWithPublicOrganizationData>;

namespace {

api::WalkSource source_of(std::string_view organization_id, ListOrganizationInvitationsRequest const& request,
                          PaginatorOptions const& options) {
    auto const list = [id = std::string{organization_id}](ListOrganizationInvitationsRequest const& page) {
        return organization_invitations::list_organization_invitations(id, page);
    };
    return api::walk_source("list_organization_invitations", request, options, list);
}
api::WalkSource source_of(ListInstanceOrganizationInvitationsRequest const& request, PaginatorOptions const& options) {
    return api::walk_source("list_instance_organization_invitations", request, options,
                            organization_invitations::list_instance_organization_invitations);
}
api::WalkSource source_of(std::string_view user_id, ListUserOrganizationInvitationsRequest const& request,
                          PaginatorOptions const& options) {
    auto const list = [id = std::string{user_id}](ListUserOrganizationInvitationsRequest const& page) {
        return organization_invitations::list_user_organization_invitations(id, page);
    };
    return api::walk_source("list_user_organization_invitations", request, options, list);
}

}  // namespace

Paginator<Invitation> OrganizationInvitationsApi::paginate(std::string_view organization_id,
                                                           ListOrganizationInvitationsRequest const& request,
                                                           PaginatorOptions options) {
    return api::paginate<Invitation>(core_, source_of(organization_id, request, options), options);
}
Paginator<InvitationWithOrganization> OrganizationInvitationsApi::paginate(
    ListInstanceOrganizationInvitationsRequest const& request, PaginatorOptions options) {
    return api::paginate<InvitationWithOrganization>(core_, source_of(request, options), options);
}
Paginator<InvitationWithOrganization> OrganizationInvitationsApi::paginate(
    std::string_view user_id, ListUserOrganizationInvitationsRequest const& request, PaginatorOptions options) {
    return api::paginate<InvitationWithOrganization>(core_, source_of(user_id, request, options), options);
}

Paginator<Invitation> OrganizationInvitationsApi::resume(std::string_view organization_id,
                                                         ListOrganizationInvitationsRequest const& request,
                                                         std::string_view checkpoint, PaginatorOptions options) {
    return api::resume<Invitation>(core_, source_of(organization_id, request, options), checkpoint, options);
}
Paginator<InvitationWithOrganization> OrganizationInvitationsApi::resume(
    ListInstanceOrganizationInvitationsRequest const& request, std::string_view checkpoint, PaginatorOptions options) {
    return api::resume<InvitationWithOrganization>(core_, source_of(request, options), checkpoint, options);
}
Paginator<InvitationWithOrganization> OrganizationInvitationsApi::resume(
    std::string_view user_id, ListUserOrganizationInvitationsRequest const& request, std::string_view checkpoint,
    PaginatorOptions options) {
    return api::resume<InvitationWithOrganization>(core_, source_of(user_id, request, options), checkpoint, options);
}

}  // namespace clerk
