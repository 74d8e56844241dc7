#include "testing/service/service.hpp"

#include "testing/server/multipart_reader.hpp"
#include "testing/server/upload_type.hpp"
#include "testing/service/image.hpp"
#include "testing/service/random_ids.hpp"
#include "testing/service/seed.hpp"
#include "testing/service/validation.hpp"

#include <algorithm>

namespace clerk::testing {
namespace {

constexpr std::size_t max_image = 10 * 1024 * 1024;
constexpr std::array<std::string_view, 5> api_versions{"2021-02-05", "2024-10-01", "2025-04-10", "2025-11-10",
                                                       "2026-05-12"};
constexpr std::string_view newest_api_version = api_versions.back();
// From this one on, PATCH of an organization knows no metadata.
constexpr std::string_view metadata_moved = "2026-05-12";

struct MethodOperation {
    std::string_view method;
    Operation operation;
};

// Reads every byte whatever they are, so that the time taken tells nothing about the key.
bool equal_in_constant_time(std::string_view given, std::string_view expected) noexcept {
    std::size_t difference = given.size() ^ expected.size();
    for (std::size_t i = 0; i != given.size(); ++i) {
        difference |= static_cast<std::size_t>(static_cast<unsigned char>(given[i] ^ expected[i % expected.size()]));
    }
    return difference == 0;
}

// The body as an object, which has to be declared as JSON.
Outcome<Json> read_object(ServiceRequest const& request) {
    auto const type = request.content_type ? parse_header_value(*request.content_type) : std::nullopt;
    if (!type || type->value != "application/json") return Failure{refusals::unsupported_content_type()};
    auto body = parse_json(request.body);
    if (!body || !body->is_object()) return Failure{refusals::request_body_invalid()};
    return std::move(*body);
}

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

std::string_view path_of(std::string_view origin_form) noexcept { return origin_form.substr(0, origin_form.find('?')); }

std::string const* find_param(QueryParams const& params, std::string_view name) noexcept {
    auto const found =
        std::find_if(params.begin(), params.end(), [name](auto const& param) { return param.first == name; });
    return found == params.end() ? nullptr : &found->second;
}

}  // namespace

struct Service::Route {
    Operation operation{};
    std::string organization{};  // id or slug, decoded
};

struct Service::Call {
    ServiceRequest const& request;
    Route const& route;
    QueryParams const& params;
    std::string_view version;
    Milliseconds now;
    std::string& out;

