/// @file
/// Clerk's organizations API, one documented coroutine per operation.
#pragma once

#include <clerk/awaitable.hpp>
#include <clerk/client.hpp>
#include <clerk/export.hpp>
#include <clerk/organization.hpp>
#include <clerk/paginator.hpp>

#include <memory>
#include <span>
#include <string_view>

namespace clerk {
/** @opengroup{organizations} */

/// A walk over `list_organizations`.
using OrganizationPaginator = Paginator<Organization>;
extern template class CLERK_EXPORT Paginator<Organization>;

/// The organizations endpoints. A light handle, cheap to copy; it keeps the client's core alive, so it may outlive the
/// `Client` (but not the executor's context).
///
/// Every call
///  - validates its arguments and builds the request before it returns the awaitable, so no argument has to outlive the
///    call expression; nothing is sent before the awaitable is awaited, and each awaitable is awaited at most once;
///  - reports every failure of network, service, decoding or cancellation as an `Error`, and throws only when memory
///    runs out. (Asio itself throws `operation_aborted` when a coroutine that has already been cancelled awaits
///    anything, such as this call, unless it has executed `co_await asio::this_coro::throw_if_cancelled(false)`);
///  - obeys one deadline (`CallOptions::timeout`, else `TimeoutOptions::total`) over pool wait, connect, all attempts
///    and the waits between them;
///  - can be cancelled at any point after it has begun with Asio's per-operation cancellation (terminal, partial or
///    total; a coroutine lets only terminal through unless it resets its cancellation state); it then ends with
///    `errc::cancelled`, the pool is left consistent, and whether the service has acted on the request is unknown;
///    emit the signal on the executor of the call, so that the call has begun when it arrives (docs/errors.md says what
///    Asio does with an earlier one);
///  - may run concurrently with any other call, from any thread.
///
/// Errors common to all:
///  - `errc::invalid_argument` with `Error::field()`, before anything is sent: an id that is empty, `.`, `..`, longer
///    than 1024 bytes or not UTF-8, and what each call lists;
///  - `condition::transport`, `condition::timeout`, `condition::cancelled`, `errc::pool_exhausted`: no complete answer;
///  - `condition::decode`: a success that is not what the API describes; `errc::response_body_too_large` and the like;
///  - an HTTP status in `http_status_category()`: 400 `api_version_invalid`, 401 `clerk_key_invalid`, 403
///    `organization_not_enabled_in_instance`, 404 `resource_not_found`, 409 `resource_locked`, 422 `form_param_…`, 429
///    `too_many_requests`, 5xx. `Error::errors()` holds the service's errors.
///
/// 429, 409 `resource_locked` and failed connects are tried again for every call; after an outcome that may have taken
/// effect (5xx, 408, a broken connection), only calls that may be sent twice are tried again: all but
/// `create_organization`. See `RetryOptions`.
///
/// The `…_with_http_info` twin takes the same arguments and returns the same data with status and headers.
///
/// Source: Clerk Backend API, tag Organizations (https://clerk.com/docs/reference/backend-api), OpenAPI description
/// 2026-05-12.
class CLERK_EXPORT OrganizationsApi {
public:
    /// A handle on `client`'s core. Precondition: `client` has not been moved from.
    explicit OrganizationsApi(Client const& client);

    /// POST /organizations. Creates an organization. Never sent twice once it may have taken effect.
    /// Refused here: `name` empty or over 256 characters, a negative `max_allowed_memberships`, `created_at` outside
    /// the years 0000…9999, text that is not UTF-8, metadata of more than 64 levels. Errors besides the common ones:
    /// 403 `organization_slugs_disabled`, `organization_quota_exceeded`; 400 `organization_creator_not_found`; 422
    /// `form_identifier_exists` and other `form_param_…`.
    /// @code
    /// clerk::CreateOrganizationRequest request{.name = "Acme", .created_by = "user_1"};
    /// auto created = co_await organizations.create_organization(request);
    /// @endcode
    [[nodiscard]] awaitable<Result<Organization>> create_organization(CreateOrganizationRequest const& request,
                                                                      CallOptions options = {});
    /// `create_organization` with status and headers.
    [[nodiscard]] awaitable<Result<Response<Organization>>> create_organization_with_http_info(
        CreateOrganizationRequest const& request, CallOptions options = {});

    /// DELETE /organizations/{organization_id}. Deletes the organization with its memberships and invitations; not
    /// reversible. A 404 with `Error::may_have_taken_effect()` usually means that an earlier attempt worked.
    /// @code
    /// auto deleted = co_await organizations.delete_organization("org_1");
    /// bool const gone = deleted ? deleted->deleted : deleted.error() == clerk::condition::not_found;
    /// @endcode
    [[nodiscard]] awaitable<Result<DeletedObject>> delete_organization(std::string_view organization_id,
                                                                       CallOptions options = {});
    /// `delete_organization` with status and headers.
    [[nodiscard]] awaitable<Result<Response<DeletedObject>>> delete_organization_with_http_info(
        std::string_view organization_id, CallOptions options = {});

