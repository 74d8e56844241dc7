#include "testing/service/organizations/image.hpp"

#include "support/printing.hpp"

#include "testing/images.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace clerk::testing;

BOOST_AUTO_TEST_SUITE(image)

BOOST_AUTO_TEST_CASE(knows_the_types_and_whole_headers) {
    std::vector<std::pair<ImageType, std::string>> const images{{ImageType::png, tiny_png()},
                                                                {ImageType::gif, tiny_gif()},
                                                                {ImageType::jpeg, tiny_jpeg()},
                                                                {ImageType::webp, tiny_webp()},
                                                                {ImageType::ico, tiny_ico()}};
    for (auto const& [type, bytes] : images) {
        BOOST_TEST_CONTEXT("type " << static_cast<int>(type)) {
            BOOST_TEST(sniff_image(bytes) == type);
            BOOST_TEST(has_image_header(type, bytes));
            // A short prefix is not a complete header, and none is read past its end.
            for (std::size_t size = 0; size != bytes.size(); ++size) {
                std::string const prefix = bytes.substr(0, size);
                ImageType const sniffed = sniff_image(prefix);
                BOOST_TEST((sniffed == type || sniffed == ImageType::unsupported));
                if (size <= 12) BOOST_TEST(!has_image_header(sniffed, prefix));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_picture) {
    for (std::string const& text : {std::string{}, std::string{"<svg/>"}, std::string{"%PDF-1.7"}, std::string{"BM"},
                                    std::string{"RIFF\1\2\3\4WAVE"}, std::string{"GIF88a"}}) {
        BOOST_TEST(sniff_image(text) == ImageType::unsupported, text);
    }
    std::string no_pixels = tiny_png();
    no_pixels[19] = '\0';
    BOOST_TEST(!has_image_header(ImageType::png, no_pixels));
    BOOST_TEST(!has_image_header(ImageType::jpeg, "\xFF\xD8\xFF\xD9"));
    BOOST_TEST(!has_image_header(ImageType::jpeg, "\xFF\xD8\xFF\xE0\xFF\xFF"));
}

BOOST_AUTO_TEST_SUITE_END()
