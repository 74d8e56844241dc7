#include "base/digest.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

BOOST_AUTO_TEST_SUITE(digest)

// FIPS 180-4 and NIST's examples.
BOOST_AUTO_TEST_CASE(known_answers) {
    using clerk::base::sha256_hex;
    BOOST_TEST(sha256_hex("", 32) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    BOOST_TEST(sha256_hex("abc", 32) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    BOOST_TEST(sha256_hex("abc", 4) == "ba7816bf");
    BOOST_TEST(sha256_hex("abc", 0).empty());
    BOOST_TEST(sha256_hex("abc", 100).size() == 64U);
}

// RFC 4231, test cases 2 and 6.
BOOST_AUTO_TEST_CASE(known_answers_with_a_key) {
    using clerk::base::hmac_sha256;
    auto const hex = [](std::string const& bytes) {
        std::string out;
        for (char const c : bytes) {
            constexpr char const* digits = "0123456789abcdef";
            out += digits[static_cast<unsigned char>(c) >> 4U];
            out += digits[static_cast<unsigned char>(c) & 0xfU];
        }
        return out;
    };
    BOOST_TEST(hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
               "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    BOOST_TEST(hex(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")) ==
               "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

BOOST_AUTO_TEST_CASE(texts_are_equal_byte_for_byte) {
    using clerk::base::equal_in_constant_time;
    BOOST_TEST(equal_in_constant_time("", ""));
    BOOST_TEST(equal_in_constant_time("abc", "abc"));
    for (char const* const other : {"", "ab", "abcd", "abd", "Abc"}) BOOST_TEST(!equal_in_constant_time("abc", other));
}

BOOST_AUTO_TEST_SUITE_END()