    /// DELETE /organizations/{organization_id}/logo. Removes the logo and returns the organization without it. Errors
    /// besides the common ones: 404 `image_not_found` when there is no logo; after a retry that usually means that the
    /// first attempt worked.
    /// @code
    /// auto plain = co_await organizations.delete_organization_logo("org_1");
    /// @endcode
    [[nodiscard]] awaitable<Result<Organization>> delete_organization_logo(std::string_view organization_id,
                                                                           CallOptions options = {});
    /// `delete_organization_logo` with status and headers.
    [[nodiscard]] awaitable<Result<Response<Organization>>> delete_organization_logo_with_http_info(
        std::string_view organization_id, CallOptions options = {});

    /// GET /organizations/{organization_id}. `id_or_slug` is the id (`org_…`) or the slug.
    /// @code
    /// auto found = co_await organizations.get_organization("acme", {.include_members_count = true});
    /// @endcode
    [[nodiscard]] awaitable<Result<Organization>> get_organization(std::string_view id_or_slug,
                                                                   GetOrganizationOptions query = {},
                                                                   CallOptions options = {});
    /// `get_organization` with status and headers.
    [[nodiscard]] awaitable<Result<Response<Organization>>> get_organization_with_http_info(
        std::string_view id_or_slug, GetOrganizationOptions query = {}, CallOptions options = {});

    /// GET /organizations. One page; `paginate()` reads all. An item that cannot be decoded is reported in
    /// `Organizations::undecoded` and does not fail the page. Refused here: `limit` outside 1…500, a
    /// negative `offset`, another `order_by`, an empty id, over 100 `organization_id`, text that is not
    /// UTF-8.
    /// @code
    /// clerk::ListOrganizationsRequest newest{.limit = 20, .order_by = "-created_at"};
    /// auto page = co_await organizations.list_organizations(newest);
    /// @endcode
    [[nodiscard]] awaitable<Result<Organizations>> list_organizations(ListOrganizationsRequest const& request,
                                                                      CallOptions options = {});
    /// The first page with the service's default size and order: 10 organizations, newest first.
    [[nodiscard]] awaitable<Result<Organizations>> list_organizations();
    /// `list_organizations` with status and headers.
    [[nodiscard]] awaitable<Result<Response<Organizations>>> list_organizations_with_http_info(
        ListOrganizationsRequest const& request, CallOptions options = {});
    /// The first page with status and headers.
    [[nodiscard]] awaitable<Result<Response<Organizations>>> list_organizations_with_http_info();

    /// The organizations with these ids, in their order, a hundred per request. An id that occurs twice is answered
    /// once, and an empty list without a request. `CallOptions::timeout` is for all requests together.
    /// Errors: those of `list_organizations`; `errc::invalid_argument` (field `organization_id`) for an empty id.
    /// @code
    /// std::vector<std::string> ids{"org_1", "org_2"};
    /// auto found = co_await organizations.get_organizations(ids);
    /// if (found) for (std::string const& id : found->missing) std::cerr << "there is no " << id << '\n';
    /// @endcode
    [[nodiscard]] awaitable<Result<OrganizationsById>> get_organizations(std::span<std::string const> ids,
                                                                         CallOptions options = {});

    /// PATCH /organizations/{organization_id}/metadata. Deep merge; null removes a key at any depth.
    /// The service allows 10 of these in 10 s per organization. Refused here: metadata of more than 64 levels.
    /// @code
    /// clerk::MergeOrganizationMetadataRequest request;
    /// request.public_metadata = boost::json::object{{"plan", "pro"}, {"trial", nullptr}};   // sets one, removes one
    /// auto merged = co_await organizations.merge_organization_metadata("org_1", request);
    /// @endcode
    [[nodiscard]] awaitable<Result<Organization>> merge_organization_metadata(
        std::string_view organization_id, MergeOrganizationMetadataRequest const& request, CallOptions options = {});
    /// `merge_organization_metadata` with status and headers.
    [[nodiscard]] awaitable<Result<Response<Organization>>> merge_organization_metadata_with_http_info(
        std::string_view organization_id, MergeOrganizationMetadataRequest const& request, CallOptions options = {});

    /// PUT /organizations/{organization_id}/metadata. Replaces each supplied field whole (API version 2026-05-12).
    /// The service allows 10 of these in 10 s per organization. Refused here: metadata of more than 64 levels.
    /// @code
    /// clerk::ReplaceOrganizationMetadataRequest request;
    /// request.private_metadata = clerk::Metadata{};   // clears it; public_metadata is left alone
    /// auto replaced = co_await organizations.replace_organization_metadata("org_1", request);
    /// @endcode
    [[nodiscard]] awaitable<Result<Organization>> replace_organization_metadata(
        std::string_view organization_id, ReplaceOrganizationMetadataRequest const& request, CallOptions options = {});
    /// `replace_organization_metadata` with status and headers.
    [[nodiscard]] awaitable<Result<Response<Organization>>> replace_organization_metadata_with_http_info(
        std::string_view organization_id, ReplaceOrganizationMetadataRequest const& request, CallOptions options = {});

