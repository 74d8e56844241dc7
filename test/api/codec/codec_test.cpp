#include "api/codec/decoder.hpp"
#include "api/codec/encode.hpp"
#include "api/codec/sample.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

BOOST_AUTO_TEST_SUITE(codec)

namespace {

using namespace clerk;
using test::Address;
using test::People;
using test::Person;
using test::Wide;
namespace data = boost::unit_test::data;

constexpr std::size_t max_depth = 8;

template <class T>
struct Decoded {
    std::optional<T> value{};
    std::string path{};
    std::string message{};

    friend bool operator==(Decoded const&, Decoded const&) = default;
};

// Each piece has its own memory, so that sanitizers detect a read beyond its end.
template <class T>
Decoded<T> decode(std::vector<std::string> const& pieces) {
    api::Decoder<T> decoder{max_depth};
    bool good = true;
    for (std::string const& piece : pieces) good = good && decoder.write(piece);
    if (good && decoder.finish()) return {decoder.take(), {}, {}};
    return {{}, decoder.failure().path, decoder.failure().message};
}
template <class T>
Decoded<T> decode(std::string_view text) {
    return decode<T>(std::vector<std::string>{std::string{text}});
}
template <class T>
std::string encode(T const& value) {
    std::string out;
    api::append_json_value(out, value);
    return out;
}

std::string const full =
    R"({"id":"p1","name":"Ada","active":true,"visits":7,"born":1000,"tags":["a","b"],)"
    R"("home":{"city":"Bern","number":3},"offices":[{"city":"Rom"},{"city":"Oslo","number":0}],"notes":{"k":[1.50]},)"
    R"("future":{"x":1e5}})";

// Texts that the usual reader must accept.
std::string const usual[] = {
    R"({"id":"p1","name":null,"active":false,"visits":0,"offices":[]})",
    R"({"id":"p1","tags":[],"home":null,"notes":{"\u0041\/":"\u00e4\n"}})",
    R"({"offices":[{"number":1,"city":"Rom"}],"id":"p1"})",
    R"({"id":"p1","home":{"city":"Bern"},"other":[{"deep":[[]]}]})",
    "{\"id\":\"\xC3\xA4\",\"tags\":[\"\xE4\xBA\x8C\"]}",
};

// JSON that only the tolerant reader accepts.
std::string const unusual[] = {
    R"( {"id" : "p1" , "tags" : [ "a" , "b" ] , "home" : { "city" : "Bern" } } )",
    R"({"id":"p\u0031","name":"\ud83d\ude00","visits":-1,"born":1e3})",
    R"({"i\u0064":"p1","t\u0061gs":["\"]}"]})",
    R"({"id":"p0","id":"p1","tags":["x"],"tags":[],"home":{"city":"A","city":"B"}})",
    R"({"id":"p1","notes":{"a":1e5,"b":"\ud83d\ude00"}})",
};

struct Refused {
    std::string_view text;
    std::string_view path;
    std::string_view message;
};
std::ostream& operator<<(std::ostream& out, Refused const& row) { return out << row.text; }

Refused const refused[] = {
    {R"({"id":"p1","tags":["a",7]})", ".tags[1]", "expected a string, found a number"},
    {R"({"id":"p1","tags":["a",null]})", ".tags[1]", "expected a string, found null"},
    {R"({"id":"p1","tags":{}})", ".tags", "expected an array, found an object"},
    {R"({"id":"p1","tags":["a"})", "", "ends before the JSON is complete"},
    {R"({"id":"p1","home":[]})", ".home", "expected an object, found an array"},
    {R"({"id":"p1","home":{}})", ".home.city", "expected a non-empty string, found nothing"},
    {R"({"id":"p1","home":{"city":null}})", ".home.city", "expected a non-empty string, found null"},
    {R"({"id":"p1","home":{"city":"A","number":1.5}})", ".home.number",
     "expected an integer, found a number that is not an integer"},
    {R"({"id":"p1","offices":[{"city":"A"},{"city":""}]})", ".offices[1].city",
     "expected a non-empty string, found an empty string"},
    {R"({"id":"p1","offices":[{"city":"A"},3]})", ".offices[1]", "expected an object, found a number"},
    {R"({"id":"p1","offices":[{"city":"A",}]})", ".offices[0]", "is not valid JSON: an object is not complete"},
    {R"({"id":"p1","offices":[{"city":"\x"}]})", ".offices[0].city", ""},
    {R"({"id":"p1","active":1})", ".active", "expected a boolean, found a number"},
    {R"({"id":"p1","notes":[]})", ".notes", "expected an object, found an array"},
    {R"({"id":"p1","x":01})", "", ""},
};

