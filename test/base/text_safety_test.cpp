#include "base/text_safety.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>
#include <vector>

using clerk::base::decode_utf8;
using clerk::base::printable;

BOOST_AUTO_TEST_SUITE(text_safety)

BOOST_AUTO_TEST_CASE(escapes_what_is_not_safe_and_keeps_the_rest) {
    struct Row {
        std::string_view text;
        std::string_view expected;
    };
    std::vector<Row> const rows{
        {"", ""},
        {"plain text, \"quotes\" and \\ stay", "plain text, \"quotes\" and \\ stay"},
        {"Zoë 組織 🚀", "Zoë 組織 🚀"},
        {"a\r\nb\tc", "a\\u000d\\u000ab\\u0009c"},
        {"\x1B[31mred\x7F", "\\u001b[31mred\\u007f"},
        {"\xC2\x85\xC2\x9B", "\\u0085\\u009b"},
        {"\xC2\xA0", "\xC2\xA0"},
        {"\xE2\x80\xAE"
         "gnp.exe",
         "\\u202egnp.exe"},
        {"\xE2\x81\xA6x\xE2\x81\xA9", "\\u2066x\\u2069"},
        {"\xE2\x80\xA8\xE2\x80\xA9", "\\u2028\\u2029"},
        {"\xFF\xFE", "\\xff\\xfe"},
        {"\x80", "\\x80"},
        {"\xC0\xAF", "\\xc0\\xaf"},                    // overlong
        {"\xED\xA0\x80", "\\xed\\xa0\\x80"},           // the first surrogate
        {"\xED\xBF\xBF", "\\xed\\xbf\\xbf"},           // the last one
        {"\xF4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},  // beyond U+10FFFF
        {"\xE7\xB5", "\\xe7\\xb5"},                    // cut short
        {"\xF0\x9F\x9A"
         "a",
         "\\xf0\\x9f\\x9a"
         "a"},
    };
    for (Row const& row : rows) BOOST_TEST(printable(row.text) == row.expected);
    BOOST_TEST(printable(std::string_view{"a\0b", 3}) == "a\\u0000b");
}

BOOST_AUTO_TEST_CASE(cuts_between_characters) {
    BOOST_TEST(printable("abcdef", 6) == "abcdef");
    BOOST_TEST(printable("abcdefg", 6) == "abcdef…");
    BOOST_TEST(printable("組織", 4) == "組…");
    BOOST_TEST(printable("ab\x01", 5) == "ab…");
    BOOST_TEST(printable(std::string(100'000, 'x')).size() ==
               clerk::base::default_printable_limit + std::string_view{"…"}.size());
}

BOOST_AUTO_TEST_CASE(random_bytes_come_out_as_safe_utf8) {
    auto const seed = std::random_device{}();
    BOOST_TEST_CONTEXT("seed " << seed) {
        std::mt19937 random{seed};
        for (int round = 0; round < 2000; ++round) {
            std::string text(random() % 40, '\0');
            for (char& c : text) c = static_cast<char>(random() & 0xFFU);
            std::string const out = printable(text, 1000);
            std::string_view rest{out};
            while (!rest.empty()) {
                auto const step = decode_utf8(rest);
                BOOST_REQUIRE(step.valid);
                BOOST_REQUIRE(step.code_point >= 0x20);
                BOOST_REQUIRE((step.code_point < 0x7F || step.code_point > 0x9F));
                rest.remove_prefix(step.length);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(decodes_every_code_point) {
    for (std::uint32_t point = 0; point <= 0x10FFFF; ++point) {
        if (point >= 0xD800 && point <= 0xDFFF) continue;
        std::string text;
        auto const tail = [&](unsigned shift) { text += static_cast<char>(0x80U | (point >> shift & 0x3FU)); };
        if (point < 0x80) {
            text += static_cast<char>(point);
        } else if (point < 0x800) {
            text += static_cast<char>(0xC0U | point >> 6U);
            tail(0);
        } else if (point < 0x10000) {
            text += static_cast<char>(0xE0U | point >> 12U);
            tail(6), tail(0);
        } else {
            text += static_cast<char>(0xF0U | point >> 18U);
            tail(12), tail(6), tail(0);
        }
        auto const step = decode_utf8(text);
        if (!step.valid || step.code_point != point || step.length != text.size()) BOOST_FAIL("code point " << point);
    }
}

BOOST_AUTO_TEST_SUITE_END()
