#include "lifecycle.hpp"

#include <algorithm>
#include <array>
#include <ostream>
#include <utility>

namespace clerk_live {
namespace {

// One red pixel, PNG.
constexpr std::array<unsigned char, 69> logo{
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00,
    0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x02, 0x00, 0x00, 0x00, 0x90, 0x77, 0x53, 0xde, 0x00, 0x00, 0x00,
    0x0c, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0xf8, 0xcf, 0xc0, 0x00, 0x00, 0x03, 0x01, 0x01, 0x00, 0xc9,
    0xfe, 0x92, 0xef, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82};

}  // namespace

Lifecycle::Lifecycle(clerk::OrganizationsApi organizations, std::string label, std::ostream& log)
    : organizations_{std::move(organizations)}, label_{std::move(label)}, log_{log} {}

void Lifecycle::begin(std::string step) {
    if (!step_.empty()) log_ << step_ << ": ok\n" << std::flush;
    step_ = std::move(step);
}

void Lifecycle::check(bool condition, char const* what) const {
    if (!condition) throw Failure{step_, what};
}

void Lifecycle::fail(clerk::Error const& error) const { throw Failure{step_, to_string(error)}; }

clerk::awaitable<void> Lifecycle::run() {
    co_await create();
    co_await read();
    co_await change();
    co_await change_metadata();
    co_await change_logo();
    co_await remove();
    begin({});
}

clerk::awaitable<void> Lifecycle::create() {
    begin("create");
    clerk::CreateOrganizationRequest request{.name = label_};
    request.max_allowed_memberships = 3;
    request.public_metadata = boost::json::object{{"plan", "trial"}, {"old", true}};
    request.private_metadata = boost::json::object{{"note", "made by a test"}};
    auto const created = take(co_await organizations_.create_organization(request));
    id_ = created.id;
    check(created.name == label_, "the name is not what was sent");
    check(created.max_allowed_memberships == 3, "max_allowed_memberships is not what was sent");
    check(created.public_metadata == *request.public_metadata, "public_metadata is not what was sent");
    check(created.private_metadata == *request.private_metadata, "private_metadata is not what was sent");
}

clerk::awaitable<void> Lifecycle::read() {
    begin("get");
    auto const read =
        take(co_await organizations_.get_organization_with_http_info(id_, {.include_members_count = true}));
    check(read.status == 200, "the status is not 200");
    check(read.data.id == id_ && read.data.name == label_, "it is another organization");
    check(read.data.members_count.has_value(), "members_count was asked for and is not there");
    check(!read.headers.empty(), "the answer has no headers");

    begin("list");
    clerk::ListOrganizationsRequest request{.limit = 2};
    request.organization_id.push_back(id_);
    auto const page = take(co_await organizations_.list_organizations(request));
    check(page.undecoded.empty(), "an organization could not be decoded");
    check(page.size() == 1 && page.total_count == 1, "a list of one id is not one organization");
    check(page.data.front().id == id_, "the list has another organization");
}

clerk::awaitable<void> Lifecycle::change() {
    begin("update");
    clerk::UpdateOrganizationRequest request{.name = label_ + ", renamed"};
    request.max_allowed_memberships = 5;
    request.admin_delete_enabled = false;
    auto const updated = take(co_await organizations_.update_organization(id_, request));
    check(updated.name == *request.name, "the name is not what was sent");
    check(updated.max_allowed_memberships == 5, "max_allowed_memberships is not what was sent");
    check(updated.admin_delete_enabled == false, "admin_delete_enabled is not what was sent");
}

clerk::awaitable<void> Lifecycle::change_metadata() {
    begin("merge metadata");
    clerk::MergeOrganizationMetadataRequest merge{};
    merge.public_metadata = boost::json::object{{"plan", "pro"}, {"old", nullptr}, {"seats", {{"paid", 7}}}};
    auto const merged = take(co_await organizations_.merge_organization_metadata(id_, merge));
    clerk::Metadata const expected{boost::json::object{{"plan", "pro"}, {"seats", {{"paid", 7}}}}};
    check(merged.public_metadata == expected, "public_metadata is not what a merge makes of it");

    begin("replace metadata");
    clerk::ReplaceOrganizationMetadataRequest replacement{};
    replacement.private_metadata = clerk::Metadata{};
    auto const replaced = take(co_await organizations_.replace_organization_metadata(id_, replacement));
    check(replaced.private_metadata.empty(), "private_metadata is not cleared");
    check(replaced.public_metadata == expected, "public_metadata, which was not named, has changed");
}

clerk::awaitable<void> Lifecycle::change_logo() {
    begin("upload logo");
    clerk::UploadOrganizationLogoRequest request{
        .file = clerk::LogoFile::from_memory(std::string{logo.begin(), logo.end()}, "pixel.png")};
    auto const uploaded = take(co_await organizations_.upload_organization_logo(id_, request));
    check(uploaded.has_image == true, "there is no image after the upload");

    begin("delete logo");
    auto const plain = take(co_await organizations_.delete_organization_logo(id_));
    check(plain.has_image == false, "there is an image after its deletion");
}

clerk::awaitable<void> Lifecycle::remove() {
    begin("delete");
    auto const deleted = take(co_await organizations_.delete_organization(id_));
    check(deleted.deleted, "it does not say that it is deleted");
    check(deleted.id == id_, "it is another organization");
    auto const gone = co_await organizations_.get_organization(id_);
    check(!gone, "it is there after its deletion");
    check(gone.error() == clerk::condition::not_found, "its deletion is not answered 404");
    id_.clear();
}

clerk::awaitable<std::vector<std::string>> Lifecycle::clean_up() {
    std::vector<std::string> problems{};
    std::vector<std::string> left{};
    if (!id_.empty()) left.push_back(id_);

    clerk::ListOrganizationsRequest search{.limit = 100, .query = label_};
    auto const found = co_await organizations_.list_organizations(search);
    if (!found) problems.push_back("cannot search for '" + label_ + "': " + to_string(found.error()));
    if (found) {
        for (clerk::Organization const& organization : *found) {
            bool const known = std::ranges::find(left, organization.id) != left.end();
            if (!known && organization.name.starts_with(label_)) left.push_back(organization.id);
        }
    }
    for (std::string const& id : left) {
        auto const deleted = co_await organizations_.delete_organization(id);
        if (deleted || deleted.error() == clerk::condition::not_found) {
            log_ << "removed " << id << '\n';
        } else {
            problems.push_back("left behind: " + id + " ('" + label_ + "'): " + to_string(deleted.error()));
        }
    }
    co_return problems;
}

}  // namespace clerk_live
