#include <clerk/request_preview.hpp>

#include <boost/json/object.hpp>
#include <boost/test/unit_test.hpp>

#include <string>

namespace clerk {
BOOST_AUTO_TEST_SUITE(request_preview)

namespace {

std::string text(Result<RequestPreview> const& preview) {
    if (!preview) return to_string(preview.error());
    std::string line = preview->method + ' ' + preview->target;
    if (!preview->content_type.empty()) line += ' ' + preview->content_type;
    if (!preview->body.empty()) line += ' ' + preview->body;
    return line;
}

BOOST_AUTO_TEST_CASE(every_write_shows_what_it_would_send) {
    CreateOrganizationRequest create{};
    create.name = "A";
    BOOST_TEST(text(preview_create_organization(create)) == R"(POST /organizations application/json {"name":"A"})");
    UpdateOrganizationRequest update{};
    update.slug = nullptr;
    BOOST_TEST(text(preview_update_organization("org_1", update)) ==
               R"(PATCH /organizations/org_1 application/json {"slug":null})");
    MergeOrganizationMetadataRequest merge{};
    merge.public_metadata = boost::json::object{{"a", nullptr}};
    BOOST_TEST(text(preview_merge_organization_metadata("org_1", merge)) ==
               R"(PATCH /organizations/org_1/metadata application/json {"public_metadata":{"a":null}})");
    ReplaceOrganizationMetadataRequest replace{};
    replace.private_metadata = nullptr;
    BOOST_TEST(text(preview_replace_organization_metadata("org_1", replace)) ==
               R"(PUT /organizations/org_1/metadata application/json {"private_metadata":null})");
    BOOST_TEST(text(preview_delete_organization("org_1")) == "DELETE /organizations/org_1");
    BOOST_TEST(text(preview_delete_organization_logo("org_1")) == "DELETE /organizations/org_1/logo");
}

BOOST_AUTO_TEST_CASE(a_logo_is_counted_not_shown) {
    UploadOrganizationLogoRequest upload{};
    upload.file = LogoFile::from_memory(std::string("GIF89a") + std::string(100, '\0'), "logo.gif");
    auto const preview = preview_upload_organization_logo("org_1", upload);
    BOOST_REQUIRE(preview.has_value());
    BOOST_TEST(preview->method == "PUT");
    BOOST_TEST(preview->content_type.starts_with("multipart/form-data; boundary="));
    BOOST_TEST(preview->body.empty());
    BOOST_TEST(preview->body_size > 106U);
}

BOOST_AUTO_TEST_CASE(what_the_call_refuses_is_refused) {
    auto const preview = preview_create_organization({});
    BOOST_REQUIRE(preview.has_error());
    BOOST_TEST(preview.error().field() == "name");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
