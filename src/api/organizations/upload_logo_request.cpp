// The upload of a logo. Size and type of its file are checked before anything is sent.
#include "api/argument_checks.hpp"
#include "api/organizations/organization_requests.hpp"
#include "api/request_target.hpp"
#include "http/image_type.hpp"
#include "http/multipart.hpp"

#include "base/json_text.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <random>
#include <system_error>
#include <utility>

namespace clerk::organizations {

namespace {

using api::ArgumentChecks;

constexpr std::uint64_t max_logo_size = 10 * 1024 * 1024;
constexpr std::string_view file_field = "file";

// What is known about the image before it is sent.
struct Image {
    http::FileContent content;
    std::string filename{};
    std::string first_bytes{};
};

// One secret per process: the author of an uploaded file cannot predict its boundary, and calls need no random numbers.
std::uint64_t boundary_seed() {
    static std::uint64_t const seed = [] {
        std::random_device device;
        return std::uint64_t{device()} << 32U | device();
    }();
    return seed;
}

bool check_size(ArgumentChecks& check, std::uint64_t size) {
    if (size == 0) check.refuse(file_field, "is empty");
    if (size > max_logo_size) {
        check.refuse(file_field, "has more than " + std::to_string(max_logo_size) + " bytes", errc::request_too_large);
    }
    return !check.failed();
}

std::string name_of_file(std::filesystem::path const& path) {
    std::u8string const name = path.filename().u8string();
    return {name.begin(), name.end()};
}

Image open_image(ArgumentChecks& check, std::filesystem::path const& path) {
    Image image;
    auto const unreadable = [&check](std::string message, std::error_code cause = {}) {
        check.refuse(file_field, std::move(message), errc::file_unreadable, cause);
    };
    std::error_code failure;
    auto const status = std::filesystem::status(path, failure);
    if (!std::filesystem::exists(status)) {
        unreadable("cannot be opened", failure);
        return image;
    }
    // Opening a pipe or a device could block, and a directory cannot be read.
    if (!std::filesystem::is_regular_file(status)) {
        unreadable("is not a regular file");
        return image;
    }
    std::ifstream file{path, std::ios::binary};
    file.seekg(0, std::ios::end);
    auto const end = file.tellg();
    file.seekg(0, std::ios::beg);
    if (!file.good() || end < 0) {
        unreadable("cannot be opened");
        return image;
    }
    auto const size = static_cast<std::uint64_t>(end);
    if (!check_size(check, size)) return image;

    std::array<char, http::image_signature_size> first{};
    file.read(first.data(), static_cast<std::streamsize>(std::min<std::uint64_t>(first.size(), size)));
    if (file.bad() || file.gcount() == 0) {
        unreadable("cannot be read");
        return image;
    }
    image.first_bytes.assign(first.data(), static_cast<std::size_t>(file.gcount()));
    image.filename = name_of_file(path);
    image.content = http::FileContent::from_file(std::move(file), size);
    if (!image.content.rewind()) unreadable("cannot be read");
    return image;
}

Image copy_image(ArgumentChecks& check, LogoFile const& file) {
    Image image;
    if (!check_size(check, file.bytes().size())) return image;
    image.first_bytes = file.bytes().substr(0, http::image_signature_size);
    image.filename = file.filename();
    image.content = http::FileContent::from_memory(file.bytes());
    return image;
}

}  // namespace

Result<http::Request> upload_organization_logo(std::string_view organization_id,
                                               UploadOrganizationLogoRequest const& request) {
    constexpr std::string_view operation = "upload_organization_logo";
    ArgumentChecks check{operation};
    check.path_segment("organization_id", organization_id);
    if (request.uploader_user_id) check.text("uploader_user_id", *request.uploader_user_id);
    check.text(file_field, request.file.filename());
    if (check.failed()) return check.error();

    bool const on_disk = !request.file.path().empty();
    Image image = on_disk ? open_image(check, request.file.path()) : copy_image(check, request.file);
    auto const type = http::image_type(image.first_bytes);
    if (!type) check.refuse(file_field, "is not a JPEG, PNG, GIF, WebP or ICO image by its content");
    if (check.failed()) return check.error();

    // The name on disk may hold any bytes; only its extension matters to the service.
    if (image.filename.empty() || !base::is_valid_utf8(image.filename)) {
        image.filename = std::string{"logo."}.append(type->extension);
    }
    http::MultipartForm form;
    if (request.uploader_user_id)
        form.field = http::MultipartForm::Field{"uploader_user_id", *request.uploader_user_id};
    form.file_name_of_part = file_field;
    form.filename = image.filename;
    form.file_media_type = type->media_type;
    std::string const boundary =
        http::multipart_boundary(boundary_seed(), image.filename, image.first_bytes, image.content.size());

    http::Request result =
        http::make_request(http::Method::put, operation, api::path_of({"/organizations/", organization_id, "/logo"}),
                           "/organizations/{organization_id}/logo");
    result.content = http::text_content("multipart/form-data; boundary=" + boundary, {});
    result.content->stream = http::make_multipart_body(form, std::move(image.content), boundary);
    return result;
}

}  // namespace clerk::organizations
