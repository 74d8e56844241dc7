// Makes the request of each operation from its parameters, and checks them. Pure.
//
// Each function returns `errc::invalid_argument` naming the refused parameter in Error::field().
#pragma once

#include "http/request.hpp"

#include <clerk/organization_membership.hpp>
#include <clerk/result.hpp>

#include <string_view>

namespace clerk::organization_memberships {

[[nodiscard]] Result<http::Request> create_organization_membership(std::string_view organization_id,
                                                                   CreateOrganizationMembershipRequest const& request);
[[nodiscard]] Result<http::Request> delete_organization_membership(std::string_view organization_id,
                                                                   std::string_view user_id);
// A list of at most one.
[[nodiscard]] Result<http::Request> get_organization_membership(std::string_view organization_id,
                                                                std::string_view user_id);
[[nodiscard]] Result<http::Request> list_organization_memberships(std::string_view organization_id,
                                                                  ListOrganizationMembershipsRequest const& request);
[[nodiscard]] Result<http::Request> list_instance_organization_memberships(
    ListInstanceOrganizationMembershipsRequest const& request);
[[nodiscard]] Result<http::Request> list_user_organization_memberships(
    std::string_view user_id, ListUserOrganizationMembershipsRequest const& request);
[[nodiscard]] Result<http::Request> merge_organization_membership_metadata(
    std::string_view organization_id, std::string_view user_id,
    MergeOrganizationMembershipMetadataRequest const& request);
[[nodiscard]] Result<http::Request> update_organization_membership(std::string_view organization_id,
                                                                   std::string_view user_id,
                                                                   UpdateOrganizationMembershipRequest const& request);

}  // namespace clerk::organization_memberships
