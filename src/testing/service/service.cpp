#include "testing/service/service.hpp"

#include "base/digest.hpp"
#include "testing/service/organization_invitations/acceptance.hpp"
#include "testing/service/query_reader.hpp"
#include "testing/service/random_ids.hpp"
#include "testing/service/resources.hpp"
#include "testing/service/seed.hpp"

#include <algorithm>
#include <shared_mutex>
#include <stdexcept>

namespace clerk::testing {
namespace {

constexpr std::array<std::string_view, 5> api_versions{"2021-02-05", "2024-10-01", "2025-04-10", "2025-11-10",
                                                       "2026-05-12"};
constexpr std::string_view newest_api_version = api_versions.back();
constexpr Milliseconds most_ahead = std::chrono::milliseconds{std::chrono::years{100}}.count();

std::string_view path_of(std::string_view origin_form) noexcept { return origin_form.substr(0, origin_form.find('?')); }

std::string const* find_param(QueryParams const& params, std::string_view name) noexcept {
    auto const found =
        std::find_if(params.begin(), params.end(), [name](auto const& param) { return param.first == name; });
    return found == params.end() ? nullptr : &found->second;
}

// The API version of a request.
Outcome<std::string_view> api_version_of(ServiceRequest const& request, QueryParams const& params) {
    std::string const* const in_query = find_param(params, api_version_param);
    if (request.api_version && in_query != nullptr) {
        return Failure{refusals::api_version_invalid("The API version was given both as a header and in the query.")};
    }
    if (!request.api_version && in_query == nullptr) return newest_api_version;
    std::string_view const version = request.api_version ? *request.api_version : std::string_view{*in_query};
    if (std::find(api_versions.begin(), api_versions.end(), version) == api_versions.end()) {
        return Failure{refusals::api_version_invalid("The API version does not exist.")};
    }
    return version;
}

}  // namespace

Service::Service(EmulatorOptions options)
    : options_(std::move(options)), limits_(options_.rate_limit), state_(options_) {
    if (options_.secret_key.empty()) options_.secret_key = "sk_test_emulator";
    seed(state_, options_);
}

std::size_t Service::organizations() const {
    std::shared_lock const lock{state_.mutex};
    return state_.organizations.size();
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

std::string_view Service::operation_of(ServiceRequest const& request) {
    std::string allow{};
    auto const route = find_route(request.method, path_of(origin_form(request.target)), allow);
    return route ? route->operation->name : std::string_view{};
}

ServiceResponse Service::handle(ServiceRequest const& request, Now now, std::string& out) {
    ServiceResponse response = begin();
    std::size_t const start = out.size();
    std::chrono::milliseconds const ahead{ahead_.load()};
    now.unix += ahead.count();
    now.steady += ahead;
    if (auto const failure = respond(request, now, response, out)) {
        out.resize(start);
        response.status = failure->refusals.front().status;
        response.retry_after = failure->retry_after;
        append_error_body(out, *failure, response.trace());
    }
    return response;
}

void Service::pass_time(Milliseconds now) {
    for (Resource const* const resource : resources()) {
        if (resource->time_passed != nullptr) resource->time_passed(state_, now);
    }
}

void Service::advance_clock(std::chrono::milliseconds by) {
    Milliseconds ahead = ahead_.load();
    do {
        if (by.count() > most_ahead - ahead) {
            throw std::invalid_argument{"the emulator's clock goes at most 100 years ahead"};
        }
    } while (!ahead_.compare_exchange_weak(ahead, ahead + by.count()));
}

Acceptance Service::accept_invitation(std::string_view invitation_id, std::string_view user_id, Milliseconds unix_now) {
    Milliseconds const now = unix_now + ahead_.load();
    pass_time(now);
    std::scoped_lock const lock{state_.mutex};
    return accept(state_, invitation_id, user_id, now);
}

std::optional<Failure> Service::respond(ServiceRequest const& request, Now now, ServiceResponse& response,
                                        std::string& out) {
    std::string_view const whole = origin_form(request.target);
    std::string_view const path = path_of(whole);
    auto const route = find_route(request.method, path, response.allow);
    if (!route) return route.error();
    if (auto refusal = check_key(request)) return Failure{std::move(*refusal)};
    if (auto failure = check_limits(*route, now.steady)) return failure;
    QueryParams const params = parse_query(whole.substr(std::min(path.size() + 1, whole.size())));
    auto const version = api_version_of(request, params);
    if (!version) return version.error();
    if (!options_.organizations_enabled) return Failure{refusals::organizations_not_enabled()};
    if (request.body_too_large) return Failure{route->operation->body_too_large()};
    pass_time(now.unix);
    return route->operation->handle(state_, Call{request, *route, params, *version, now.unix, out});
}

std::optional<ApiRefusal> Service::check_key(ServiceRequest const& request) const {
    constexpr std::string_view scheme = "Bearer ";
    if (!request.authorization || request.authorization->empty()) return refusals::authentication_invalid();
    std::string_view value = *request.authorization;
    if (value.size() <= scheme.size() || !equals_ignoring_case(value.substr(0, scheme.size()), scheme)) {
        return refusals::authorization_header_format_invalid();
    }
    value.remove_prefix(scheme.size());
    if (!base::equal_in_constant_time(value, options_.secret_key)) return refusals::clerk_key_invalid();
    return std::nullopt;
}

std::optional<Failure> Service::check_limits(Route const& route, RateLimits::Time now) {
    if (limits_.off()) return std::nullopt;
    std::scoped_lock const lock{limits_mutex_};
    auto wait = limits_.admit(now);
    if (!wait) wait = limits_.admit(route.operation->limit, route.ids, now);
    if (!wait) return std::nullopt;
    Failure failure{refusals::too_many_requests()};
    failure.retry_after = wait;
    return failure;
}

}  // namespace clerk::testing
