#include "api/organizations/organization_requests.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(upload_logo_request)

namespace {

using namespace clerk;
namespace requests = clerk::organizations;

constexpr std::size_t limit = 10'485'760;

std::string png(std::size_t size = 100) {
    std::string bytes{"\x89PNG\r\n\x1A\n"};
    bytes.resize(size, 'p');
    return bytes;
}

std::string read_all(http::BodyStream& body) {
    std::string out;
    std::string buffer(65'536, '\0');
    while (std::size_t const count = body.read(buffer)) out.append(buffer, 0, count);
    return out;
}

Result<http::Request> upload(LogoFile file, std::optional<std::string> uploader = {}) {
    UploadOrganizationLogoRequest request;
    request.file = std::move(file);
    request.uploader_user_id = std::move(uploader);
    return requests::upload_organization_logo("org_1", request);
}

std::string boundary_of(http::Request const& request) {
    constexpr std::string_view prefix = "multipart/form-data; boundary=";
    BOOST_TEST_REQUIRE(request.content->type.starts_with(prefix));
    return request.content->type.substr(prefix.size());
}

// A directory that is removed at the end of the test.
struct Directory {
    Directory()
        : path{std::filesystem::temp_directory_path() /
               ("clerk-logo-" + std::to_string(std::chrono::steady_clock::now().time_since_epoch().count()))} {
        std::filesystem::create_directory(path);
    }
    ~Directory() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    Directory(Directory const&) = delete;
    Directory& operator=(Directory const&) = delete;

    [[nodiscard]] std::filesystem::path write(std::string_view name, std::string_view content) const {
        std::filesystem::path const file = path / name;
        std::ofstream{file, std::ios::binary}.write(content.data(), static_cast<std::streamsize>(content.size()));
        return file;
    }

    std::filesystem::path path;
};

void check_refused(Result<http::Request> const& request, errc code, std::string_view field = "file") {
    BOOST_TEST_REQUIRE(request.has_error());
    BOOST_TEST((request.error() == code));
    BOOST_TEST(request.error().field() == field);
    BOOST_TEST(request.error().operation() == "upload_organization_logo");
    BOOST_TEST(!request.error().message().empty());
}

}  // namespace

BOOST_AUTO_TEST_CASE(has_exactly_this_wire_form) {
    Result<http::Request> const request = upload(LogoFile::from_memory(png(), "logo \"x\".txt"), "user_1");
    BOOST_TEST_REQUIRE(request.has_value());
    BOOST_TEST((request->method == http::Method::put));
    BOOST_TEST((request->idempotency == http::Idempotency::idempotent));
    BOOST_TEST(request->rate_limit == nullptr);
    BOOST_TEST(request->target == "/organizations/org_1/logo");
    BOOST_TEST(request->operation == "upload_organization_logo");
    BOOST_TEST(request->content->text.empty());
    std::string const boundary = boundary_of(*request);
    std::string const expected = "--" + boundary +
                                 "\r\nContent-Disposition: form-data; name=\"uploader_user_id\"\r\n\r\nuser_1\r\n--" +
                                 boundary +
                                 "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"logo %22x%22.txt\"\r\n"
                                 "Content-Type: image/png\r\n\r\n" +
                                 png() + "\r\n--" + boundary + "--\r\n";
    BOOST_TEST(request->content->stream->size() == expected.size());
    BOOST_TEST(read_all(*request->content->stream) == expected);
    BOOST_TEST(request->content->stream->rewind());
    BOOST_TEST(read_all(*request->content->stream) == expected);
}

BOOST_AUTO_TEST_CASE(a_file_gives_the_same_body_as_its_bytes) {
    Directory const directory;
    std::string const bytes = png(200'000);
    Result<http::Request> const from_path = upload(LogoFile::from_path(directory.write("logo.dat", bytes)));
    Result<http::Request> const from_memory = upload(LogoFile::from_memory(bytes, "logo.dat"));
    BOOST_TEST_REQUIRE(from_path.has_value());
    BOOST_TEST(from_path->content->type == from_memory->content->type);
    BOOST_TEST((read_all(*from_path->content->stream) == read_all(*from_memory->content->stream)));
}

BOOST_AUTO_TEST_CASE(without_a_name_the_type_gives_one) {
    using namespace std::string_view_literals;
    struct Sample {
        std::string_view bytes;
        std::string_view filename;
        std::string_view media_type;
    };
    Sample const samples[] = {
        {"\x89PNG\r\n\x1A\n"sv, "logo.png", "image/png"},
        {"\xFF\xD8\xFF\xE0"sv, "logo.jpg", "image/jpeg"},
        {"GIF89a"sv, "logo.gif", "image/gif"},
        {"RIFF\0\0\0\0WEBP"sv, "logo.webp", "image/webp"},
        {"\0\0\1\0\1"sv, "logo.ico", "image/x-icon"},
    };
    for (Sample const& sample : samples) {
        Result<http::Request> const request = upload(LogoFile::from_memory(std::string{sample.bytes}, ""));
        BOOST_TEST_REQUIRE(request.has_value());
        std::string const body = read_all(*request->content->stream);
        BOOST_TEST(body.find("filename=\"" + std::string{sample.filename} + "\"") != std::string::npos);
        BOOST_TEST(body.find("Content-Type: " + std::string{sample.media_type} + "\r\n") != std::string::npos);
        BOOST_TEST(body.find("uploader_user_id") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(a_name_on_disk_that_is_not_utf8_is_not_sent) {
    Directory const directory;
    Result<http::Request> const request = upload(LogoFile::from_path(directory.write("\xFF.jpg", png())));
    BOOST_TEST_REQUIRE(request.has_value());
    BOOST_TEST(read_all(*request->content->stream).find("filename=\"logo.png\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(nothing_can_be_injected) {
    Result<http::Request> const request =
        upload(LogoFile::from_memory(png(), "x\"\r\nContent-Type: text/html\r\n\r\n"));
    std::string const body = read_all(*request->content->stream);
    BOOST_TEST(body.find("text/html\r\n") == std::string::npos);
    BOOST_TEST(body.find("filename=\"x%22%0D%0AContent-Type: text/html%0D%0A%0D%0A\"\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(ten_megabytes_are_the_limit) {
    Directory const directory;
    BOOST_TEST(upload(LogoFile::from_memory(png(limit), "")).has_value());
    check_refused(upload(LogoFile::from_memory(png(limit + 1), "")), errc::request_too_large);
    std::filesystem::path const file = directory.write("logo.png", png());
    std::filesystem::resize_file(file, limit);
    BOOST_TEST(upload(LogoFile::from_path(file)).has_value());
    std::filesystem::resize_file(file, limit + 1);
    check_refused(upload(LogoFile::from_path(file)), errc::request_too_large);
    std::filesystem::resize_file(file, std::uintmax_t{1} << 40U);
    check_refused(upload(LogoFile::from_path(file)), errc::request_too_large);
}

BOOST_AUTO_TEST_CASE(only_images_are_sent) {
    Directory const directory;
    check_refused(upload(LogoFile::from_memory("", "logo.png")), errc::invalid_argument);
    check_refused(upload(LogoFile{}), errc::invalid_argument);
    check_refused(upload(LogoFile::from_memory("<svg/>", "logo.png")), errc::invalid_argument);
    check_refused(upload(LogoFile::from_path(directory.write("empty.png", ""))), errc::invalid_argument);
    check_refused(upload(LogoFile::from_path(directory.write("text.png", "text"))), errc::invalid_argument);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_refused) {
    Directory const directory;
    check_refused(upload(LogoFile::from_path(directory.path / "missing.png")), errc::file_unreadable);
    check_refused(upload(LogoFile::from_path(directory.path)), errc::file_unreadable);
    check_refused(upload(LogoFile::from_path(directory.write("file", "x") / "below.png")), errc::file_unreadable);
}

BOOST_AUTO_TEST_CASE(other_parameters_are_checked_first) {
    UploadOrganizationLogoRequest request;
    check_refused(requests::upload_organization_logo("..", request), errc::invalid_argument, "organization_id");
    check_refused(upload(LogoFile::from_memory(png(), ""), "\xFF"), errc::invalid_argument, "uploader_user_id");
    check_refused(upload(LogoFile::from_memory(png(), "\xFF.png")), errc::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
