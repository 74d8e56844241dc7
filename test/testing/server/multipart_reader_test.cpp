#include "testing/server/multipart_reader.hpp"

#include "testing/server/upload_type.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <random>
#include <string>

namespace data = boost::unit_test::data;
namespace testing = clerk::testing;

BOOST_AUTO_TEST_SUITE(multipart)

namespace {

std::string const head = "Content-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n";

}  // namespace

BOOST_AUTO_TEST_CASE(reads_parts_in_any_order) {
    std::string const body =
        "preamble\r\n--B \t\r\ncontent-disposition: form-data; name=uploader_user_id\r\n\r\nuser_1\r\n"
        "--B\r\nContent-Type: image/png\r\n" +
        head + "\r\n\r\n--Bx\r\n--\r\n\r\n--B--\r\nepilogue";
    auto const parts = testing::parse_multipart(body, "B");
    BOOST_TEST_REQUIRE(parts.has_value());
    BOOST_TEST_REQUIRE(parts->size() == 2U);
    BOOST_TEST(parts->at(0).name == "uploader_user_id");
    BOOST_TEST(!parts->at(0).filename.has_value());
    BOOST_TEST(parts->at(0).content == "user_1");
    BOOST_TEST(parts->at(1).name == "file");
    BOOST_TEST(parts->at(1).filename.value() == "a.png");
    BOOST_TEST(parts->at(1).content_type == "image/png");
    BOOST_TEST(parts->at(1).content == "\r\n--Bx\r\n--\r\n");
}

BOOST_AUTO_TEST_CASE(reads_empty_parts_and_empty_forms) {
    auto const empty_part = testing::parse_multipart("--B\r\n" + head + "\r\n\r\n--B--", "B");
    BOOST_TEST_REQUIRE(empty_part.has_value());
    BOOST_TEST_REQUIRE(empty_part->size() == 1U);
    BOOST_TEST(empty_part->front().content.empty());
    auto const squeezed = testing::parse_multipart("--B\r\n" + head + "\r\n--B--", "B");
    BOOST_TEST_REQUIRE(squeezed.has_value());
    BOOST_TEST(squeezed->front().content.empty());
    BOOST_TEST(testing::parse_multipart("--B--", "B").value().empty());
}

BOOST_AUTO_TEST_CASE(knows_files_by_their_names) {
    struct Row {
        char const* params;
        bool file;
    };
    for (Row const& row :
         {Row{"; filename=\"a.png\"", true}, Row{"; filename=a.png", true}, Row{"; filename*=UTF-8''%C3%A9.png", true},
          Row{"; filename=\"\"; filename*=UTF-8''a", true}, Row{"; filename=\"\"", false}, Row{"", false}}) {
        auto const parts = testing::parse_multipart(
            std::string{"--B\r\nContent-Disposition: form-data; name=file"} + row.params + "\r\n\r\nx\r\n--B--", "B");
        BOOST_TEST_REQUIRE(parts.has_value(), row.params);
        BOOST_TEST(parts->front().filename.has_value() == row.file, row.params);
    }
}

BOOST_DATA_TEST_CASE(refuses_broken_forms,
                     data::make({std::string{}, std::string{"text"}, "--B\r\n" + head, "--B\r\n" + head + "\r\nx",
                                 "--B\r\n" + head + "\r\nx\r\n--B", "--B\r\n" + head + "\r\nx\n--B--",
                                 "--B\n" + head + "\r\nx\r\n--B--", " --B\r\n" + head + "\r\nx",
                                 std::string{"--B\r\n\r\nx\r\n--B--"}, std::string{"--B\r\nno colon\r\n\r\nx\r\n--B--"},
                                 std::string{"--B\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--B--"},
                                 std::string{"--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--"},
                                 std::string{"--B\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--B--"}}),
                     body) {
    BOOST_TEST(!testing::parse_multipart(body, "B").has_value());
}

BOOST_AUTO_TEST_CASE(keeps_every_byte_of_any_content) {
    for (unsigned seed = 0; seed != 500; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            std::mt19937 random{seed};
            std::string content{};
            // Made of pieces of a delimiter, so that near misses are common.
            for (std::size_t i = random() % 40; i != 0; --i) {
                constexpr std::string_view pieces[] = {"\r", "\n", "\r\n", "-", "--", "B", "x", "--Bo"};
                content += pieces[random() % std::size(pieces)];
            }
            std::string const body = "--Boundary\r\n" + head + "\r\n" + content + "\r\n--Boundary--\r\n";
            auto const parts = testing::parse_multipart(body, "Boundary");
            BOOST_TEST_REQUIRE(parts.has_value());
            BOOST_TEST_REQUIRE(parts->size() == 1U);
            BOOST_TEST(parts->front().content == content);
        }
    }
}

BOOST_AUTO_TEST_CASE(knows_boundaries) {
    for (std::string const& good :
         {std::string{"a"}, std::string(70, 'x'), std::string{"gc0pJq0M:08jU534c0p"}, std::string{"a b"}}) {
        BOOST_TEST(testing::is_boundary(good), good);
    }
    for (std::string const& bad :
         {std::string{}, std::string(71, 'x'), std::string{"a "}, std::string{"a\r\n"}, std::string{"a\"b"}}) {
        BOOST_TEST(!testing::is_boundary(bad), bad);
    }
}

BOOST_AUTO_TEST_CASE(reads_header_parameters) {
    auto const header = testing::parse_header_value(" Multipart/Form-Data ; charset = utf-8;; Boundary=\"a b\\\"c\" ");
    BOOST_TEST_REQUIRE(header.has_value());
    BOOST_TEST(header->value == "multipart/form-data");
    BOOST_TEST(*header->find("boundary") == "a b\"c");
    BOOST_TEST(*header->find("charset") == "utf-8");
    BOOST_TEST(header->find("none") == nullptr);
    BOOST_TEST(testing::parse_header_value("application/json").value().params.empty());
    for (char const* const bad : {"a; b", "a; b=", "a; b=\"c", "a; b=\"c\"d"})
        BOOST_TEST(!testing::parse_header_value(bad), bad);
}

BOOST_AUTO_TEST_SUITE_END()
