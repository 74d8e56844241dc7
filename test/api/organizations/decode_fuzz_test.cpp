// Random bodies, compared with Boost.JSON's tree.
#include "api/organizations/organization_descriptions.hpp"
#include "api/organizations/samples.hpp"
#include "base/json_text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(decode_fuzz)

namespace {

using namespace clerk;
namespace json = boost::json;
using test::decode;

class RandomJson {
public:
    explicit RandomJson(unsigned seed) : random_{seed} {}

    std::size_t below(std::size_t count) { return std::uniform_int_distribution<std::size_t>{0, count - 1}(random_); }

    json::string string() {
        constexpr std::array<std::string_view, 12> pieces{"a", "\"", "\\",         "\n",         "\x01", "\u00e4",
                                                          "/", "{",  "\U0001F600", "plain text", "",     "\u2028"};
        json::string out;
        for (std::size_t count = below(6); count != 0; --count) {
            std::string_view const piece = pieces[below(pieces.size())];
            out.append(piece.data(), piece.data() + piece.size());
        }
        return out;
    }

    json::value number() {
        switch (below(6)) {
            case 0:
                return std::numeric_limits<std::int64_t>::max();
            case 1:
                return std::numeric_limits<std::uint64_t>::max();
            case 2:
                return 0.5;
            case 3:
                return 1e300;
            case 4:
                return -static_cast<std::int64_t>(below(1000));
            default:
                return static_cast<std::int64_t>(below(2'000'000'000));
        }
    }

    json::value value(int depth) {
        switch (below(depth > 0 ? 7 : 5)) {
            case 0:
                return nullptr;
            case 1:
                return below(2) == 0;
            case 2:
                return number();
            case 3:
            case 4:
                return string();
            case 5: {
                json::array out;
                for (std::size_t count = below(4); count != 0; --count) out.push_back(value(depth - 1));
                return out;
            }
            default:
                return object(depth - 1);
        }
    }

    json::object object(int depth) {
        json::object out;
        for (std::size_t count = below(4); count != 0; --count) out[string()] = value(depth);
        return out;
    }

    // Usually a value as described, sometimes any value.
    json::object organization() {
        json::object out;
        if (below(20) != 0) out["id"] = "org_" + std::to_string(below(1000));
        for (std::string_view const name : {"deleted", "external_id", "data", "total_count"}) {
            if (below(3) != 0) out[name] = below(60) == 0 ? value(2) : null_or(string());
        }
        api::for_each_member<OrganizationWithLogo>([this, &out]<std::size_t index>() {
            std::string_view const name = api::member_at<OrganizationWithLogo, index>.name;
            using Value = api::MemberValue<OrganizationWithLogo, index>;
            if (name != "id" && below(3) != 0) out[name] = below(60) == 0 ? value(2) : null_or(promised<Value>());
        });
        if (below(3) == 0) out[string()] = value(3);
        return out;
    }

private:
    json::value null_or(json::value value) { return below(6) == 0 ? json::value{} : value; }

    template <class T>
    json::value promised() {
        if constexpr (std::same_as<T, std::optional<bool>>) return below(2) == 0;
        if constexpr (std::same_as<T, std::optional<std::int64_t>> || std::same_as<T, std::optional<Timestamp>>) {
            return static_cast<std::int64_t>(below(2'000'000'000'000));
        }
        if constexpr (std::same_as<T, Metadata>) return object(3);
        return string();
    }

    std::mt19937 random_;
};

// Whether a tree is a valid organization, decided without the decoder's code.
bool readable(json::value const& value) {
    json::object const* const object = value.if_object();
    if (object == nullptr) return false;
    json::value const* const id = object->if_contains("id");
    if (id == nullptr || !id->is_string() || id->as_string().empty()) return false;
    auto const all = [object](std::initializer_list<std::string_view> names, auto accepts) {
        for (std::string_view const name : names) {
            json::value const* const member = object->if_contains(json::string_view{name.data(), name.size()});
            if (member != nullptr && !member->is_null() && !accepts(*member)) return false;
        }
        return true;
    };
    auto const is_string = [](json::value const& member) { return member.is_string(); };
    auto const is_bool = [](json::value const& member) { return member.is_bool(); };
    auto const is_object = [](json::value const& member) { return member.is_object(); };
    auto const is_integer = [](json::value const& member) { return member.is_int64(); };
    auto const is_time = [](json::value const& member) {
        return member.is_int64() && member.as_int64() <= 253'402'300'799'999 &&
               member.as_int64() >= -62'167'219'200'000;
    };
    return all({"object", "name", "slug", "image_url", "created_by", "role_set_key"}, is_string) &&
           all({"has_image", "missing_member_with_elevated_permissions", "admin_delete_enabled"}, is_bool) &&
           all({"members_count", "pending_invitations_count", "max_allowed_memberships"}, is_integer) &&
           all({"created_at", "updated_at", "last_active_at"}, is_time) &&
           all({"public_metadata", "private_metadata"}, is_object);
}

// Damages text in one to three places without making it shorter.
class Vandal {
public:
    explicit Vandal(unsigned seed) : random_{seed} {}

    std::size_t below(std::size_t count) { return std::uniform_int_distribution<std::size_t>{0, count - 1}(random_); }

    std::string damage(std::string text) {
        constexpr std::string_view tokens = "{}[]\",:\\0n-u\xC3";
        std::size_t const size = text.size();
        for (std::size_t places = 1 + below(3); places != 0; --places) {
            std::size_t const at = below(text.size());
            switch (below(4)) {
                case 0:
                    text[at] = static_cast<char>(below(256));
                    break;
                case 1:
                    text[at] = tokens[below(tokens.size())];
                    break;
                case 2:
                    text.erase(at, 1 + below(20));
                    break;
                default:
                    text.insert(at, 1, tokens[below(tokens.size())]);
                    break;
            }
            text.resize(std::max(text.size(), size), ' ');
        }
        return text;
    }

private:
    std::mt19937 random_;
};

// The result must not depend on how a page arrives: in single bytes everything goes through the tolerant reader, in one
// piece the usual items do not. Returns how many pages were readable.
std::size_t check_damaged_pages(std::string const& whole, unsigned seed, int rounds) {
    Vandal vandal{seed};
    std::size_t readable_pages = 0;
    for (int round = 0; round < rounds; ++round) {
        std::string const text = vandal.damage(whole);
        BOOST_TEST_INFO_SCOPE("seed " << seed << ", round " << round << ": " << text);
        Result<Organizations> const in_one = decode<Organizations>(text);
        for (std::size_t const step : {std::size_t{1}, 2 + vandal.below(60), 2 + vandal.below(text.size())}) {
            Result<Organizations> const in_pieces = decode<Organizations>(text, step);
            BOOST_TEST_REQUIRE(in_one.has_value() == in_pieces.has_value());
            if (!in_one) continue;
            BOOST_TEST_REQUIRE((*in_one == *in_pieces));
            BOOST_TEST_REQUIRE(to_json(*in_one) == to_json(*in_pieces));
        }
        if (!in_one) continue;
        ++readable_pages;
        // A broken string fails only its item.
        boost::system::error_code broken;
        json::parse(base::with_short_exponents(text), broken);
        if (broken) BOOST_TEST_REQUIRE(!in_one->undecoded.empty());
    }
    return readable_pages;
}

}  // namespace

BOOST_AUTO_TEST_CASE(random_pages_agree_with_the_tree) {
    for (unsigned seed = 1; seed <= 300; ++seed) {
        BOOST_TEST_INFO_SCOPE("seed " << seed);
        RandomJson random{seed};
        json::array items;
        for (std::size_t count = random.below(12); count != 0; --count) {
            items.push_back(random.below(15) == 0 ? random.value(2) : json::value(random.organization()));
        }
        json::object page{{"data", items}, {"total_count", static_cast<std::int64_t>(random.below(1000))}};
        page["extra"] = random.value(3);
        std::string const text = json::serialize(page);

        Organizations const result = decode<Organizations>(text, 1 + random.below(64)).value();
        BOOST_TEST_REQUIRE(result.data.size() + result.undecoded.size() == items.size());
        auto organization = result.data.begin();
        auto odd = result.undecoded.begin();
        for (std::size_t index = 0; index < items.size(); ++index) {
            BOOST_TEST_INFO(json::serialize(items[index]));
            if (readable(items[index])) {
                BOOST_TEST_REQUIRE((organization != result.data.end()));
                BOOST_TEST_REQUIRE((json::parse(to_json(*organization)) == items[index]));
                ++organization;
            } else {
                BOOST_TEST_REQUIRE((odd != result.undecoded.end()));
                BOOST_TEST_REQUIRE(odd->index == index);
                ++odd;
            }
        }
        BOOST_TEST_REQUIRE((result.additional_fields.object() == json::object{{"extra", page["extra"]}}));
    }
}

BOOST_AUTO_TEST_CASE(random_organizations_agree_with_the_tree) {
    for (unsigned seed = 1; seed <= 2000; ++seed) {
        BOOST_TEST_INFO_SCOPE("seed " << seed);
        json::object const object = RandomJson{seed}.organization();
        Result<Organization> const result = decode<Organization>(json::serialize(object));
        BOOST_TEST_REQUIRE(result.has_value() == readable(json::value(object)));
        if (!result) continue;
        BOOST_TEST_REQUIRE((json::parse(to_json(*result)) == json::value(object)));
        BOOST_TEST_REQUIRE((decode<Organization>(to_json(*result)).value() == *result));
    }
}

// Sanitizers watch these.
BOOST_AUTO_TEST_CASE(damaged_pages_do_no_harm) {
    BOOST_TEST(check_damaged_pages(test::fixture("page_with_odd_items.json"), 19, 2000) > 50U);
}

BOOST_AUTO_TEST_CASE(damaged_compact_pages_do_no_harm) {
    std::size_t readable_pages = 0;
    for (unsigned seed = 1; seed <= 100; ++seed) {
        RandomJson random{seed};
        json::array items;
        for (std::size_t count = 1 + random.below(5); count != 0; --count) items.push_back(random.organization());
        json::object const page{{"data", items}, {"total_count", 1}};
        readable_pages += check_damaged_pages(json::serialize(page), seed, 50);
    }
    BOOST_TEST(readable_pages > 500U);
}

BOOST_AUTO_TEST_SUITE_END()
