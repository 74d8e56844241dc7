// Every operation and every error of the service, against the emulator over TLS.
#include "support/emulator_client.hpp"
#include "support/expect.hpp"
#include "support/printing.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>

namespace clerk {
BOOST_AUTO_TEST_SUITE(lifecycle)

namespace {

using test::EmulatorClient;
using test::expect;
using test::expect_error;
using testing::EmulatorOptions;

std::string png() {
    // Signature and an IHDR chunk for 1×1, 8 bit greyscale.
    std::string image{"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0\x3a\x7e\x9b\x55", 33};
    image.append("\0\0\0\nIDATx\x9c\x63\x60\0\0\0\2\0\1\x48\xaf\xa4\x71", 22);
    image.append("\0\0\0\0IEND\xae\x42\x60\x82", 12);
    return image;
}

BOOST_AUTO_TEST_CASE(an_organization_from_creation_to_deletion) {
    EmulatorClient f{{.organizations = 20}};
    CreateOrganizationRequest create{
        .name = "Acme", .created_by = "user_1", .slug = "acme", .max_allowed_memberships = 7};
    create.created_at = parse_timestamp("2020-02-29T12:34:56.789Z").value();
    create.public_metadata = boost::json::object{{"plan", "pro"}, {"limits", {{"seats", 5}, {"old", true}}}};
    create.private_metadata = boost::json::object{{"note", "a"}};
    Organization const created = expect(f.run(f.api->create_organization(create)));
    BOOST_TEST(created.object == "organization");
    BOOST_TEST(created.id.starts_with("org_"));
    BOOST_TEST(created.name == "Acme");
    BOOST_TEST(created.slug.value() == "acme");
    BOOST_TEST(created.max_allowed_memberships.value() == 7);
    BOOST_TEST((created.created_at == create.created_at));
    BOOST_TEST(created.created_by.value() == "user_1");
    BOOST_TEST((created.public_metadata == *create.public_metadata));
    BOOST_TEST((created.private_metadata == *create.private_metadata));
    BOOST_TEST(!created.members_count.has_value());

    auto const by_id = expect(f.run(f.api->get_organization(created.id)));
    auto const by_slug = expect(f.run(f.api->get_organization("acme")));
    BOOST_TEST((by_id == created));
    BOOST_TEST((by_slug == created));
    auto const counted = expect(f.run(f.api->get_organization(created.id, {.include_members_count = true})));
    BOOST_TEST(counted.members_count.value() == 1);

    UpdateOrganizationRequest update{.name = "Acme Inc.", .slug = "acme-inc", .admin_delete_enabled = false};
    update.max_allowed_memberships = nullptr;
    auto const updated = expect(f.run(f.api->update_organization(created.id, update)));
    BOOST_TEST(updated.name == "Acme Inc.");
    BOOST_TEST(updated.slug.value() == "acme-inc");
    BOOST_TEST(updated.admin_delete_enabled.value() == false);
    BOOST_TEST((updated.public_metadata == created.public_metadata));

    MergeOrganizationMetadataRequest merge{};
    merge.public_metadata = boost::json::object{{"limits", {{"seats", 6}, {"old", nullptr}}}, {"new", {1, 2}}};
    auto const merged = expect(f.run(f.api->merge_organization_metadata(created.id, merge)));
    BOOST_TEST(
        (merged.public_metadata == Metadata::parse(R"({"plan":"pro","limits":{"seats":6},"new":[1,2]})").value()));
    BOOST_TEST((merged.private_metadata == created.private_metadata));

    ReplaceOrganizationMetadataRequest replace{};
    replace.public_metadata = Metadata{};
    auto const replaced = expect(f.run(f.api->replace_organization_metadata(created.id, replace)));
    BOOST_TEST(replaced.public_metadata.empty());
    BOOST_TEST((replaced.private_metadata == created.private_metadata));

    UploadOrganizationLogoRequest upload{.file = LogoFile::from_memory(png(), "logo.png"),
                                         .uploader_user_id = "user_1"};
    auto const with_logo = expect(f.run(f.api->upload_organization_logo(created.id, upload)));
    BOOST_TEST(with_logo.has_image.value());
    BOOST_TEST(!with_logo.logo_url.value_or("").empty());
    BOOST_TEST(!with_logo.image_url.value_or("").empty());
    auto const without = expect(f.run(f.api->delete_organization_logo(created.id)));
    BOOST_TEST(!without.has_image.value());
    expect_error(f.run(f.api->delete_organization_logo(created.id)), 404, "image_not_found");

    auto const deleted = expect(f.run(f.api->delete_organization(created.id)));
    BOOST_TEST(deleted.deleted);
    BOOST_TEST(deleted.id.value() == created.id);
    expect_error(f.run(f.api->get_organization(created.id)), 404, "resource_not_found");
    expect_error(f.run(f.api->delete_organization(created.id)), 404, "resource_not_found");
    BOOST_TEST(f.emulator.organizations() == 20U);
    BOOST_TEST(f.emulator.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(metadata_of_any_size_arrives) {
    EmulatorClient f{};
    auto const create = [&f](std::size_t size) {
        CreateOrganizationRequest request{.name = "Acme"};
        request.public_metadata = boost::json::object{{"text", std::string(size, 'x')}};
        request.private_metadata = boost::json::object{{"text", std::string(size, 'y')}};
        return f.run(f.api->create_organization(request));
    };
    // Up to the 8 KB that the service accepts; a body of more than 8 KiB is written separately from the head.
    for (std::size_t const size : {1U, 4'000U, 4'100U, 8'181U}) {
        auto const created = expect(create(size));
        BOOST_TEST(created.public_metadata.text() == R"({"text":")" + std::string(size, 'x') + "\"}");
        BOOST_TEST(created.private_metadata.text() == R"({"text":")" + std::string(size, 'y') + "\"}");
    }
    for (std::size_t const size : {8'182U, 100'000U, 2'000'000U}) {
        expect_error(create(size), 422, "form_param_exceeds_allowed_size");
    }
    BOOST_TEST(f.client->pool_gauges().opened == 1U);
}

BOOST_AUTO_TEST_CASE(every_operation_with_http_info) {
    EmulatorClient f{{.organizations = 3}};
    auto const check = [&](auto task) {
        auto const info = f.run(std::move(task));
        if (!info) BOOST_FAIL(to_string(info.error()));
        BOOST_TEST(info->status == 200);
        BOOST_TEST(info->headers["content-type"] == "application/json");
        BOOST_TEST(!info->headers["Clerk-Trace-Id"].empty());
        return info->data;
    };
    CreateOrganizationRequest const create{.name = "Info"};
    std::string const id = check(f.api->create_organization_with_http_info(create)).id;
    BOOST_TEST(check(f.api->get_organization_with_http_info(id)).name == "Info");
    BOOST_TEST(check(f.api->list_organizations_with_http_info()).total_count == 4);
    ListOrganizationsRequest const list{.query = "Info"};
    BOOST_TEST(check(f.api->list_organizations_with_http_info(list)).data.at(0).id == id);
    UpdateOrganizationRequest const update{.name = "Info 2"};
    BOOST_TEST(check(f.api->update_organization_with_http_info(id, update)).name == "Info 2");
    MergeOrganizationMetadataRequest const merge{.public_metadata = boost::json::object{{"a", 1}}};
    BOOST_TEST(!check(f.api->merge_organization_metadata_with_http_info(id, merge)).public_metadata.empty());
    ReplaceOrganizationMetadataRequest const replace{.public_metadata = nullptr};
    BOOST_TEST(check(f.api->replace_organization_metadata_with_http_info(id, replace))
                   .is_null(OrganizationField::public_metadata));
    UploadOrganizationLogoRequest const upload{.file = LogoFile::from_memory(png(), "")};
    BOOST_TEST(check(f.api->upload_organization_logo_with_http_info(id, upload)).has_image.value());
    BOOST_TEST(!check(f.api->delete_organization_logo_with_http_info(id)).has_image.value());
    BOOST_TEST(check(f.api->delete_organization_with_http_info(id)).deleted);
}

BOOST_AUTO_TEST_CASE(list_parameters) {
    EmulatorClient f{{.organizations = 60}};
    auto const list = [&](auto change) {
        ListOrganizationsRequest request{};
        change(request);
        return expect(f.run(f.api->list_organizations(request)));
    };
    auto const first = list([](auto&) {});
    BOOST_TEST(first.size() == 10U);
    BOOST_TEST(first.total_count == 60);
    BOOST_TEST((first.data.front().created_at >= first.data.back().created_at));
    auto const oldest = list([](auto& r) {
        r.order_by = "+created_at";
        r.limit = 60;
    });
    BOOST_TEST(oldest.size() == 60U);
    for (std::size_t i = 1; i < oldest.size(); ++i)
        BOOST_TEST((oldest.data[i - 1].created_at <= oldest.data[i].created_at));
    auto const middle = list([](auto& r) {
        r.order_by = "+created_at";
        r.limit = 5;
        r.offset = 30;
    });
    for (std::size_t i = 0; i < 5; ++i) BOOST_TEST(middle.data.at(i).id == oldest.data.at(30 + i).id);
    auto const beyond = list([](auto& r) { r.offset = 60; });
    BOOST_TEST(beyond.empty());
    BOOST_TEST(beyond.total_count == 60);
    std::string const id = oldest.data[7].id;
    BOOST_TEST(list([&](auto& r) { r.query = id; }).data.at(0).id == id);
    auto const both = list([&](auto& r) { r.organization_id = {id, "+" + oldest.data[8].id, "org_unknown"}; });
    BOOST_TEST(both.total_count == 2);
    auto const others = list([&](auto& r) {
        r.organization_id = {"-" + id};
        r.include_members_count = true;
    });
    BOOST_TEST(others.total_count == 59);
    BOOST_TEST(others.data.at(0).members_count.has_value());
}

BOOST_AUTO_TEST_CASE(errors_of_the_service) {
    EmulatorClient f{{.users = {"user_1"}, .max_organizations = 2}};
    auto const create = [&](auto change) {
        CreateOrganizationRequest request{.name = "Acme"};
        change(request);
        return f.run(f.api->create_organization(request));
    };
    expect_error(create([](auto& r) { r.created_by = "user_unknown"; }), 400, "organization_creator_not_found");
    expect_error(create([](auto& r) { r.name = "see https://spam.test"; }), 422, "form_param_value_invalid");
    expect_error(create([](auto& r) { r.slug = "Not A Slug"; }), 422, "form_param_format_invalid");
    auto const first = create([](auto& r) { r.slug = "acme"; });
    BOOST_REQUIRE(first.has_value());
    auto const taken = create([](auto& r) { r.slug = "acme"; });
    BOOST_TEST(taken.error() == condition::unprocessable);
    BOOST_TEST(taken.error().errors()[0].param_name() == "slug");
    BOOST_REQUIRE(create([](auto&) {}).has_value());
    expect_error(create([](auto&) {}), 403, "organization_quota_exceeded");

    UpdateOrganizationRequest metadata{};
    metadata.public_metadata = boost::json::object{{"a", 1}};
    expect_error(f.run(f.api->update_organization(first->id, metadata)), 422, "form_param_unknown");
    UpdateOrganizationRequest const rename{.name = "x"};
    expect_error(f.run(f.api->update_organization("org_unknown", rename)), 404, "resource_not_found");
    UploadOrganizationLogoRequest broken{
        .file = LogoFile::from_memory(std::string{"\x89PNG\r\n\x1a\n"} + "no image", "x.png")};
    expect_error(f.run(f.api->upload_organization_logo(first->id, broken)), 400, "request_body_invalid");
    MergeOrganizationMetadataRequest const nothing{};
    expect_error(f.run(f.api->merge_organization_metadata("org_unknown", nothing)), 404, "resource_not_found");
    ReplaceOrganizationMetadataRequest const none{};
    expect_error(f.run(f.api->replace_organization_metadata("org_unknown", none)), 404, "resource_not_found");
}

BOOST_AUTO_TEST_CASE(keys_versions_and_modes) {
    {
        EmulatorClient f{{}, [](Config& c) { c.secret_key = Secret{"sk_test_wrong"}; }};
        auto const result = f.run(f.api->list_organizations());
        expect_error(result, 401, "clerk_key_invalid");
        BOOST_TEST(result.error() == condition::unauthorized);
        BOOST_TEST(to_string(result.error()).find("sk_test_wrong") == std::string::npos);
    }
    {
        EmulatorClient f{{}, [](Config& c) { c.api_version = "1999-01-01"; }};
        expect_error(f.run(f.api->list_organizations()), 400, "api_version_invalid");
    }
    {
        EmulatorClient f{{.organizations = 1}, [](Config& c) { c.api_version = "2025-11-10"; }};
        std::string const id = expect(f.run(f.api->list_organizations())).data.at(0).id;
        UpdateOrganizationRequest metadata{};
        metadata.public_metadata = boost::json::object{{"legacy", true}};
        BOOST_TEST(
            expect(f.run(f.api->update_organization(id, metadata))).public_metadata.object().at("legacy").as_bool());
    }
    {
        EmulatorClient f{{.organizations = 3, .slugs_enabled = false}};
        CreateOrganizationRequest const create{.name = "Acme", .slug = "acme"};
        expect_error(f.run(f.api->create_organization(create)), 403, "organization_slugs_disabled");
        Organizations const page = expect(f.run(f.api->list_organizations()));
        for (Organization const& organization : page) BOOST_TEST(!organization.slug.has_value());
    }
    {
        EmulatorClient f{{.organizations_enabled = false}};
        auto const result = f.run(f.api->list_organizations());
        expect_error(result, 403, "organization_not_enabled_in_instance");
        BOOST_TEST(result.error() == condition::forbidden);
    }
}

BOOST_AUTO_TEST_CASE(rate_limits_are_reported_with_their_wait) {
    EmulatorClient f{{.organizations = 1, .rate_limit = testing::RateLimit::development},
                     [](Config& c) { c.retry.max_attempts = 1; }};
    std::optional<Error> limited;
    for (int i = 0; i < 101 && !limited; ++i) {
        auto const result = f.run(f.api->list_organizations());
        if (!result) limited = result.error();
    }
    BOOST_REQUIRE(limited.has_value());
    BOOST_TEST(*limited == condition::rate_limited);
    BOOST_TEST(limited->errors()[0].code == "too_many_requests");
    BOOST_TEST(!limited->headers()["Retry-After"].empty());
}

BOOST_AUTO_TEST_CASE(a_logo_streams_from_a_file) {
    EmulatorClient f{{.organizations = 1}};
    std::string const id = expect(f.run(f.api->list_organizations())).data.at(0).id;
    auto const path = std::filesystem::temp_directory_path() / ("clerk-logo-test-" + std::to_string(f.emulator.port()));
    std::ofstream{path, std::ios::binary} << png() << std::string(3U << 20U, '\0');
    UploadOrganizationLogoRequest const upload{.file = LogoFile::from_path(path)};
    BOOST_TEST(expect(f.run(f.api->upload_organization_logo(id, upload))).has_image.value());
    std::filesystem::remove(path);
    auto const gone = f.run(f.api->upload_organization_logo(id, upload));
    BOOST_TEST(gone.error() == errc::file_unreadable);
    BOOST_TEST(gone.error().field() == "file");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