    // Answers with an organization.
    std::optional<Failure> organization(Store const& store, Outcome<Slot> const& slot,
                                        Include const& include = {}) const {
        if (!slot) return slot.error();
        store.append_json(out, *slot, include);
        return std::nullopt;
    }
};

Service::Service(EmulatorOptions options)
    : options_(std::move(options)),
      limits_(options_.rate_limit),
      store_(StoreOptions{options_.users, options_.slugs_enabled, options_.max_organizations}) {
    if (options_.secret_key.empty()) options_.secret_key = "sk_test_emulator";
    seed(store_, options_.organizations);
}

std::size_t Service::organizations() const {
    std::shared_lock const lock{store_mutex_};
    return store_.size();
}

ServiceResponse Service::begin() {
    constexpr std::string_view hex = "0123456789abcdef";
    std::uint64_t const number = requests_.fetch_add(1, std::memory_order_relaxed);
    ServiceResponse response{};
    std::uint64_t bits = mix(number);
    for (std::size_t i = 0; i != response.trace_id.size(); ++i, bits >>= 4U) {
        if (i == 16) bits = mix(~number);
        response.trace_id[i] = hex[bits & 15U];
    }
    return response;
}

ServiceResponse Service::refuse(ApiRefusal refusal, std::string& out) {
    ServiceResponse response = begin();
    response.status = refusal.status;
    append_error_body(out, Failure{std::move(refusal)}, response.trace());
    return response;
}

ServiceResponse Service::handle(ServiceRequest const& request, Now now, std::string& out) {
    ServiceResponse response = begin();
    std::size_t const start = out.size();
    std::optional<Failure> failure{};
    std::string_view const whole = origin_form(request.target);
    std::string_view const path = path_of(whole);
    auto const target = route(path, request.method, response.allow);
    if (!target) {
        failure = target.error();
    } else {
        QueryParams const params = parse_query(whole.substr(std::min(path.size() + 1, whole.size())));
        failure = refusal(request, *target, params, now);
        if (!failure) {
            std::string const* const in_query = find_param(params, api_version_param);
            std::string_view const version = request.api_version   ? *request.api_version
                                             : in_query != nullptr ? std::string_view{*in_query}
                                                                   : newest_api_version;
            failure = dispatch(Call{request, *target, params, version, now.unix, out});
        }
    }
    if (failure) {
        out.resize(start);
        response.status = failure->refusals.front().status;
        response.retry_after = failure->retry_after;
        append_error_body(out, *failure, response.trace());
    }
    return response;
}

std::optional<Operation> Service::operation_of(ServiceRequest const& request) {
    std::string_view allow{};
    auto const target = route(path_of(origin_form(request.target)), request.method, allow);
    return target ? std::optional{target->operation} : std::nullopt;
}

Outcome<Service::Route> Service::route(std::string_view path, std::string_view method, std::string_view& allow) {
    constexpr std::string_view prefix = "/v1/organizations";
    constexpr std::array<MethodOperation, 2> collection{{{"GET", Operation::list}, {"POST", Operation::create}}};
    constexpr std::array<MethodOperation, 3> item{
        {{"GET", Operation::get}, {"PATCH", Operation::update}, {"DELETE", Operation::remove}}};
    constexpr std::array<MethodOperation, 2> metadata{
        {{"PATCH", Operation::merge_metadata}, {"PUT", Operation::replace_metadata}}};
    constexpr std::array<MethodOperation, 2> logo{
        {{"PUT", Operation::upload_logo}, {"DELETE", Operation::remove_logo}}};

    if (!path.starts_with(prefix)) return Failure{refusals::route_not_found()};
    std::string_view rest = path.substr(prefix.size());
    Route route{};
    std::span<MethodOperation const> methods = collection;
    std::string_view allowed = "GET, POST";
    if (!rest.empty()) {
        if (rest.front() != '/') return Failure{refusals::route_not_found()};
        rest.remove_prefix(1);
        std::string_view const segment = rest.substr(0, rest.find('/'));
        std::string_view const below = rest.substr(segment.size());
        auto id = percent_decode(segment, false);
        if (!id) return Failure{refusals::malformed_request()};
        if (id->empty()) return Failure{refusals::route_not_found()};
        route.organization = std::move(*id);
        if (below.empty()) {
            methods = item;
            allowed = "GET, PATCH, DELETE";
        } else if (below == "/metadata") {
            methods = metadata;
            allowed = "PATCH, PUT";
        } else if (below == "/logo") {
            methods = logo;
            allowed = "PUT, DELETE";
        } else {
            return Failure{refusals::route_not_found()};
        }
    }
    for (MethodOperation const& candidate : methods) {
        if (candidate.method == method) {
            route.operation = candidate.operation;
            return route;
        }
    }
    allow = allowed;
    return Failure{refusals::method_not_allowed()};
}

std::optional<Failure> Service::refusal(ServiceRequest const& request, Route const& route, QueryParams const& params,
                                        Now now) {
    if (auto refusal = check_key(request)) return Failure{std::move(*refusal)};
    if (!limits_.off()) {
        std::scoped_lock const lock{limits_mutex_};
        auto wait = limits_.admit(now.steady);
        bool const has_write_limit = route.operation == Operation::update ||
                                     route.operation == Operation::merge_metadata ||
                                     route.operation == Operation::replace_metadata;
        if (!wait && has_write_limit) wait = limits_.admit_write(route.organization, now.steady);
        if (wait) {
            Failure failure{refusals::too_many_requests()};
            failure.retry_after = wait;
            return failure;
        }
    }
    std::string const* const in_query = find_param(params, api_version_param);
    if (request.api_version && in_query != nullptr) {
        return Failure{refusals::api_version_invalid("The API version was given both as a header and in the query.")};
    }
    if (request.api_version || in_query != nullptr) {
        std::string_view const version = request.api_version ? *request.api_version : std::string_view{*in_query};
        if (std::find(api_versions.begin(), api_versions.end(), version) == api_versions.end()) {
            return Failure{refusals::api_version_invalid("The API version does not exist.")};
        }
    }
    if (!options_.organizations_enabled) return Failure{refusals::organizations_not_enabled()};
    if (request.body_too_large) {
        return Failure{route.operation == Operation::upload_logo ? refusals::image_too_large()
                                                                 : refusals::request_body_too_large()};
    }
    return std::nullopt;
}

std::optional<ApiRefusal> Service::check_key(ServiceRequest const& request) const {
    constexpr std::string_view scheme = "Bearer ";
    if (!request.authorization || request.authorization->empty()) return refusals::authentication_invalid();
    std::string_view value = *request.authorization;
    if (value.size() <= scheme.size() || !equals_ignoring_case(value.substr(0, scheme.size()), scheme)) {
        return refusals::authorization_header_format_invalid();
    }
    value.remove_prefix(scheme.size());
    if (!equal_in_constant_time(value, options_.secret_key)) return refusals::clerk_key_invalid();
    return std::nullopt;
}

std::optional<Failure> Service::dispatch(Call const& call) {
    switch (call.route.operation) {
        case Operation::list:
            return list(call);
        case Operation::create:
            return create(call);
        case Operation::get:
            return get(call);
        case Operation::update:
            return update(call);
        case Operation::remove:
            return remove(call);
        case Operation::merge_metadata:
            return change_metadata(call, false);
        case Operation::replace_metadata:
            return change_metadata(call, true);
        case Operation::upload_logo:
            return upload_logo(call);
        case Operation::remove_logo:
            return remove_logo(call);
    }
    return Failure{refusals::internal_error()};
}

std::optional<Failure> Service::list(Call const& call) {
    auto const fields = read_list(call.params);
    if (!fields) return fields.error();
    std::shared_lock lock{store_mutex_};
    while (!store_.is_prepared(fields->order)) {
        lock.unlock();
        {
            std::scoped_lock const writing{store_mutex_};
            store_.prepare(fields->order);
        }
        lock.lock();
    }
    Page const page = store_.list(*fields);
    call.out += R"({"data":[)";
    for (std::size_t i = 0; i != page.slots.size(); ++i) {
        if (i != 0) call.out += ',';
        store_.append_json(call.out, page.slots[i], fields->include);
    }
    append_number(call.out += R"(],"total_count":)", static_cast<std::int64_t>(page.total_count));
    call.out += '}';
    return std::nullopt;
}

std::optional<Failure> Service::get(Call const& call) {
    auto const include = read_include(call.params);
    if (!include) return include.error();
    std::shared_lock const lock{store_mutex_};
    return call.organization(store_, store_.find_by_id_or_slug(call.route.organization), *include);
}

std::optional<Failure> Service::create(Call const& call) {
    auto const body = read_object(call.request);
    if (!body) return body.error();
    auto const fields = read_create(*body);
    if (!fields) return fields.error();
    std::scoped_lock const lock{store_mutex_};
    return call.organization(store_, store_.create(*fields, call.now));
}

std::optional<Failure> Service::update(Call const& call) {
    auto const body = read_object(call.request);
    if (!body) return body.error();
    auto const fields = read_update(*body, call.version < metadata_moved);
    if (!fields) return fields.error();
    std::scoped_lock const lock{store_mutex_};
    return call.organization(store_, store_.update(call.route.organization, *fields, call.now));
}

std::optional<Failure> Service::remove(Call const& call) {
    std::scoped_lock const lock{store_mutex_};
    auto const answer = store_.remove(call.route.organization);
    if (!answer) return answer.error();
    call.out += *answer;
    return std::nullopt;
}

std::optional<Failure> Service::change_metadata(Call const& call, bool replace) {
    auto const body = read_object(call.request);
    if (!body) return body.error();
    auto const fields = read_metadata(*body, replace);
    if (!fields) return fields.error();
    std::scoped_lock const lock{store_mutex_};
    return call.organization(store_, replace ? store_.replace_metadata(call.route.organization, *fields, call.now)
                                             : store_.merge_metadata(call.route.organization, *fields, call.now));
}

std::optional<Failure> Service::upload_logo(Call const& call) {
    if (auto refusal = check_logo(call.request)) return Failure{std::move(*refusal)};
    std::scoped_lock const lock{store_mutex_};
    Include include{};
    include.logo_url = true;
    return call.organization(store_, store_.set_logo(call.route.organization, call.now), include);
}

std::optional<Failure> Service::remove_logo(Call const& call) {
    std::scoped_lock const lock{store_mutex_};
    return call.organization(store_, store_.remove_logo(call.route.organization, call.now));
}

}  // namespace clerk::testing