void cut_anywhere(std::string const& text) {
    Decoded<Person> const whole = decode<Person>(text);
    for (std::size_t at = 0; at <= text.size(); ++at) {
        BOOST_TEST_INFO_SCOPE(text << " cut at " << at);
        BOOST_TEST_REQUIRE((decode<Person>({text.substr(0, at), text.substr(at)}) == whole));
    }
}

// Checks that the tolerant reader gives the same result if the usual one accepts the text. Returns whether it does.
bool readers_agree(std::string const& text) {
    Person quick;
    std::size_t const length = api::read_usual(text, max_depth, quick);
    if (length == 0) return false;
    Person thorough;
    api::TolerantReader reader{max_depth};
    BOOST_TEST_INFO_SCOPE(text);
    BOOST_TEST_REQUIRE(!reader.read(std::string_view{text}.substr(0, length), thorough));
    BOOST_TEST_REQUIRE((quick == thorough));
    BOOST_TEST_REQUIRE(encode(quick) == encode(thorough));
    return true;
}

std::string damaged(std::string text, std::mt19937& random) {
    auto const below = [&random](std::size_t count) {
        return std::uniform_int_distribution<std::size_t>{0, count - 1}(random);
    };
    constexpr std::string_view tokens = "{}[]\",:\\0n-u\xC3";
    for (std::size_t places = 1 + below(3); places != 0; --places) {
        std::size_t const at = below(text.size());
        if (below(2) == 0) {
            text[at] = tokens[below(tokens.size())];
        } else {
            text.insert(at, 1, tokens[below(tokens.size())]);
        }
    }
    return text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(reads_and_writes_every_kind_of_member) {
    Person const person = decode<Person>(full).value.value();
    BOOST_TEST(person.id == "p1");
    BOOST_TEST(person.name.value() == "Ada");
    BOOST_TEST(person.active);
    BOOST_TEST(person.visits == 7);
    BOOST_TEST(person.born.value().time_since_epoch().count() == 1000);
    BOOST_TEST(person.tags == (std::vector<std::string>{"a", "b"}), boost::test_tools::per_element());
    BOOST_TEST((person.home == Address{"Bern", 3}));
    BOOST_TEST((person.offices == std::vector<Address>{{"Rom", {}}, {"Oslo", 0}}));
    BOOST_TEST(person.notes.text() == R"({"k":[1.50]})");
    BOOST_TEST(person.additional_fields.text() == R"({"future":{"x":1e5}})");
    BOOST_TEST(encode(person) == full);
}

BOOST_AUTO_TEST_CASE(tells_null_and_missing_from_empty) {
    Person const person = decode<Person>(R"({"id":"p1","name":null,"tags":null,"home":null})").value.value();
    BOOST_TEST(person.null_fields == 0b0'0110'0010U);
    BOOST_TEST(person.missing_fields == 0b0'1000'1100U);
    BOOST_TEST(encode(person) == R"({"id":"p1","name":null,"tags":null,"home":null})");
    BOOST_TEST(encode(decode<Person>(R"({"id":"p1","offices":[]})").value.value()) == R"({"id":"p1","offices":[]})");
}

BOOST_AUTO_TEST_CASE(presence_is_as_wide_as_the_type) {
    Wide const wide = decode<Wide>(R"({"m00":1,"m68":null,"m69":2})").value.value();
    BOOST_TEST(static_cast<test::Slot<69> const&>(wide).value.value() == 2);
    BOOST_TEST(wide.null_fields.count() == 1U);
    BOOST_TEST(wide.null_fields.test(68));
    BOOST_TEST(wide.missing_fields.count() == test::wide_count - 3);
    BOOST_TEST(encode(wide) == R"({"m00":1,"m68":null,"m69":2})");
}

BOOST_DATA_TEST_CASE(both_readers_agree_on_the_usual, data::make(usual), text) {
    BOOST_TEST(readers_agree(text));
    BOOST_TEST(encode(decode<Person>(text).value.value()).size() >= text.size() / 2);
    cut_anywhere(text);
}

BOOST_DATA_TEST_CASE(the_unusual_is_read_as_well, data::make(unusual), text) {
    BOOST_TEST(!readers_agree(text));
    Person const person = decode<Person>(text).value.value();
    BOOST_TEST(person.id == "p1");
    BOOST_TEST((decode<Person>(encode(person)).value == person));
    cut_anywhere(text);
}

BOOST_DATA_TEST_CASE(every_problem_has_its_path, data::make(refused), row) {
    Decoded<Person> const alone = decode<Person>(row.text);
    BOOST_TEST(!alone.value);
    BOOST_TEST(alone.path == "$" + std::string{row.path});
    if (!row.message.empty()) BOOST_TEST(alone.message == row.message);
    cut_anywhere(std::string{row.text});

    // A missing bracket is a different error when more text follows.
    if (row.text.find("[\"a\"}") != row.text.npos) return;
    std::string const page = R"({"data":[{"id":"p0"},)" + std::string{row.text} + R"(,{"id":"p2"}],"total_count":3})";
    People const people = decode<People>(page).value.value();
    BOOST_TEST(people.data.size() == 2U);
    BOOST_TEST_REQUIRE(people.undecoded.size() == 1U);
    BOOST_TEST(people.undecoded[0].index == 1U);
    BOOST_TEST(people.undecoded[0].id == "p1");
    BOOST_TEST(people.undecoded[0].path == "$.data[1]" + std::string{row.path});
}

BOOST_AUTO_TEST_CASE(a_list_may_be_the_root) {
    for (std::string const text : {R"([{"city":"Rom"},{"city":"Oslo","number":1}])", R"( [ {"city":"Rom"} ] )", "[]"}) {
        auto const cities = decode<std::vector<Address>>(text);
        BOOST_TEST(cities.value.has_value());
        BOOST_TEST((boost::json::parse(encode(*cities.value)) == boost::json::parse(text)));
    }
    auto const odd = decode<std::vector<Address>>(R"([{"city":"Rom"},{}])");
    BOOST_TEST(!odd.value);
    BOOST_TEST(odd.path == "$[1].city");
}

BOOST_AUTO_TEST_CASE(a_page_is_read_and_written) {
    std::string const text = R"({"data":[)" + full + R"(,{"id":"p2"}],"total_count":9,"next":null})";
    People const people = decode<People>(text).value.value();
    BOOST_TEST(people.data.size() == 2U);
    BOOST_TEST(people.total_count == 9);
    BOOST_TEST(encode(people) == text);
    for (std::size_t at = 0; at <= text.size(); ++at) {
        BOOST_TEST((decode<People>({text.substr(0, at), text.substr(at)}).value == people));
    }
}

// The member is recognised even when its name is written with escape sequences.
BOOST_AUTO_TEST_CASE(the_list_of_items_is_found_by_its_name) {
    std::string_view const taken[] = {
        R"({"data":[{"id":"p1"},7],"total_count":2})",
        R"({ "d\u0061ta" : [{"id":"p1"},7],"total_count":2})",
        R"({"total_count":2,"x":{"data":[1]},"a\"data":[8],"data":[{"id":"p1"},7]})",
        R"({"x":"\\","data":[{"id":"p1"},7],"total_count":2})",
        R"({"":["data"],"data":[1],"data":[{"id":"p1"},7],"total_count":2})",
    };
    for (std::string_view const text : taken) {
        BOOST_TEST_CONTEXT(text) {
            People const people = decode<People>(text).value.value();
            BOOST_TEST(people.data.size() == 1U);
            BOOST_TEST(people.undecoded.size() == 1U);
        }
    }
    for (std::string_view const text :
         {R"({"data"[],"total_count":0})", R"({"data":1:[],"total_count":0})", R"({:[],"total_count":0})",
          R"(["data":[]])", R"({"data":[] ,,"total_count":0})"}) {
        BOOST_TEST(!decode<People>(text).value, text);
    }
}

