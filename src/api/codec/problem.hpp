// What is wrong with a value: its place, types and ranges, never the value itself. Pure.
#pragma once

#include <clerk/error.hpp>
#include <clerk/metadata.hpp>
#include <clerk/timestamp.hpp>

#include "api/codec/description.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace clerk::api {

struct Problem {
    errc code{errc::malformed_body};
    std::string path{};  // from the value on, for example ".tags[2]"
    std::string message{};
    bool is_final{};  // the text is no JSON, or too deep; of others a later member of the same name may take the place

    [[nodiscard]] Problem inside(std::string const& outer) && {
        path.insert(0, outer);
        return std::move(*this);
    }
};

inline Problem expected(std::string_view what, std::string_view found) {
    Problem problem;
    ((problem.message = "expected ").append(what) += ", found ").append(found);
    return problem;
}
inline Problem not_json(std::string_view why) {
    Problem problem;
    problem.message = std::string{"is not valid JSON: "}.append(why);
    problem.is_final = true;
    return problem;
}

// What may be found where something else was expected.
namespace found {
constexpr std::string_view nothing = "nothing";
constexpr std::string_view null = "null";
constexpr std::string_view boolean = "a boolean";
constexpr std::string_view number = "a number";
constexpr std::string_view fraction = "a number that is not an integer";
constexpr std::string_view too_large = "a number outside the 64-bit range";
constexpr std::string_view negative = "a negative number";
constexpr std::string_view time_out_of_range = "a time outside the years 0000 to 9999";
constexpr std::string_view string = "a string";
constexpr std::string_view empty_string = "an empty string";
constexpr std::string_view array = "an array";
constexpr std::string_view object = "an object";
constexpr std::string_view invalid_text = "text that is not UTF-8";
}  // namespace found

// What a T looks like in JSON.
template <class T>
constexpr std::string_view name_of_type(Presence presence = Presence::optional) noexcept {
    bool const is_needed = presence == Presence::needed;
    if constexpr (is_optional<T>) return name_of_type<typename T::value_type>(presence);
    if constexpr (std::is_same_v<T, std::string>) return is_needed ? "a non-empty string" : "a string";
    if constexpr (std::is_same_v<T, bool>) return "a boolean";
    if constexpr (std::is_same_v<T, std::int64_t>) return is_needed ? "an integer that is not negative" : "an integer";
    if constexpr (std::is_same_v<T, Timestamp>) return "Unix milliseconds";
    if constexpr (is_list<T>) return "an array";
    return "an object";
}

}  // namespace clerk::api
