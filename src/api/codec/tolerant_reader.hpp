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

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace clerk::api {

// What a T looks like in JSON.
template <class T>
constexpr std::string_view name_of_type(bool is_needed) noexcept {
    if constexpr (is_optional<T>) return name_of_type<typename T::value_type>(is_needed);
    if constexpr (std::is_same_v<T, std::string>) return is_needed ? "a non-empty string" : "a string";
    if constexpr (std::is_same_v<T, bool>) return "a boolean";
    if constexpr (std::is_same_v<T, std::int64_t>) return is_needed ? "an integer that is not negative" : "an integer";
    if constexpr (std::is_same_v<T, Timestamp>) return "Unix milliseconds";
    if constexpr (is_list<T>) return "an array";
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
        if constexpr (is_optional<T>) {
            return read(text, out.emplace(), is_needed);
        } else {
            if constexpr (Described<T>) {
                if (text.starts_with('{')) return read_object(text, out);
            } else if constexpr (is_list<T>) {
                if (text.starts_with('[')) return read_list(text, out);
            }
            if (auto problem = check_json(text, max_depth_, &string_)) return problem;
            std::string_view const wrong = read_leaf(text, out, is_needed);
            return wrong.empty() ? std::nullopt : std::optional{expected(name_of_type<T>(is_needed), wrong)};
        }
    }

private:
    // State of the members of an object. Problems are evaluated at its end, because a later duplicate may replace the
    // value.
    template <class T>
    struct Progress {
        MemberBits<T> seen{};
        MemberBits<T> null{};
        std::map<std::size_t, Problem> problems{};  // by member
        std::string unknown{};                      // members that are not described, as an object without its `}`

        // The text to which the value is then appended.
        std::string& add_unknown(std::string_view quoted_name) {
            return ((unknown += unknown.empty() ? '{' : ',') += quoted_name) += ':';
        }
    };

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
        bool const is_complete = for_each_part(text, [&](std::string_view, std::string_view value) {
            auto problem = read(value, out.emplace_back());
            if (!problem || (first && (first->is_final || !problem->is_final))) return;
            first = std::move(*problem).inside('[' + std::to_string(out.size() - 1) + ']');
        });
        return is_complete || (first && first->is_final) ? first : not_json("an array is not complete");
    }

    template <class T>
    std::optional<Problem> read_object(std::string_view text, T& out) {
        Progress<T> progress;
        std::optional<Problem> final;
        bool const is_complete = for_each_part(text, [&](std::string_view name, std::string_view value) {
            auto problem = read_member(name, value, out, progress);
            if (problem && !final) final = std::move(problem);
        });
        if (!is_complete && !final) final = not_json("an object is not complete");
        return final ? final : finish(out, progress);
    }

    // Returns only what is final.
    template <class T>
    std::optional<Problem> read_member(std::string_view quoted_name, std::string_view value, T& out,
                                       Progress<T>& progress) {
        std::string name;
        if (auto problem = read_string(quoted_name, name)) return problem;
        std::size_t const index = find_member<T>(name);
        if (index == member_count<T>) {
            if (auto problem = check_json(value, max_depth_)) return problem;
            base::append_compact_json(progress.add_unknown(quoted_name), value);
            return {};
        }
        progress.seen |= member_bit<T>(index);
        progress.null &= ~member_bit<T>(index);
        progress.problems.erase(index);
        std::optional<Problem> problem;
        visit_member<T>(index, [&]<std::size_t at>() {
            auto& member = out.*member_at<T, at>.pointer;
            member = {};
            constexpr bool is_needed = member_at<T, at>.presence == Presence::needed;
            if (!is_needed && value == "null") {
                progress.null |= member_bit<T>(at);
            } else if ((problem = read(value, member, is_needed))) {
                member = {};
            }
        });
        if (!problem) return {};
        problem = std::move(*problem).inside('.' + name);
        if (problem->is_final) return problem;
        progress.problems.emplace(index, std::move(*problem));
        return {};
    }

    template <class T>
    std::optional<Problem> finish(T& out, Progress<T>& progress) {
        for_each_member<T>([&]<std::size_t at>() {
            constexpr auto const& member = member_at<T, at>;
            if (member.presence != Presence::needed || has_bit<T>(progress.seen, at)) return;
            Problem problem = expected(name_of_type<MemberValue<T, at>>(true), "nothing");
            progress.problems.emplace(at, std::move(problem).inside('.' + std::string{member.name}));
        });
        if (!base::is_valid_utf8(progress.unknown)) {
            progress.problems[member_count<T>].message = std::string{"has "}.append(invalid_text);
        }
        if (!progress.problems.empty()) return std::move(progress.problems.begin()->second);

        if constexpr (KeepsPresence<T>) {
            static_assert(sizeof out.null_fields * 8 >= member_count<T> &&
                          sizeof out.missing_fields * 8 >= member_count<T>);
            out.null_fields = progress.null;
            out.missing_fields = members_from<T>(Presence::expected) & ~progress.seen;
        } else {
            keep_what_has_no_place(out, progress);
        }
        if constexpr (KeepsUnknown<T>) {
            if (!progress.unknown.empty()) {
                out.additional_fields = Metadata::from_valid_text(std::move(progress.unknown += '}'));
            }
        }
        return {};
    }

    // If a type cannot distinguish null or empty from absent, such members are kept among the unknown ones.
    template <class T>
    void keep_what_has_no_place(T const& out, Progress<T>& progress) {
        for_each_member<T>([&]<std::size_t at>() {
            constexpr auto const& member = member_at<T, at>;
            bool is_empty = false;
            if constexpr (std::is_same_v<MemberValue<T, at>, std::string>) is_empty = (out.*member.pointer).empty();
            bool const is_null = has_bit<T>(progress.null, at);
            if (!has_bit<T>(progress.seen, at) || !(is_null || is_empty)) return;
            progress.add_unknown('"' + std::string{member.name} + '"') += is_null ? "null" : R"("")";
        });
    }

    std::size_t max_depth_;
    std::string string_{};  // value of the last string
};

}  // namespace clerk::api