    /// PATCH /organizations/{organization_id}. Absent members are not changed. Refused here: what `create_organization`
    /// refuses. The service allows 10 of these in 10 s per organization.
    /// @code
    /// clerk::UpdateOrganizationRequest request{.name = "Acme Corporation", .max_allowed_memberships = 50};
    /// auto updated = co_await organizations.update_organization("org_1", request);
    /// @endcode
    [[nodiscard]] awaitable<Result<Organization>> update_organization(std::string_view organization_id,
                                                                      UpdateOrganizationRequest const& request,
                                                                      CallOptions options = {});
    /// `update_organization` with status and headers.
    [[nodiscard]] awaitable<Result<Response<Organization>>> update_organization_with_http_info(
        std::string_view organization_id, UpdateOrganizationRequest const& request, CallOptions options = {});

    /// PUT /organizations/{organization_id}/logo. Size and type are checked before a byte is sent:
    /// `errc::request_too_large` over 10 MB (10 × 1024 × 1024 bytes), `errc::invalid_argument` (field `file`) for an
    /// empty file or another type, `errc::file_unreadable`, also when the file shrinks during the upload. A file is
    /// opened by this call and read while it is sent, in blocking reads of 16 KiB.
    /// Errors besides the common ones: 400 `request_body_invalid`, 413 `image_too_large`.
    /// @code
    /// clerk::UploadOrganizationLogoRequest request{.file = clerk::LogoFile::from_path("logo.png")};
    /// auto uploaded = co_await organizations.upload_organization_logo("org_1", request);
    /// @endcode
    [[nodiscard]] awaitable<Result<OrganizationWithLogo>> upload_organization_logo(
        std::string_view organization_id, UploadOrganizationLogoRequest const& request, CallOptions options = {});
    /// `upload_organization_logo` with status and headers.
    [[nodiscard]] awaitable<Result<Response<OrganizationWithLogo>>> upload_organization_logo_with_http_info(
        std::string_view organization_id, UploadOrganizationLogoRequest const& request, CallOptions options = {});

    /// Walks `list_organizations` by limit and offset. No request is sent until a page is requested; unusable options
    /// are reported then. `request.limit` must be empty (the page size is `PaginatorOptions::page_size`);
    /// `request.offset` is where the walk begins. See `Paginator`.
    [[nodiscard]] OrganizationPaginator paginate(ListOrganizationsRequest const& request,
                                                 PaginatorOptions options = {});
    /// Walks all organizations, newest first.
    [[nodiscard]] OrganizationPaginator paginate(PaginatorOptions options = {});
    /// Continues from a `Paginator::checkpoint()`, made by this process or another. The first page gives
    /// `errc::invalid_argument`, field `checkpoint`, when it is damaged, was made by an incompatible version, or
    /// belongs to another server or secret key, other filters, another order or another kind of walk; page size and
    /// `max_items` may differ.
    /// @code
    /// auto pages = organizations.resume(request, checkpoint, {.anchored = true});   // both as they were before
    /// @endcode
    [[nodiscard]] OrganizationPaginator resume(ListOrganizationsRequest const& request, std::string_view checkpoint,
                                               PaginatorOptions options = {});

#if CLERK_REFUSES_TEMPORARY_REQUESTS
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice create_organization(CreateOrganizationRequest&&,
                                                                                CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice create_organization_with_http_info(
        CreateOrganizationRequest&&, CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice list_organizations(ListOrganizationsRequest&&,
                                                                               CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice list_organizations_with_http_info(
        ListOrganizationsRequest&&, CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice merge_organization_metadata(
        std::string_view, MergeOrganizationMetadataRequest&&, CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice merge_organization_metadata_with_http_info(
        std::string_view, MergeOrganizationMetadataRequest&&, CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice replace_organization_metadata(
        std::string_view, ReplaceOrganizationMetadataRequest&&, CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice replace_organization_metadata_with_http_info(
        std::string_view, ReplaceOrganizationMetadataRequest&&, CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice update_organization(std::string_view,
                                                                                UpdateOrganizationRequest&&,
                                                                                CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice update_organization_with_http_info(
        std::string_view, UpdateOrganizationRequest&&, CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice upload_organization_logo(std::string_view,
                                                                                     UploadOrganizationLogoRequest&&,
                                                                                     CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice upload_organization_logo_with_http_info(
        std::string_view, UploadOrganizationLogoRequest&&, CallOptions = {}) = delete;
#endif

private:
    std::shared_ptr<client::ClientCore> core_;
};
/** @} */
}  // namespace clerk
