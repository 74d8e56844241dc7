#include "http/multipart.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

BOOST_AUTO_TEST_SUITE(multipart)

namespace {

using namespace clerk::http;

// A file that is removed at the end of the test.
class TemporaryFile {
public:
    explicit TemporaryFile(std::string_view content) { write(content); }
    ~TemporaryFile() {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    TemporaryFile(TemporaryFile const&) = delete;
    TemporaryFile& operator=(TemporaryFile const&) = delete;

    void write(std::string_view content) const {
        std::ofstream file{path_, std::ios::binary | std::ios::trunc};
        file.write(content.data(), static_cast<std::streamsize>(content.size()));
    }
    [[nodiscard]] FileContent open(std::uint64_t size) const {
        return FileContent::from_file(std::ifstream{path_, std::ios::binary}, size);
    }

private:
    static std::filesystem::path unique_path() {
        static int count = 0;
        auto const stamp = std::chrono::steady_clock::now().time_since_epoch().count();
        return std::filesystem::temp_directory_path() /
               ("clerk-multipart-" + std::to_string(stamp) + '-' + std::to_string(++count));
    }
    std::filesystem::path path_{unique_path()};
};

std::string read_all(BodyStream& body, std::size_t step) {
    std::string out;
    std::string buffer(step, '\0');
    while (std::size_t const count = body.read(buffer)) out.append(buffer, 0, count);
    return out;
}

MultipartForm form() {
    MultipartForm form;
    form.field = MultipartForm::Field{"uploader_user_id", "user_1"};
    form.file_name_of_part = "file";
    form.filename = "a \"b\"\r\n.png";
    form.file_media_type = "image/png";
    return form;
}

constexpr std::string_view expected =
    "--B\r\nContent-Disposition: form-data; name=\"uploader_user_id\"\r\n\r\nuser_1\r\n"
    "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a %22b%22%0D%0A.png\"\r\n"
    "Content-Type: image/png\r\n\r\nCONTENT\r\n--B--\r\n";

std::string large_content() {
    std::string content(300'000, '\0');
    for (std::size_t index = 0; index < content.size(); ++index) content[index] = static_cast<char>(index * 131 / 7);
    return content;
}

}  // namespace

BOOST_AUTO_TEST_CASE(has_exactly_this_form) {
    for (std::size_t step = 1; step < 400; ++step) {
        auto const body = make_multipart_body(form(), FileContent::from_memory("CONTENT"), "B");
        BOOST_TEST_REQUIRE(body->size() == expected.size());
        BOOST_TEST_REQUIRE(read_all(*body, step) == expected);
        BOOST_TEST_REQUIRE(body->rewind());
        BOOST_TEST_REQUIRE(read_all(*body, step) == expected);
    }
}

BOOST_AUTO_TEST_CASE(needs_no_field) {
    MultipartForm without = form();
    without.field.reset();
    auto const body = make_multipart_body(without, FileContent::from_memory("CONTENT"), "B");
    BOOST_TEST(read_all(*body, 64) == expected.substr(expected.find("--B", 1)));
}

BOOST_AUTO_TEST_CASE(streams_a_file_in_pieces) {
    std::string const content = large_content();
    TemporaryFile const file{content};
    for (std::size_t const step : {std::size_t{1000}, std::size_t{65'536}, std::size_t{1'000'000}}) {
        auto const from_file = make_multipart_body(form(), file.open(content.size()), "B");
        auto const from_memory = make_multipart_body(form(), FileContent::from_memory(content), "B");
        std::string const text = read_all(*from_file, step);
        BOOST_TEST((text == read_all(*from_memory, step)));
        BOOST_TEST(text.size() == from_file->size());
        BOOST_TEST(from_file->rewind());
        BOOST_TEST((read_all(*from_file, step) == text));
    }
}

// Like an exchange.
BOOST_AUTO_TEST_CASE(bytes_in_memory_are_used_without_a_copy) {
    std::string const content = large_content();
    auto const body = make_multipart_body(form(), FileContent::from_memory(content), "B");
    std::string const expected_text = read_all(*body, 1000);
    for (std::size_t const step : {std::size_t{1000}, std::size_t{65'536}, std::size_t{1'000'000}}) {
        BOOST_TEST(body->rewind());
        std::string text;
        std::string buffer(step, '\0');
        std::string_view latest;
        std::size_t in_place{};
        while (text.size() != body->size()) {
            std::string_view const piece = body->take_in_place(step);
            if (piece.empty()) {
                std::size_t const count = body->read(buffer);
                BOOST_TEST_REQUIRE(count != 0U);
                text.append(buffer, 0, count);
                continue;
            }
            BOOST_TEST(piece.size() == step);
            BOOST_TEST((latest.empty() || latest.data() + latest.size() == piece.data()));
            latest = piece;
            in_place += piece.size();
            text += piece;
        }
        BOOST_TEST((text == expected_text));
        BOOST_TEST(in_place + 2 * step >= content.size());  // all but the pieces at both ends
    }
}

BOOST_AUTO_TEST_CASE(a_file_is_not_in_memory) {
    TemporaryFile const file{"CONTENT"};
    auto const body = make_multipart_body(form(), file.open(7), "B");
    for (std::size_t taken = 0; taken <= expected.size(); ++taken) {
        std::string part(taken, '\0');
        BOOST_TEST_REQUIRE(body->rewind());
        BOOST_TEST_REQUIRE(body->read(part) == taken);
        BOOST_TEST_REQUIRE(body->take_in_place(1).empty());
    }
}

BOOST_AUTO_TEST_CASE(rewinds_in_the_middle) {
    TemporaryFile const file{"CONTENT"};
    auto const body = make_multipart_body(form(), file.open(7), "B");
    for (std::size_t taken = 0; taken <= expected.size(); ++taken) {
        std::string part(taken, '\0');
        BOOST_TEST_REQUIRE(body->rewind());
        BOOST_TEST_REQUIRE(body->read(part) == taken);
        BOOST_TEST_REQUIRE(part == expected.substr(0, taken));
    }
}

BOOST_AUTO_TEST_CASE(a_file_that_changed_its_size_is_not_sent_as_if_nothing_had_happened) {
    for (std::string_view const changed : {"", "SHORT", "LONGER THAN IT WAS"}) {
        TemporaryFile const file{"CONTENT"};
        auto const body = make_multipart_body(form(), file.open(7), "B");
        file.write(changed);
        BOOST_TEST_INFO(changed);
        BOOST_TEST(read_all(*body, 16).size() < body->size());
        BOOST_TEST(!body->rewind());
    }
}

BOOST_AUTO_TEST_CASE(boundaries_depend_on_everything_they_are_made_of) {
    std::set<std::string> boundaries;
    for (std::uint64_t const seed : {1U, 2U}) {
        for (std::string_view const name : {"a", "b"}) {
            for (std::string_view const bytes : {"x", "y"}) {
                for (std::uint64_t const size : {1U, 2U}) {
                    std::string const boundary = multipart_boundary(seed, name, bytes, size);
                    BOOST_TEST(boundary == multipart_boundary(seed, name, bytes, size));
                    BOOST_TEST(boundary.size() <= 70U);
                    BOOST_TEST(boundary.find_first_not_of("0123456789ABCDEFabcdefghijklmnopqrstuvwxyz-") ==
                               std::string::npos);
                    boundaries.insert(boundary);
                }
            }
        }
    }
    BOOST_TEST(boundaries.size() == 16U);
}

BOOST_AUTO_TEST_CASE(filenames_cannot_leave_their_quotes) {
    BOOST_TEST(escape_filename("plain name.png") == "plain name.png");
    BOOST_TEST(escape_filename("\u00e4\u20ac.png") == "\u00e4\u20ac.png");
    for (unsigned byte = 0; byte < 256; ++byte) {
        char const c = static_cast<char>(byte);
        std::string const escaped = escape_filename({&c, 1});
        bool const dangerous = byte < 0x20 || byte == 0x7F || c == '"' || c == '\\';
        BOOST_TEST(escaped.size() == (dangerous ? 3U : 1U));
    }
}

BOOST_AUTO_TEST_SUITE_END()
