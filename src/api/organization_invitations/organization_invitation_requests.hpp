// Makes the request of each operation from its parameters, and checks them. Pure.
//
// Each function returns `errc::invalid_argument` naming the refused parameter in Error::field().
#pragma once

#include "http/request.hpp"

#include <clerk/organization_invitation.hpp>
#include <clerk/result.hpp>

#include <span>
#include <string_view>

namespace clerk::organization_invitations {

[[nodiscard]] Result<http::Request> create_organization_invitation(std::string_view organization_id,
                                                                   CreateOrganizationInvitationRequest const& request);
[[nodiscard]] Result<http::Request> create_organization_invitation_bulk(
    std::string_view organization_id, std::span<CreateOrganizationInvitationRequest const> requests);
[[nodiscard]] Result<http::Request> get_organization_invitation(std::string_view organization_id,
                                                                std::string_view invitation_id);
[[nodiscard]] Result<http::Request> list_organization_invitations(std::string_view organization_id,
                                                                  ListOrganizationInvitationsRequest const& request);
[[nodiscard]] Result<http::Request> list_instance_organization_invitations(
    ListInstanceOrganizationInvitationsRequest const& request);
[[nodiscard]] Result<http::Request> list_user_organization_invitations(
    std::string_view user_id, ListUserOrganizationInvitationsRequest const& request);
[[nodiscard]] Result<http::Request> revoke_organization_invitation(std::string_view organization_id,
                                                                   std::string_view invitation_id,
                                                                   RevokeOrganizationInvitationRequest const& request);

}  // namespace clerk::organization_invitations