// This takes minutes if the text in front of a list is read again for each list.
BOOST_AUTO_TEST_CASE(many_lists_behind_one_name_take_linear_time) {
    constexpr std::size_t many = 300'000;
    std::string text = R"({"x":)" + std::string(many, ' ');
    for (std::size_t i = 0; i < many; ++i) text += "[],";
    auto const decoded = decode<People>(text + R"("data":[{"id":"p1"}],"total_count":1})");
    BOOST_TEST(!decoded.value);
    BOOST_TEST(decoded.path == "$");
}

BOOST_AUTO_TEST_CASE(damaged_text_is_read_alike) {
    std::mt19937 random{7};
    std::size_t taken = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string const& whole = round % 2 == 0 ? full : usual[static_cast<std::size_t>(round) % std::size(usual)];
        std::string const text = damaged(whole, random);
        if (readers_agree(text)) ++taken;
        std::size_t const at = std::uniform_int_distribution<std::size_t>{0, text.size()}(random);
        BOOST_TEST_INFO_SCOPE(text << " cut at " << at);
        BOOST_TEST_REQUIRE((decode<Person>({text.substr(0, at), text.substr(at)}) == decode<Person>(text)));
    }
    BOOST_TEST(taken > 1000U);
}

BOOST_AUTO_TEST_SUITE_END()
