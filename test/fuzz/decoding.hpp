// Decodes a body in one piece and in many, and compares with Boost.JSON's tree.
#pragma once

#include "api/codec/description.hpp"
#include "api/codec/tolerant_reader.hpp"
#include "api/codec/usual_reader.hpp"
#include "api/organizations/organization_codec.hpp"
#include "api/organizations/organization_descriptions.hpp"
#include "base/json_text.hpp"
#include "fuzz/pieces.hpp"
#include "fuzz/target.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::fuzz {

namespace json = boost::json;
using api::Decoder;

inline constexpr std::size_t max_depth = 8;
inline constexpr std::size_t tree_depth = max_depth + 3;  // a page, its list and an item around it

template <class T>
struct Decoded {
    std::optional<T> value{};
    http::BodyFailure failure{};

    friend bool operator==(Decoded const& left, Decoded const& right) {
        return left.value == right.value && left.failure.code == right.failure.code &&
               left.failure.path == right.failure.path;
    }
};

template <class T>
Decoded<T> decode(Decoder<T>& decoder, std::vector<std::string_view> const& pieces) {
    decoder.reset();
    bool good = true;
    for (std::string_view const piece : pieces) {
        if (good) good = decoder.write(ExactCopy{piece}.view());
    }
    good = good && decoder.finish();
    Decoded<T> decoded;
    if (good) {
        decoded.value = decoder.take();
    } else {
        decoded.failure = decoder.failure();
    }
    return decoded;
}

inline void check_failure(http::BodyFailure const& failure) {
    check(failure.code == errc::malformed_body || failure.code == errc::json_too_deep, "a failure has its class");
    check(failure.path.starts_with('$') && failure.path.size() < 128, "a failure has a path");
    check(!failure.message.empty() && failure.message.size() < 128, "a failure says something short");
}

// The same value from one piece, from many, and once more after it was written. `decoder` was used for the last input:
// no state of that may remain.
template <class T>
Decoded<T> decode_both_ways(std::string_view pattern, std::string_view body) {
    Decoder<T> decoder{max_depth};
    auto const whole = decode(decoder, {body});
    auto const cut_up = decode(decoder, cut(body, pattern));
    check(whole == cut_up, "pieces make no difference");
    check(decode(decoder, {body}) == whole, "nothing is left of what was decoded before");
    if (!whole.value) check_failure(whole.failure);
    return whole;
}

// If the usual reader accepts a text, the tolerant one gives the same result.
template <class T>
void compare_readers(std::string_view body) {
    T quick;
    std::size_t const length = api::read_usual(body, max_depth, quick);
    if (length == 0) return;
    T thorough;
    api::TolerantReader reader{max_depth};
    check(!reader.read(body.substr(0, length), thorough), "the tolerant reader takes what the usual one takes");
    check(quick == thorough && to_json(quick) == to_json(thorough), "and reads the same");
}

// The tree of the body; empty when it is not JSON. Text that is not UTF-8 is accepted here, because the decoders check
// each member separately, and a later one of the same name replaces it.
struct Tree {
    std::optional<json::value> value{};
    bool is_utf8{};

    [[nodiscard]] json::object const* object() const noexcept { return value ? value->if_object() : nullptr; }
};

inline Tree parse_tree(std::string_view body) {
    json::parse_options options;
    options.max_depth = tree_depth;
    options.allow_invalid_utf8 = true;
    boost::system::error_code failure;
    Tree tree;
    tree.value = json::parse(base::with_short_exponents(body), failure, {}, options);
    if (failure) tree.value.reset();
    tree.is_utf8 = base::is_valid_utf8(body);
    return tree;
}

