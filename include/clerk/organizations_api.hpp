/// @file
/// Clerk's organizations API, one documented coroutine per operation.
#pragma once

#include <clerk/client.hpp>
#include <clerk/organization.hpp>
#include <clerk/organization_paginator.hpp>

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string_view>

/// g++ before 14 destroys an aggregate twice when it is brace-initialised inside a `co_await` expression and holds
/// strings, vectors or the like (GCC bug 98401 and relatives). Requests are therefore passed as named objects, and a
/// temporary does not compile there.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 14
#define CLERK_REFUSES_TEMPORARY_REQUESTS 1
#else
#define CLERK_REFUSES_TEMPORARY_REQUESTS 0
#endif

namespace clerk {

template <class T>
using awaitable = boost::asio::awaitable<T>;

/// The organizations endpoints. A light handle, cheap to copy; it keeps the client's core alive.
///
/// Every call
///  - validates its arguments and builds the request before it returns the awaitable, so no argument has to outlive the
///    call expression;
///  - reports every failure of network, service, decoding or cancellation as an `Error`, and throws only when memory
///  runs
///    out;
///  - obeys one deadline (`CallOptions::timeout`, else `TimeoutOptions::total`) over pool wait, connect, all attempts
///  and
///    the waits between them;
///  - can be cancelled at any point with Asio's per-operation cancellation (terminal, partial or total); it then ends
///  with
///    `errc::cancelled` and the pool is left consistent;
///  - may run concurrently with any other call, from any thread.
///
/// The `…_with_http_info` twin returns the same data with status and headers.
class OrganizationsApi {
public:
    explicit OrganizationsApi(Client const& client);

    /// POST /organizations. Creates an organization. Never sent twice once it may have taken effect.
    /// Errors beside the common ones: 403 `organization_slugs_disabled`, `organization_quota_exceeded`; 400
    /// `organization_creator_not_found`; 422 `form_identifier_exists` and other `form_param_…`.
    /// @code
    /// clerk::CreateOrganizationRequest request{.name = "Acme", .created_by = "user_1"};
    /// auto created = co_await organizations.create_organization(request);
    /// @endcode
    [[nodiscard]] awaitable<Result<Organization>> create_organization(CreateOrganizationRequest const& request,
                                                                      CallOptions options = {});
    [[nodiscard]] awaitable<Result<Response<Organization>>> create_organization_with_http_info(
        CreateOrganizationRequest const& request, CallOptions options = {});

    /// DELETE /organizations/{organization_id}. Deletes the organization with its memberships and invitations; not
    /// reversible. After a retry, a 404 usually means that the first attempt worked: see `Error::attempts()`.
    [[nodiscard]] awaitable<Result<DeletedObject>> delete_organization(std::string_view organization_id,
                                                                       CallOptions options = {});
    [[nodiscard]] awaitable<Result<Response<DeletedObject>>> delete_organization_with_http_info(
        std::string_view organization_id, CallOptions options = {});

    /// DELETE /organizations/{organization_id}/logo. 404 `image_not_found` when there is no logo.
    [[nodiscard]] awaitable<Result<Organization>> delete_organization_logo(std::string_view organization_id,
                                                                           CallOptions options = {});
    [[nodiscard]] awaitable<Result<Response<Organization>>> delete_organization_logo_with_http_info(
        std::string_view organization_id, CallOptions options = {});

    /// GET /organizations/{organization_id}. `id_or_slug` is the id (`org_…`) or the slug.
    /// @code
    /// auto found = co_await organizations.get_organization("acme", {.include_members_count = true});
    /// @endcode
    [[nodiscard]] awaitable<Result<Organization>> get_organization(std::string_view id_or_slug,
                                                                   GetOrganizationOptions query = {},
                                                                   CallOptions options = {});
    [[nodiscard]] awaitable<Result<Response<Organization>>> get_organization_with_http_info(
        std::string_view id_or_slug, GetOrganizationOptions query = {}, CallOptions options = {});

    /// GET /organizations. One page; `paginate()` walks them all. An item that cannot be decoded is reported in
    /// `Organizations::undecoded` and does not take the page with it.
    [[nodiscard]] awaitable<Result<Organizations>> list_organizations(ListOrganizationsRequest const& request,
                                                                      CallOptions options = {});
    [[nodiscard]] awaitable<Result<Organizations>> list_organizations();
    [[nodiscard]] awaitable<Result<Response<Organizations>>> list_organizations_with_http_info(
        ListOrganizationsRequest const& request, CallOptions options = {});
    [[nodiscard]] awaitable<Result<Response<Organizations>>> list_organizations_with_http_info();

