#include "base/percent_encoding.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(percent_encoding)

namespace {

std::string encoded(std::string_view text) {
    std::string out{"="};
    clerk::base::append_percent_encoded(out, text);
    return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(keeps_only_unreserved_characters) {
    constexpr std::string_view unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    constexpr std::string_view hex = "0123456789ABCDEF";
    for (unsigned byte = 0; byte < 256; ++byte) {
        char const c = static_cast<char>(byte);
        std::string expected{"="};
        if (unreserved.find(c) != std::string_view::npos) {
            expected += c;
        } else {
            expected += '%';
            expected += hex[byte >> 4U];
            expected += hex[byte & 15U];
        }
        BOOST_TEST(encoded({&c, 1}) == expected);
    }
}

BOOST_AUTO_TEST_CASE(appends) {
    BOOST_TEST(encoded("") == "=");
    BOOST_TEST(encoded("+created at/ä") == "=%2Bcreated%20at%2F%C3%A4");
}

BOOST_AUTO_TEST_SUITE_END()
