// The cost of making a request: checks, path, query, header fields.
#include "api/organizations/organization_requests.hpp"
#include "http/base_url.hpp"
#include "http/request_head.hpp"
#include "http/secret_buffer.hpp"

#include <benchmark/benchmark.h>

#include <string>

namespace {

namespace http = clerk::http;
namespace organizations = clerk::organizations;

constexpr char const* id = "org_2sK5QgslLOY1BE1c5bbSunxYNqW";

clerk::ListOrganizationsRequest one_page() {
    clerk::ListOrganizationsRequest request{};
    request.limit = 500;
    request.offset = 12'500;
    request.order_by = "+created_at";
    return request;
}

clerk::ListOrganizationsRequest every_parameter() {
    clerk::ListOrganizationsRequest request = one_page();
    request.query = "Müller & Söhne";
    request.user_id = {"user_2sK5QgslLOY1BE1c5bbSunxYNqW", "-user_2EJCl89kwjjkbo3gsDIwKpFkZoc"};
    request.organization_id = {id};
    request.include_members_count = true;
    return request;
}

void get_organization(benchmark::State& state) {
    for (auto _ : state) {
        auto request = organizations::get_organization(id, {});
        benchmark::DoNotOptimize(request);
    }
}

void list_organizations(benchmark::State& state, clerk::ListOrganizationsRequest const& parameters) {
    for (auto _ : state) {
        auto request = organizations::list_organizations(parameters);
        benchmark::DoNotOptimize(request);
    }
}

void bytes_of_a_request(benchmark::State& state) {
    auto const origin = http::parse_base_url("");
    http::RequestHead const head{*origin, "", "", clerk::Secret{"sk_test_0123456789012345678901234567890123456789"}};
    auto const request = organizations::get_organization(id, {});
    for (auto _ : state) {
        http::SecretBuffer out;
        head.append_request(out, *request);
        benchmark::DoNotOptimize(out.data());
    }
}

BENCHMARK(get_organization);
BENCHMARK_CAPTURE(list_organizations, page, one_page());
BENCHMARK_CAPTURE(list_organizations, every_parameter, every_parameter());
BENCHMARK(bytes_of_a_request);

}  // namespace