    /// PATCH /organizations/{organization_id}/metadata. Deep merge; null removes a key at any depth.
    [[nodiscard]] awaitable<Result<Organization>> merge_organization_metadata(
        std::string_view organization_id, MergeOrganizationMetadataRequest const& request, CallOptions options = {});
    [[nodiscard]] awaitable<Result<Response<Organization>>> merge_organization_metadata_with_http_info(
        std::string_view organization_id, MergeOrganizationMetadataRequest const& request, CallOptions options = {});

    /// PUT /organizations/{organization_id}/metadata. Replaces each supplied field whole (API version 2026-05-12).
    [[nodiscard]] awaitable<Result<Organization>> replace_organization_metadata(
        std::string_view organization_id, ReplaceOrganizationMetadataRequest const& request, CallOptions options = {});
    [[nodiscard]] awaitable<Result<Response<Organization>>> replace_organization_metadata_with_http_info(
        std::string_view organization_id, ReplaceOrganizationMetadataRequest const& request, CallOptions options = {});

    /// PATCH /organizations/{organization_id}. Absent members are left alone.
    [[nodiscard]] awaitable<Result<Organization>> update_organization(std::string_view organization_id,
                                                                      UpdateOrganizationRequest const& request,
                                                                      CallOptions options = {});
    [[nodiscard]] awaitable<Result<Response<Organization>>> update_organization_with_http_info(
        std::string_view organization_id, UpdateOrganizationRequest const& request, CallOptions options = {});

    /// PUT /organizations/{organization_id}/logo. Size and type are checked before a byte is sent:
    /// `errc::request_too_large` over 10 MB, `errc::invalid_argument` (field `file`) for another type,
    /// `errc::file_unreadable`.
    [[nodiscard]] awaitable<Result<OrganizationWithLogo>> upload_organization_logo(
        std::string_view organization_id, UploadOrganizationLogoRequest const& request, CallOptions options = {});
    [[nodiscard]] awaitable<Result<Response<OrganizationWithLogo>>> upload_organization_logo_with_http_info(
        std::string_view organization_id, UploadOrganizationLogoRequest const& request, CallOptions options = {});

    /// Walks `list_organizations` by limit and offset. No request is sent until a page is asked for.
    [[nodiscard]] OrganizationPaginator paginate(ListOrganizationsRequest const& request,
                                                 PaginatorOptions options = {});
    [[nodiscard]] OrganizationPaginator paginate(PaginatorOptions options = {});

#if CLERK_REFUSES_TEMPORARY_REQUESTS
    void create_organization(CreateOrganizationRequest&&, CallOptions = {}) = delete;
    void create_organization_with_http_info(CreateOrganizationRequest&&, CallOptions = {}) = delete;
    void list_organizations(ListOrganizationsRequest&&, CallOptions = {}) = delete;
    void list_organizations_with_http_info(ListOrganizationsRequest&&, CallOptions = {}) = delete;
    void merge_organization_metadata(std::string_view, MergeOrganizationMetadataRequest&&, CallOptions = {}) = delete;
    void merge_organization_metadata_with_http_info(std::string_view, MergeOrganizationMetadataRequest&&,
                                                    CallOptions = {}) = delete;
    void replace_organization_metadata(std::string_view, ReplaceOrganizationMetadataRequest&&,
                                       CallOptions = {}) = delete;
    void replace_organization_metadata_with_http_info(std::string_view, ReplaceOrganizationMetadataRequest&&,
                                                      CallOptions = {}) = delete;
    void update_organization(std::string_view, UpdateOrganizationRequest&&, CallOptions = {}) = delete;
    void update_organization_with_http_info(std::string_view, UpdateOrganizationRequest&&, CallOptions = {}) = delete;
    void upload_organization_logo(std::string_view, UploadOrganizationLogoRequest&&, CallOptions = {}) = delete;
    void upload_organization_logo_with_http_info(std::string_view, UploadOrganizationLogoRequest&&,
                                                 CallOptions = {}) = delete;
#endif

private:
    std::shared_ptr<core::ClientCore> core_;
};

}  // namespace clerk
