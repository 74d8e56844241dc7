#include <clerk/organizations_api.hpp>

#include "api/organizations/organization_codec.hpp"
#include "api/organizations/organization_requests.hpp"
#include "api/pagination/paginator_impl.hpp"

#include <string_view>

namespace clerk {

template class Paginator<Organization>;

namespace {

api::WalkSource source_of(ListOrganizationsRequest const& request, PaginatorOptions const& options) {
    return api::walk_source("list_organizations", request, options, organizations::list_organizations);
}

}  // namespace

OrganizationPaginator OrganizationsApi::paginate(ListOrganizationsRequest const& request, PaginatorOptions options) {
    return api::paginate<Organization>(core_, source_of(request, options), options);
}
OrganizationPaginator OrganizationsApi::paginate(PaginatorOptions options) {
    return paginate(ListOrganizationsRequest{}, options);
}
OrganizationPaginator OrganizationsApi::resume(ListOrganizationsRequest const& request, std::string_view checkpoint,
                                               PaginatorOptions options) {
    return api::resume<Organization>(core_, source_of(request, options), checkpoint, options);
}

}  // namespace clerk
