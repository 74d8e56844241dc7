// Decodes a page of 500 memberships of one organization into structs: this library's decoder and simdjson's on-demand
// interface, compared as in json_benchmark.cpp. Each membership holds its whole organization and its user's public
// data.
#include "compared_readers.hpp"
#include "organization_page.hpp"

#include "api/organization_memberships/organization_membership_codec.hpp"
#include "api/organization_memberships/organization_membership_descriptions.hpp"
#include "api/organizations/organization_descriptions.hpp"

#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace api = clerk::api;
namespace ondemand = simdjson::ondemand;
using clerk::OrganizationMembership;
using clerk::OrganizationMemberships;

constexpr std::size_t page_size = 500;
constexpr std::size_t read_buffer = 16 * 1024;
constexpr std::size_t max_depth = 64;

void write_membership(std::string& page, std::string const& organization, std::size_t index) {
    std::string const number = std::to_string(1000 + index);
    bool const is_admin = index % 10 == 0;
    page += R"({"id":"orgmem_2g7np7Hrk0SN6kj5EDMLDaK)" + number + R"(","object":"organization_membership")";
    page += is_admin ? R"(,"role":"org:admin","role_name":"Admin","permissions":["org:sys_profile:manage",)"
                       R"("org:sys_profile:delete","org:sys_memberships:read","org:sys_memberships:manage",)"
                       R"("org:sys_domains:read","org:sys_domains:manage","org:sys_billing:read"])"
                     : R"(,"role":"org:member","role_name":"Member","permissions":["org:sys_memberships:read",)"
                       R"("org:sys_billing:read"])";
    page += R"(,"public_metadata":{"title":"Engineer"},"private_metadata":{},"organization":)" + organization;
    page += R"(,"public_user_data":{"user_id":"user_2g7np7Hrk0SN6kj5EDMLDaK)" + number;
    page += index % 8 == 0 ? R"(","first_name":"Zoë","last_name":null)" : R"(","first_name":"Ann","last_name":"Lee")";
    std::string const image = R"("https://img.clerk.com/eyJ0eXBlIjoicHJveHkiLCJzcmMiOiJodHRwczovL2ltYWdlcy5jbGVyay5k)";
    page += R"(,"profile_image_url":)" + image + number + R"(","image_url":)" + image + number;
    page += R"(","has_image":true,"identifier":"ann.lee.)" + number + R"(@example.com","username":"ann_)" + number;
    page += R"(","banned":false,"deprovisioned":false},"created_at":173234567)" + number;
    page += R"(,"updated_at":174234567)" + number + '}';
}

std::string const& page_text() {
    static std::string const text = [] {
        std::string organization;
        clerk::bench::OrganizationPageWriter{}.write_organization(organization, 1);
        std::string page{R"({"data":[)"};
        for (std::size_t index = 0; index != page_size; ++index) {
            if (index != 0) page += ',';
            write_membership(page, organization, index);
        }
        return page += R"(],"total_count":500})";
    }();
    return text;
}

simdjson::padded_string const& padded_page_text() {
    static simdjson::padded_string const text{page_text()};
    return text;
}

// Neither is inlined, so that callgrind can count what is within it.
[[gnu::noinline]] OrganizationMemberships read_memberships_with_clerk(std::string_view text) {
    api::Decoder<OrganizationMemberships> decoder{max_depth, page_size};
    while (!text.empty()) {
        std::string_view const piece = text.substr(0, read_buffer);
        if (!decoder.write(piece)) throw std::runtime_error{"the page cannot be decoded"};
        text.remove_prefix(piece.size());
    }
    if (!decoder.finish()) throw std::runtime_error{"the page cannot be decoded"};
    return decoder.take();
}

template <api::Described T>
void read(ondemand::value value, T& to);

void read(ondemand::value value, std::string& to) { to.assign(value.get_string().value()); }
void read(ondemand::value value, bool& to) { to = value.get_bool(); }
void read(ondemand::value value, clerk::Timestamp& to) {
    to = clerk::Timestamp{std::chrono::milliseconds{value.get_int64().value()}};
}
void read(ondemand::value value, std::int64_t& to) { to = value.get_int64(); }
void read(ondemand::value value, clerk::Metadata& to) {
    to = clerk::Metadata::from_valid_text(std::string{value.get_object().value().raw_json().value()});
}
void read(ondemand::value value, std::vector<std::string>& to) {
    for (ondemand::value element : value.get_array()) read(element, to.emplace_back());
}
template <class T>
void read(ondemand::value value, std::optional<T>& to) {
    read(value, to.emplace());
}
template <api::Described T>
void read(ondemand::value value, T& to) {
    for (auto member : value.get_object()) {
        ondemand::value part = member.value();
        std::string_view const name = member.unescaped_key();
        api::visit_member<T>(api::find_member<T>(name), [&]<std::size_t index>() {
            if (!part.is_null()) read(part, to.*api::member_at<T, index>.pointer);
        });
    }
}

[[gnu::noinline]] OrganizationMemberships read_memberships_with_simdjson(ondemand::parser& parser,
                                                                         simdjson::padded_string const& text) {
    ondemand::document document = parser.iterate(text);
    OrganizationMemberships page;
    page.data.reserve(page_size);
    for (auto member : document.get_object()) {
        std::string_view const name = member.unescaped_key();
        if (name == "data") {
            for (ondemand::value item : member.value().get_array()) read(item, page.data.emplace_back());
        } else if (name == "total_count") {
            page.total_count = member.value().get_int64();
        }
    }
    return page;
}

// This decoder also records which members were null.
bool answers_agree() {
    ondemand::parser parser;
    OrganizationMemberships ours = read_memberships_with_clerk(page_text());
    for (OrganizationMembership& each : ours.data) {
        each.null_fields = each.organization.null_fields = each.public_user_data.value().null_fields = 0;
    }
    return ours.size() == page_size && ours == read_memberships_with_simdjson(parser, padded_page_text());
}

template <class Read>
void run(benchmark::State& state, Read read_page) {
    page_text(), padded_page_text();
    for (auto _ : state) {
        auto page = read_page();
        benchmark::DoNotOptimize(page);
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(page_text().size()) * state.iterations());
}

void clerk_memberships(benchmark::State& state) {
    run(state, [] { return read_memberships_with_clerk(page_text()); });
}
void simdjson_memberships(benchmark::State& state) {
    ondemand::parser parser;
    run(state, [&parser] { return read_memberships_with_simdjson(parser, padded_page_text()); });
}

BENCHMARK(clerk_memberships);
BENCHMARK(simdjson_memberships);

}  // namespace

int main(int argc, char** argv) { return clerk::bench::run_benchmarks(argc, argv, answers_agree()); }
