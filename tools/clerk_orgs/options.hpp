/// @file
/// The command line as values.
#pragma once

#include "columns.hpp"
#include "export_report.hpp"

#include <clerk.hpp>

#include <string>
#include <variant>
#include <vector>

namespace clerk_orgs {

struct Create {
    clerk::CreateOrganizationRequest request{};
};
struct Get {
    std::string id{};
    clerk::GetOrganizationOptions query{};
};
struct List {
    clerk::ListOrganizationsRequest request{};
};
struct Update {
    std::string id{};
    clerk::UpdateOrganizationRequest request{};
};
struct MergeMetadata {
    std::string id{};
    clerk::MergeOrganizationMetadataRequest request{};
};
struct ReplaceMetadata {
    std::string id{};
    clerk::ReplaceOrganizationMetadataRequest request{};
};
struct UploadLogo {
    std::string id{};
    clerk::UploadOrganizationLogoRequest request{};
};
struct DeleteLogo {
    std::string id{};
};
struct Delete {
    std::string id{};
    bool yes{};  ///< Without asking.
};

/// With neither id the list is that of the instance.
struct ListMemberships {
    std::string organization_id{};
    std::string user_id{};
    clerk::ListOrganizationMembershipsRequest request{};  ///< Other lists use only page and order.
};
struct GetMembership {
    std::string organization_id{};
    std::string user_id{};
};
struct CreateMembership {
    std::string organization_id{};
    clerk::CreateOrganizationMembershipRequest request{};
};
struct UpdateMembership {
    std::string organization_id{};
    std::string user_id{};
    clerk::UpdateOrganizationMembershipRequest request{};
};
struct MergeMembershipMetadata {
    std::string organization_id{};
    std::string user_id{};
    clerk::MergeOrganizationMembershipMetadataRequest request{};
};
struct DeleteMembership {
    std::string organization_id{};
    std::string user_id{};
    bool yes{};  ///< Without asking.
};

/// With neither id the list is that of the instance.
struct ListInvitations {
    std::string organization_id{};
    std::string user_id{};
    clerk::ListOrganizationInvitationsRequest request{};  ///< Other lists use only page, order and status.
    std::string query{};                                  ///< Of the instance's list.
};
struct GetInvitation {
    std::string organization_id{};
    std::string invitation_id{};
};
struct CreateInvitation {
    std::string organization_id{};
    clerk::CreateOrganizationInvitationRequest request{};
};
struct CreateInvitations {
    std::string organization_id{};
    std::vector<clerk::CreateOrganizationInvitationRequest> requests{};
};
struct RevokeInvitation {
    std::string organization_id{};
    std::string invitation_id{};
    clerk::RevokeOrganizationInvitationRequest request{};
    bool yes{};  ///< Without asking.
};

/// Any endpoint.
struct Api {
    clerk::ApiRequest request{};
};

enum class Exported { organizations, memberships, invitations };

struct Export {
    Exported what{};
    std::string organization{};           ///< Only of this organization; empty: of all that match.
    std::vector<std::string> roles{};     ///< Of memberships; empty: any.
    std::vector<std::string> statuses{};  ///< Of invitations; empty: any.
    std::string out{};                    ///< A file, or `-` for standard output.
    Layout layout{};
    clerk::ListOrganizationsRequest request{};
    clerk::PaginatorOptions paging{};
    std::string report{};  ///< A file for the report, or `-`; empty: none.
    std::string resume{};  ///< The file that holds the checkpoint; empty: none.
    bool no_progress{};
};

using Command = std::variant<Create, Get, List, Update, MergeMetadata, ReplaceMetadata, UploadLogo, DeleteLogo, Delete,
                             ListMemberships, GetMembership, CreateMembership, UpdateMembership,
                             MergeMembershipMetadata, DeleteMembership, ListInvitations, GetInvitation,
                             CreateInvitation, CreateInvitations, RevokeInvitation, Api, Export>;

enum class OutputFormat { json, table };

struct Options {
    clerk::Config config{};
    bool http_info{};
    bool verbose{};
    bool dry_run{};  ///< Print the request instead of sending it.
    OutputFormat output{OutputFormat::json};
    Command command{};
    OptionNames names{};
};

/// The options with the key read and @FILEs loaded, or a text to print for `--help`, `--version`, `manual` and
/// `completion`.
/// @throws UsageError
std::variant<Options, std::string> parse_options(int argc, char const* const* argv);

}  // namespace clerk_orgs
