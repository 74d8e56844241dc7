#include "base/json_scan.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <utility>

BOOST_AUTO_TEST_SUITE(json_scan)

namespace {

using namespace clerk::base;

// Every byte at every place of texts of every length up to some steps of each kind, with and without a second one.
BOOST_AUTO_TEST_CASE(finds_the_first_byte_that_needs_escaping) {
    for (int byte = 0; byte < 256; ++byte) {
        auto const c = static_cast<char>(byte);
        for (std::size_t size = 0; size < 70; size += size < 40 ? 1 : 7) {
            for (std::size_t at = 0; at < size; ++at) {
                std::string text(size, 'x');
                text[at] = c;
                std::size_t const expected = needs_escape(c) ? at : size;
                char const* const begin = text.data();
                BOOST_REQUIRE(find_json_escape(begin, begin + size) == begin + expected);
                std::size_t const beyond_ascii = byte >= 0x80 ? at : size;
                BOOST_REQUIRE(find_non_ascii(begin, begin + size) == begin + beyond_ascii);
            }
        }
    }
}

std::optional<std::uint32_t> read_eight(std::string text) { return eight_digits(load_word(text.data())); }

BOOST_AUTO_TEST_CASE(reads_eight_digits, *boost::unit_test::enable_if<std::endian::native == std::endian::little>()) {
    unsigned const seed = 12;
    BOOST_TEST_INFO_SCOPE("seed " << seed);
    std::mt19937 random{seed};
    for (std::uint32_t const number : {0U, 1U, 9U, 10U, 12'345'678U, 90'000'009U, 99'999'999U}) {
        std::string const digits = std::to_string(number);
        BOOST_TEST(read_eight(std::string(8 - digits.size(), '0') + digits).value() == number);
    }
    for (int round = 0; round < 20'000; ++round) {
        auto const number = static_cast<std::uint32_t>(random() % 100'000'000);
        std::string text = std::to_string(100'000'000 + number).substr(1);
        BOOST_TEST_REQUIRE(read_eight(text).value() == number);
        auto const other = static_cast<char>(random());
        text[random() % 8] = other;
        BOOST_TEST_REQUIRE(read_eight(text).has_value() == (other >= '0' && other <= '9'));
    }
}

template <std::size_t size>
void compare_texts() {
    std::string const text = std::string{"abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKL"}.substr(0, size);
    BOOST_TEST(equals<size>(text.data(), std::string{text}.data()));
    for (std::size_t at = 0; at < size; ++at) {
        std::string other = text;
        other[at] ^= 1;
        BOOST_TEST_REQUIRE(!equals<size>(text.data(), other.data()));
        constexpr std::uint64_t upper_case = every_byte * 0x20;
        BOOST_TEST_REQUIRE(!equals<size>(text.data(), other.data(), upper_case));
        other[at] ^= 0x21;
        BOOST_TEST_REQUIRE(equals<size>(text.data(), other.data(), upper_case));
        BOOST_TEST_REQUIRE(!equals<size>(text.data(), other.data()));
    }
}

BOOST_AUTO_TEST_CASE(compares_texts_of_a_known_size) {
    [&]<std::size_t... more>(std::index_sequence<more...>) {
        (compare_texts<4 + more>(), ...);
    }(std::make_index_sequence<45>{});
}

BOOST_AUTO_TEST_CASE(agrees_with_a_plain_search) {
    unsigned const seed = 11;
    BOOST_TEST_INFO_SCOPE("seed " << seed);
    std::mt19937 random{seed};
    for (int round = 0; round < 20'000; ++round) {
        std::string text(random() % 80, ' ');
        // Mostly bytes that do not need escaping, and those next to the ones that do.
        for (char& c : text) c = random() % 24 == 0 ? static_cast<char>(random()) : "!#[] \x7F\x80\xFF"[random() % 8];
        auto const escape = std::find_if(text.begin(), text.end(), needs_escape);
        auto const beyond = std::find_if(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; });
        char const* const begin = text.data();
        char const* const end = begin + text.size();
        BOOST_TEST_REQUIRE(find_json_escape(begin, end) - begin == escape - text.begin());
        BOOST_TEST_REQUIRE(find_non_ascii(begin, end) - begin == beyond - text.begin());
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
