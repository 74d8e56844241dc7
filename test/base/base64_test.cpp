#include "base/base64.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace clerk::base {
BOOST_AUTO_TEST_SUITE(base64)

namespace {

std::string encoded(std::string_view bytes) {
    std::string out(base64_size(bytes.size()) + 1, '\0');
    encode_base64(out.data(), bytes);
    out.pop_back();
    return out;
}

// RFC 4648 section 10.
BOOST_AUTO_TEST_CASE(known_answers) {
    std::pair<std::string_view, std::string_view> const vectors[] = {{"", ""},
                                                                     {"f", "Zg=="},
                                                                     {"fo", "Zm8="},
                                                                     {"foo", "Zm9v"},
                                                                     {"foob", "Zm9vYg=="},
                                                                     {"fooba", "Zm9vYmE="},
                                                                     {"foobar", "Zm9vYmFy"}};
    for (auto const& [bytes, text] : vectors) {
        BOOST_TEST(encoded(bytes) == text);
        BOOST_TEST(decode_base64(text).value() == bytes);
    }
    std::string const all{"\0\xff\xfb\xf0", 4};
    BOOST_TEST(encoded(all) == "AP/78A==");
    BOOST_TEST(decode_base64("AP/78A==").value() == all);
}

BOOST_AUTO_TEST_CASE(other_text_is_none) {
    for (char const* const text : {"Zg", "Zg=", "Z===", "====", "Zg==Zg==", "Zm9v\n", " Zm9", "Zm-_", "Zm9v Zg=="}) {
        BOOST_TEST(!decode_base64(text).has_value(), text);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::base
