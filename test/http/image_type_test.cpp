#include "http/image_type.hpp"

#include <boost/test/unit_test.hpp>

#include <string_view>

BOOST_AUTO_TEST_SUITE(image_type)

BOOST_AUTO_TEST_CASE(knows_images_by_their_first_bytes) {
    using namespace std::string_view_literals;
    using clerk::http::ImageType;
    struct Sample {
        std::string_view bytes;
        std::string_view media_type;
        std::string_view extension;
    };
    Sample const samples[] = {
        {"\xFF\xD8\xFF\xE0\0\x10JFIF"sv, "image/jpeg", "jpg"},
        {"\x89PNG\r\n\x1A\n\0\0\0\rIHDR"sv, "image/png", "png"},
        {"GIF87a......"sv, "image/gif", "gif"},
        {"GIF89a"sv, "image/gif", "gif"},
        {"RIFF\x10\0\0\0WEBPVP8 "sv, "image/webp", "webp"},
        {"RIFF\x10\0\0\0WEBP"sv, "image/webp", "webp"},
        {"\0\0\1\0\1\0\x10\x10"sv, "image/x-icon", "ico"},
    };
    for (Sample const& sample : samples) {
        auto const type = clerk::http::image_type(sample.bytes);
        BOOST_TEST_REQUIRE(type.has_value());
        BOOST_TEST(type->media_type == sample.media_type);
        BOOST_TEST(type->extension == sample.extension);
    }
}

BOOST_AUTO_TEST_CASE(knows_nothing_else) {
    using namespace std::string_view_literals;
    for (std::string_view const bytes : {""sv, "\xFF"sv, "\xFF\xD8"sv, "\x89PNG"sv, "\x89PNG\n\x1A\n\0"sv, "GIF88a"sv,
                                         "GIF8"sv, "RIFF\x10\0\0\0WAVE"sv, "RIFF\x10\0\0\0WEB"sv, "\0\0\2\0"sv,
                                         "\0\0\1"sv, "<svg xmlns="sv, "%PDF-1.7"sv, "BM......"sv, " GIF89a"sv}) {
        BOOST_TEST(!clerk::http::image_type(bytes).has_value());
    }
}

BOOST_AUTO_TEST_SUITE_END()
