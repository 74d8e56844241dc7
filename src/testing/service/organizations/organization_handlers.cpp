// The operations on organizations.
#include "testing/server/multipart_reader.hpp"
#include "testing/server/upload_type.hpp"
#include "testing/service/organizations/image.hpp"
#include "testing/service/organizations/organization_fields.hpp"
#include "testing/service/organizations/organization_refusals.hpp"
#include "testing/service/service_call.hpp"
#include "testing/service/service_state.hpp"

#include <algorithm>
#include <array>
#include <mutex>
#include <shared_mutex>

namespace clerk::testing {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t max_image = 10 * 1024 * 1024;
// From this version on, PATCH of an organization refuses metadata.
constexpr std::string_view metadata_moved = "2026-05-12";

// What is wrong with an uploaded logo.
std::optional<ApiRefusal> check_logo(ServiceRequest const& request) {
    auto const type = request.content_type ? parse_header_value(*request.content_type) : std::nullopt;
    if (!type || type->value != "multipart/form-data") return refusals::unsupported_content_type();
    std::string const* const boundary = type->find("boundary");
    if (boundary == nullptr || !is_boundary(*boundary)) return refusals::request_body_invalid();
    auto const parts = parse_multipart(request.body, *boundary);
    if (!parts) return refusals::request_body_invalid();
    auto const file = std::find_if(parts->begin(), parts->end(), [](FormPart const& part) {
        return part.name == "file" && part.filename.has_value();
    });
    if (file == parts->end()) return refusals::image_file_missing();
    if (file->content.size() > max_image) return refusals::image_too_large();
    ImageType const image = sniff_image(file->content);
    if (image == ImageType::unsupported) return refusals::unsupported_image_type();
    if (!has_image_header(image, file->content)) return refusals::image_decode_error();
    return std::nullopt;
}

// Answers with an organization.
std::optional<Failure> answer(ServiceState const& state, Call const& call, Outcome<Slot> const& slot,
                              OrganizationInclude const& include = {}) {
    if (!slot) return slot.error();
    state.organizations.append_json(call.out, *slot, include);
    return std::nullopt;
}

std::optional<Failure> list_organizations(ServiceState& state, Call const& call) {
    auto const fields = read_list(call.params);
    if (!fields) return fields.error();
    auto const lock = state.lock_prepared([&] { return state.organizations.is_prepared(fields->order.property); },
                                          [&] { state.organizations.prepare(fields->order.property); });
    OrganizationPage const page = state.organizations.list(*fields);
    append_page(call.out, page.slots, page.total_count,
                [&](std::string& out, Slot slot) { state.organizations.append_json(out, slot, fields->include); });
    return std::nullopt;
}

std::optional<Failure> get_organization(ServiceState& state, Call const& call) {
    auto const include = read_include(call.params);
    if (!include) return include.error();
    std::shared_lock const lock{state.mutex};
    return answer(state, call, state.organizations.find_by_id_or_slug(call.id()), *include);
}

std::optional<Failure> create_organization(ServiceState& state, Call const& call) {
    auto const body = read_object(call.request);
    if (!body) return body.error();
    auto const fields = read_new_organization(*body);
    if (!fields) return fields.error();
    std::scoped_lock const lock{state.mutex};
    auto const slot = state.organizations.create(*fields, call.now);
    if (!slot) return slot.error();
    if (NameIndex const creator = state.organizations[*slot].created_by; creator != no_name) {
        state.memberships.add(*slot, creator, state.roles.creator_role(), call.now);
        state.organizations.set_members_count(*slot, 1);
    }
    return answer(state, call, slot);
}

std::optional<Failure> update_organization(ServiceState& state, Call const& call) {
    auto const body = read_object(call.request);
    if (!body) return body.error();
    auto const fields = read_organization_changes(*body, call.api_version < metadata_moved);
    if (!fields) return fields.error();
    std::scoped_lock const lock{state.mutex};
    return answer(state, call, state.organizations.update(call.id(), *fields, call.now));
}

std::optional<Failure> delete_organization(ServiceState& state, Call const& call) {
    std::scoped_lock const lock{state.mutex};
    auto const slot = state.organizations.find(call.id());
    if (!slot) return slot.error();
    for (Resource const* const resource : resources()) {
        if (resource->organization_removed != nullptr) resource->organization_removed(state, *slot);
    }
    call.out += state.organizations.remove(*slot);
    return std::nullopt;
}

std::optional<Failure> merge_metadata(ServiceState& state, Call const& call) {
    auto const body = read_object(call.request);
    if (!body) return body.error();
    auto const fields = read_metadata(*body);
    if (!fields) return fields.error();
    std::scoped_lock const lock{state.mutex};
    return answer(state, call, state.organizations.merge_metadata(call.id(), without_null(*fields), call.now));
}

std::optional<Failure> replace_metadata(ServiceState& state, Call const& call) {
    auto const body = read_object(call.request);
    if (!body) return body.error();
    auto const fields = read_metadata(*body);
    if (!fields) return fields.error();
    std::scoped_lock const lock{state.mutex};
    return answer(state, call, state.organizations.replace_metadata(call.id(), *fields, call.now));
}

std::optional<Failure> upload_logo(ServiceState& state, Call const& call) {
    if (auto refusal = check_logo(call.request)) return Failure{std::move(*refusal)};
    std::scoped_lock const lock{state.mutex};
    OrganizationInclude include{};
    include.logo_url = true;
    return answer(state, call, state.organizations.set_logo(call.id(), call.now), include);
}

std::optional<Failure> delete_logo(ServiceState& state, Call const& call) {
    std::scoped_lock const lock{state.mutex};
    return answer(state, call, state.organizations.remove_logo(call.id(), call.now));
}

constexpr std::string_view collection_path = "/organizations";
constexpr std::string_view item_path = "/organizations/{organization_id}";
constexpr std::string_view metadata_path = "/organizations/{organization_id}/metadata";
constexpr std::string_view logo_path = "/organizations/{organization_id}/logo";
constexpr RequestLimit writes{"writes of an organization", 10, 10s, 1};

constexpr std::array<Operation, 9> operations{{
    {"list_organizations", "GET", collection_path, list_organizations},
    {"create_organization", "POST", collection_path, create_organization},
    {"get_organization", "GET", item_path, get_organization},
    {"update_organization", "PATCH", item_path, update_organization, writes},
    {"delete_organization", "DELETE", item_path, delete_organization},
    {"merge_organization_metadata", "PATCH", metadata_path, merge_metadata, writes},
    {"replace_organization_metadata", "PUT", metadata_path, replace_metadata, writes},
    {"upload_organization_logo", "PUT", logo_path, upload_logo, {}, refusals::image_too_large},
    {"delete_organization_logo", "DELETE", logo_path, delete_logo},
}};

}  // namespace

extern Resource const organizations_resource;
constinit Resource const organizations_resource{operations, organization_refusals, nullptr, nullptr};

}  // namespace clerk::testing
