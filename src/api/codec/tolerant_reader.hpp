// Reads any JSON that can be a T, or reports where and why it cannot. Pure.
//
// The description maps members to the type. Parts are found by strings and brackets only, and each is checked
// separately, so a problem in one does not hide others. Values that are kept as text are slices of the input.
#pragma once

#include "api/codec/description.hpp"
#include "api/codec/problem.hpp"
#include "api/codec/scanning.hpp"
#include "base/json_text.hpp"
#include "base/timestamp_range.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace clerk::api {

// What a T looks like in JSON.
template <class T>
constexpr std::string_view name_of_type(bool is_needed) noexcept {
    if constexpr (is_a<std::optional, T>) return name_of_type<typename T::value_type>(is_needed);
    if constexpr (std::is_same_v<T, std::string>) return is_needed ? "a non-empty string" : "a string";
    if constexpr (std::is_same_v<T, bool>) return "a boolean";
    if constexpr (std::is_same_v<T, std::int64_t>) return is_needed ? "an integer that is not negative" : "an integer";
    if constexpr (std::is_same_v<T, Timestamp>) return "Unix milliseconds";
    if constexpr (is_a<std::vector, T>) return "an array";
    return "an object";
}

class TolerantReader {
public:
    // `max_depth` is how deep a value that is kept as text may nest.
    explicit TolerantReader(std::size_t max_depth) : max_depth_{max_depth} {}

    // Reads `text`, one value without white space around it, into `out`, which must be empty. With a problem `out`
    // holds the rest of what could be read.
    template <class T>
    std::optional<Problem> read(std::string_view text, T& out, bool is_needed = false) {
        if constexpr (is_a<std::optional, T>) {
            return read(text, out.emplace(), is_needed);
        } else {
            if constexpr (Described<T>) {
                if (text.starts_with('{')) return read_object(text, out);
            } else if constexpr (is_a<std::vector, T>) {
                if (text.starts_with('[')) return read_list(text, out);
            }
            if (auto problem = check_json(text, max_depth_, &string_)) return problem;
            std::string_view const wrong = read_leaf(text, out, is_needed);
            return wrong.empty() ? std::nullopt : std::optional{expected(name_of_type<T>(is_needed), wrong)};
        }
    }

private:
    // By member, the last one for the unknown ones. They count at the end of the object, because a later duplicate may
    // replace the value.
    template <class T>
    using Problems = std::array<std::optional<Problem>, member_count<T> + 1>;

    // The following get valid JSON. When `out` cannot hold it, they return what was found instead, otherwise `none`.

    static constexpr std::string_view none{};
    static constexpr std::string_view invalid_text = "text that is not UTF-8";

    template <class T>
    std::string_view read_leaf(std::string_view text, T&, bool) {
        return kind_of(text);  // of an object or a list
    }
    std::string_view read_leaf(std::string_view text, std::string& out, bool is_needed) {
        if (text.front() != '"') return kind_of(text);
        if (!base::is_valid_utf8(string_)) return invalid_text;
        out = string_;
        return is_needed && out.empty() ? "an empty string" : none;
    }
    std::string_view read_leaf(std::string_view text, bool& out, bool) {
        out = text == "true";
        return out || text == "false" ? none : kind_of(text);
    }
    std::string_view read_leaf(std::string_view text, std::int64_t& out, bool is_needed) {
        auto const value = is_number(text) ? base::integer_from_json_number(text) : std::nullopt;
        if (!value) return kind_of(text);
        out = *value;
        return is_needed && out < 0 ? "a negative number" : none;
    }
    std::string_view read_leaf(std::string_view text, Timestamp& out, bool) {
        std::int64_t milliseconds{};
        std::string_view const wrong = read_leaf(text, milliseconds, false);
        out = Timestamp{std::chrono::milliseconds{milliseconds}};
        return !wrong.empty() || base::is_representable(out) ? wrong : "a time outside the years 0000 to 9999";
    }
    std::string_view read_leaf(std::string_view text, Metadata& out, bool) {
        if (text.front() != '{') return kind_of(text);
        if (!base::is_valid_utf8(text)) return invalid_text;
        std::string compact;
        base::append_compact_json(compact, text);
        if (compact != "{}") out = Metadata::from_valid_text(std::move(compact));
        return none;
    }

    template <class T>
    std::optional<Problem> read_list(std::string_view text, T& out) {
        std::optional<Problem> first;
        auto final = for_each_part(text, [&](std::string_view, std::string_view value) {
            std::string const place = '[' + std::to_string(out.size()) + ']';
            return keep(read(value, out.emplace_back()), place, first);
        });
        return final ? final : first;
    }

    template <class T>
    std::optional<Problem> read_object(std::string_view text, T& out) {
        FoundMembers<T> found;
        Problems<T> problems;
        auto final = for_each_part(text, [&](std::string_view name, std::string_view value) {
            return read_member(name, value, out, found, problems);
        });
        if (final) return final;
        for_each_member<T>([&]<std::size_t at>() {
            constexpr auto const& member = member_at<T, at>;
            if (member.presence != Presence::needed || has_bit<T>(found.seen, at)) return;
            Problem problem = expected(name_of_type<MemberValue<T, at>>(true), "nothing");
            problems[at] = std::move(problem).inside('.' + std::string{member.name});
        });
        if (!base::is_valid_utf8(found.unknown)) {
            problems.back().emplace().message = std::string{"has "}.append(invalid_text);
        }
        auto const first = std::ranges::find_if(problems, &std::optional<Problem>::has_value);
        if (first != problems.end()) return *first;
        found.finish(out);
        return {};
    }

    // Returns only what is final.
    template <class T>
    std::optional<Problem> read_member(std::string_view quoted_name, std::string_view value, T& out,
                                       FoundMembers<T>& found, Problems<T>& problems) {
        std::string name;
        if (auto problem = check_json(quoted_name, 0, &name)) return problem;
        std::size_t const index = find_member<T>(name);
        if (index == member_count<T>) {
            if (auto problem = check_json(value, max_depth_)) return problem;
            base::append_compact_json((found.next_unknown() += quoted_name) += ':', value);
            return {};
        }
        found.seen |= member_bit<T>(index);
        found.null &= ~member_bit<T>(index);
        problems[index].reset();
        std::optional<Problem> problem;
        visit_member<T>(index, [&]<std::size_t at>() {
            auto& member = out.*member_at<T, at>.pointer;
            member = {};
            constexpr bool is_needed = member_at<T, at>.presence == Presence::needed;
            if (!is_needed && value == "null") {
                found.null |= member_bit<T>(at);
            } else if ((problem = read(value, member, is_needed))) {
                member = {};
            }
        });
        return keep(std::move(problem), '.' + name, problems[index]);
    }

    // Keeps a problem in `kept` unless there is one already. Returns it instead if it is final.
    static std::optional<Problem> keep(std::optional<Problem> problem, std::string const& place,
                                       std::optional<Problem>& kept) {
        if (!problem) return {};
        problem = std::move(*problem).inside(place);
        if (problem->is_final) return problem;
        if (!kept) kept = std::move(problem);
        return {};
    }

    std::size_t max_depth_;
    std::string string_{};  // value of the last string
};

}  // namespace clerk::api
