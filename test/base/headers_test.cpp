#include <clerk/headers.hpp>

#include <boost/test/unit_test.hpp>

#include <iterator>
#include <string>
#include <utility>
#include <vector>

BOOST_AUTO_TEST_SUITE(headers)

BOOST_AUTO_TEST_CASE(finds_by_name_in_any_case_and_keeps_wire_order) {
    clerk::Headers fields;
    BOOST_TEST(fields.empty());
    fields.append("Content-Type", "application/json");
    fields.append("Set-Cookie", "a=1");
    fields.append("set-cookie", "b=2");
    fields.append("X-Empty", "");
    fields.append(" cf-ray ", "\t 8c1 \t");

    BOOST_TEST(fields["content-TYPE"] == "application/json");
    BOOST_TEST(fields["SET-COOKIE"] == "a=1");
    BOOST_TEST(fields["cf-ray"] == "8c1");
    BOOST_TEST(fields["x-empty"] == "");
    BOOST_TEST(fields.contains("X-EMPTY"));
    BOOST_TEST(!fields.contains("x-absent"));
    BOOST_TEST(!fields.contains("content"));
    BOOST_TEST(!fields.contains(""));
    BOOST_TEST(fields["x-absent"] == "");
    BOOST_TEST(fields.size() == 5U);

    std::vector<std::pair<std::string, std::string>> seen;
    for (auto const field : fields) seen.emplace_back(field.name, field.value);
    std::vector<std::pair<std::string, std::string>> const expected{{"Content-Type", "application/json"},
                                                                    {"Set-Cookie", "a=1"},
                                                                    {"set-cookie", "b=2"},
                                                                    {"X-Empty", ""},
                                                                    {"cf-ray", "8c1"}};
    BOOST_TEST((seen == expected));
    BOOST_TEST(std::distance(fields.begin(), fields.end()) == 5);
}

BOOST_AUTO_TEST_CASE(copies_stand_alone) {
    clerk::Headers fields;
    for (int index = 0; index < 200; ++index) fields.append("name-" + std::to_string(index), std::to_string(index));
    clerk::Headers const copy = fields;
    fields.clear();
    BOOST_TEST(fields.empty());
    BOOST_TEST(!fields.contains("name-7"));
    BOOST_TEST(copy["NAME-199"] == "199");
    fields.append("name-7", "again");
    BOOST_TEST(fields["name-7"] == "again");
    BOOST_TEST(copy["name-7"] == "7");
}

BOOST_AUTO_TEST_CASE(a_list_of_fields_becomes_headers) {
    clerk::Headers const headers{{"X-Team", " billing "}, {"X-Team", "ops"}};
    BOOST_TEST(headers.size() == 2U);
    BOOST_TEST(headers["x-team"] == "billing");
}

BOOST_AUTO_TEST_SUITE_END()
