// Uploads: a separate parser reads back the written body. Input: file name, `|`, user id, `|`, the file.
#include "fuzz/target.hpp"

#include "api/organizations/organization_requests.hpp"
#include "base/json_text.hpp"
#include "http/image_type.hpp"
#include "http/multipart.hpp"
#include "testing/server/multipart_reader.hpp"
#include "testing/server/upload_type.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace clerk::fuzz {
namespace {

std::string_view take_field(std::string_view& rest) {
    std::size_t const end = rest.find('|');
    std::string_view const field = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return field;
}

std::string read_all(http::BodyStream& stream, std::size_t piece) {
    std::array<char, 512> buffer{};
    std::string all;
    while (std::size_t const n = stream.read({buffer.data(), piece})) all.append(buffer.data(), n);
    return all;
}

void check_parts(std::string_view body, std::string_view content_type, UploadOrganizationLogoRequest const& upload) {
    auto const type = testing::parse_header_value(content_type);
    check(type && type->value == "multipart/form-data", "the type is that of a form");
    std::string const* const boundary = type->find("boundary");
    check(boundary != nullptr && testing::is_boundary(*boundary), "a boundary is one");
    // The fuzzer observes comparisons and so can find the boundary, which contains a random number of this process; the
    // author of a file cannot.
    bool const guessed = upload.file.bytes().find(*boundary) != std::string::npos ||
                         upload.uploader_user_id.value_or("").find(*boundary) != std::string::npos;
    if (guessed) return;
    auto const parts = testing::parse_multipart(body, *boundary);
    check(parts.has_value(), "a form can be read");
    check(parts->size() == (upload.uploader_user_id ? 2U : 1U), "a form has the parts that were given");
    if (upload.uploader_user_id) {
        check(parts->front().name == "uploader_user_id", "the field has its name");
        check(parts->front().content == *upload.uploader_user_id, "the field has its value");
        check(!parts->front().filename, "the field is no file");
    }
    testing::FormPart const& file = parts->back();
    check(file.name == "file" && file.content == upload.file.bytes(), "the file is what was given");
    check(file.content_type == http::image_type(upload.file.bytes())->media_type, "the file has its type");
    check(file.filename.has_value(), "the file has a name");
    bool const as_given = !upload.file.filename().empty();
    if (as_given) check(*file.filename == http::escape_filename(upload.file.filename()), "the name is what was given");
}

void check_upload(std::string_view filename, std::string_view user_id, std::string_view content) {
    std::string image{content};
    if (!http::image_type(image)) image.insert(0, "GIF89a");
    UploadOrganizationLogoRequest upload;
    upload.file = LogoFile::from_memory(image, std::string{filename});
    if (!user_id.empty()) upload.uploader_user_id = user_id;
    auto const request = organizations::upload_organization_logo("org_1", upload);
    bool const is_text = base::is_valid_utf8(filename) && base::is_valid_utf8(user_id);
    check(request.has_value() == is_text, "only what is not text is refused");
    if (!request) {
        check(request.error() == errc::invalid_argument && !request.error().field().empty(), "a refusal names a field");
        return;
    }
    std::string const body = read_all(*request->content->stream, 512);
    check(body.size() == request->content->stream->size(), "the length is what was announced");
    check(request->content->stream->rewind() && read_all(*request->content->stream, 1 + body.size() % 7) == body,
          "the body can be sent again");
    check_parts(body, request->content->type, upload);
}

// The parser of the emulator accepts any input.
void check_parser(std::string_view body) {
    auto const parts = testing::parse_multipart(body, "b");
    if (!parts) return;
    for (testing::FormPart const& part : *parts) {
        bool const inside =
            part.content.empty() || (part.content.data() >= body.data() &&
                                     part.content.data() + part.content.size() <= body.data() + body.size());
        check(inside, "a part lies inside the body");
        check(body.find("--b") != std::string_view::npos, "a part needs a delimiter");
    }
}

}  // namespace

void run(std::string_view input) {
    check_parser(input);
    std::string_view rest = input;
    std::string_view const filename = take_field(rest);
    std::string_view const user_id = take_field(rest);
    check_upload(filename, user_id, rest);
}

}  // namespace clerk::fuzz
