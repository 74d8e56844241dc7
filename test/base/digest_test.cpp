#include "base/digest.hpp"

#include <boost/test/unit_test.hpp>

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

BOOST_AUTO_TEST_SUITE_END()
