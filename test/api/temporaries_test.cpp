// g++ before 14 destroys an aggregate twice when it is brace-initialised inside a co_await expression and is not
// trivially destructible. So such requests do not compile as temporaries there, and what does compile is safe. The
// sanitizer builds of this suite run the calls below.
#include "support/emulator_client.hpp"

#include <boost/test/unit_test.hpp>

#include <type_traits>

namespace clerk {
BOOST_AUTO_TEST_SUITE(temporaries)

namespace {

static_assert(std::is_trivially_destructible_v<GetOrganizationOptions>);
static_assert(std::is_trivially_destructible_v<CallOptions>);
static_assert(std::is_trivially_destructible_v<PaginatorOptions>);

template <class Api>
concept takes_temporaries =
    requires(Api api) { api.create_organization(CreateOrganizationRequest{}); } ||
    requires(Api api) { api.create_organization_with_http_info(CreateOrganizationRequest{}); } ||
    requires(Api api) { api.list_organizations(ListOrganizationsRequest{}); } ||
    requires(Api api) { api.list_organizations({.query = "x"}); } ||
    requires(Api api) { api.list_organizations_with_http_info(ListOrganizationsRequest{}); } ||
    requires(Api api) { api.update_organization("id", UpdateOrganizationRequest{}); } ||
    requires(Api api) { api.update_organization_with_http_info("id", UpdateOrganizationRequest{}); } ||
    requires(Api api) { api.merge_organization_metadata("id", MergeOrganizationMetadataRequest{}); } ||
    requires(Api api) { api.merge_organization_metadata_with_http_info("id", MergeOrganizationMetadataRequest{}); } ||
    requires(Api api) { api.replace_organization_metadata("id", ReplaceOrganizationMetadataRequest{}); } ||
    requires(Api api) {
        api.replace_organization_metadata_with_http_info("id", ReplaceOrganizationMetadataRequest{});
    } || requires(Api api) { api.upload_organization_logo("id", UploadOrganizationLogoRequest{}); } ||
    requires(Api api) { api.upload_organization_logo_with_http_info("id", UploadOrganizationLogoRequest{}); };
template <class Api>
concept takes_named_requests =
    requires(Api api, CreateOrganizationRequest const& request) { api.create_organization(request); };

static_assert(takes_temporaries<OrganizationsApi> == !CLERK_REFUSES_TEMPORARY_REQUESTS);
static_assert(takes_named_requests<OrganizationsApi>);

std::string long_text(char c) { return std::string(100, c); }

BOOST_AUTO_TEST_CASE(named_requests_and_inline_options_are_safe_inside_co_await) {
    test::EmulatorClient f{{.organizations = 5}};
    auto const calls = [&]() -> awaitable<int> {
        int right = 0;
        CreateOrganizationRequest create{.name = long_text('n'), .created_by = long_text('u')};
        create.public_metadata = boost::json::object{{"text", long_text('m')}};
        auto const created = co_await f.api->create_organization(create, {.timeout = std::chrono::seconds{10}});
        if (!created) co_return -1;
        right += created->name == create.name;
        auto const found = co_await f.api->get_organization(created->id, {.include_members_count = true},
                                                            {.timeout = std::chrono::seconds{10}});
        right += found && found->members_count == 1;
        right +=
            (co_await f.api->get_organization(std::string{created->id}, {.include_members_count = true})).has_value();
        ListOrganizationsRequest const list{
            .query = long_text('n'), .order_by = "+created_at", .user_id = {long_text('u'), long_text('v')}};
        auto const page = co_await f.api->list_organizations(list);
        right += page && page->size() == 1;
        UpdateOrganizationRequest const update{.name = long_text('x'), .slug = nullptr};
        right += (co_await f.api->update_organization(created->id, update)).has_value();
        auto pages = f.api->paginate(list, {.prefetch = 2});
        auto const first = co_await pages.next_page();
        right += first.has_value();
        right += (co_await f.api->delete_organization(created->id)).value().deleted;
        co_return right;
    };
    BOOST_TEST(f.run(calls()) == 7);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