// Boost.JSON reads 0e9999 as NaN, which equals nothing; as text it is equal.
inline bool same(Metadata const& metadata, json::value const& tree) {
    if (!tree.is_object()) return metadata.empty();
    auto const object = metadata.object();
    return object == tree.get_object() || json::serialize(object) == json::serialize(tree);
}
inline bool same(std::string const& text, json::value const& tree) {
    return tree.is_string() ? text == std::string_view{tree.get_string()} : text.empty();
}
inline bool same(std::optional<std::string> const& text, json::value const& tree) {
    return tree.is_string() ? text == std::string_view{tree.get_string()} : !text;
}
inline bool same(bool value, json::value const& tree) { return tree.is_bool() && value == tree.get_bool(); }
inline bool same(std::optional<bool> const& value, json::value const& tree) {
    return tree.is_bool() ? value == tree.get_bool() : !value;
}
inline bool same(std::optional<std::int64_t> const& value, json::value const& tree) {
    if (tree.is_double() && std::isnan(tree.get_double())) return value == 0;
    if (tree.is_double()) return value && static_cast<double>(*value) == tree.get_double();
    return tree.is_int64() ? value == tree.get_int64() : !value;
}
inline bool same(std::optional<Timestamp> const& value, json::value const& tree) {
    return same(value ? std::optional{std::int64_t{value->time_since_epoch().count()}} : std::nullopt, tree);
}

// Whether a decoder must accept the member; undecided for a number like 1.0e3.
template <class T>
bool must_be_taken(json::value const& tree) {
    if constexpr (std::same_as<T, Metadata>) return tree.is_object() || tree.is_null();
    if constexpr (std::same_as<T, std::string> || std::same_as<T, std::optional<std::string>>) {
        return tree.is_string() || tree.is_null();
    }
    if constexpr (std::same_as<T, bool>) return tree.is_bool();
    if constexpr (std::same_as<T, std::optional<bool>>) return tree.is_bool() || tree.is_null();
    if constexpr (std::same_as<T, std::optional<std::int64_t>>) return tree.is_int64() || tree.is_null();
    if constexpr (std::same_as<T, std::optional<Timestamp>>) {
        constexpr std::int64_t surely = 4'102'444'800'000;
        return tree.is_null() || (tree.is_int64() && tree.get_int64() >= 0 && tree.get_int64() <= surely);
    }
    return false;
}

// Whether a value kept as text nests too deeply for the decoders, which may then refuse it.
inline std::size_t depth_of(json::value const& tree) {
    std::size_t depth = 0;
    if (auto const* const object = tree.if_object()) {
        for (auto const& member : *object) depth = std::max(depth, depth_of(member.value()));
    } else if (auto const* const array = tree.if_array()) {
        for (auto const& element : *array) depth = std::max(depth, depth_of(element));
    } else {
        return 0;
    }
    return depth + 1;
}

// Whether an object made of `tree` must be one.
template <class T>
bool must_be_taken(json::object const& tree) {
    bool taken = true;
    for (auto const& member : tree) taken = taken && depth_of(member.value()) <= max_depth;
    api::for_each_member<T>([&]<std::size_t at>() {
        json::value const* const member = tree.if_contains(api::member_at<T, at>.name);
        if (member != nullptr) taken = taken && must_be_taken<api::MemberValue<T, at>>(*member);
    });
    return taken;
}

// The members of `value` are those of `tree`; unknown ones are among the additional fields.
template <class T>
void compare(T const& value, json::object const& tree) {
    json::object unknown = tree;
    api::for_each_member<T>([&]<std::size_t at>() {
        auto const name = api::member_at<T, at>.name;
        json::value const* const member = tree.if_contains(name);
        check(same(value.*api::member_at<T, at>.pointer, member != nullptr ? *member : json::value{}),
              "a member is what the tree says");
        if constexpr (api::KeepsPresence<T>) {
            bool const is_null = member != nullptr && member->is_null();
            check(value.is_null(static_cast<OrganizationField>(at)) == is_null, "null is told from absent");
            unknown.stable_erase(name);
        } else if (member != nullptr && !member->is_null() && !(name == "object" && value.object.empty())) {
            unknown.stable_erase(name);
        }
    });
    check(same(value.additional_fields, unknown), "what is unknown is kept");
}

}  // namespace clerk::fuzz
