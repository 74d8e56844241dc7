// Reads any JSON that can be a T, or reports where and why it cannot. Pure.
//
// The description says which member goes where. Parts are found by strings and brackets alone and each is checked on
// its own, so a problem in one does not hide the others; what is kept as text is a slice of the text.
#pragma once

#include "api/codec/description.hpp"
#include "api/codec/problem.hpp"
#include "api/codec/scanning.hpp"
#include "api/codec/value_parser.hpp"
#include "base/json_scan.hpp"
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

class TolerantReader {
public:
    // `max_depth` is how deep the value of a member may nest that is not described further.
    explicit TolerantReader(std::size_t max_depth) : parser_{max_depth} {}

    // Reads `text`, one value without white space around it, into `out`, which must be empty. With a problem `out`
    // holds the rest of what could be read.
    template <class T>
    std::optional<Problem> read(std::string_view text, T& out, Presence presence = Presence::optional) {
        if constexpr (is_optional<T>) {
            return read(text, out.emplace(), presence);
        } else {
            if constexpr (Described<T>) {
                if (text.starts_with('{')) return read_object(text, out);
            } else if constexpr (is_list<T>) {
                if (text.starts_with('[')) return read_list(text, out);
            }
            if (auto problem = parser_.parse(text)) return problem;
            std::string_view const wrong = read_leaf(text, out, presence == Presence::needed);
            return wrong.empty() ? std::nullopt : std::optional{expected(name_of_type<T>(presence), wrong)};
        }
    }

    // What `text`, a string with its quotes, says.
    std::optional<Problem> read_name(std::string_view text, std::string& out) {
        char const* const end = text.data() + text.size() - 1;
        if (base::find_json_escape(text.data() + 1, end) == end) {
            out.assign(text.data() + 1, end);
            return {};
        }
        auto problem = parser_.parse(text);
        if (!problem) out = parser_.string();
        return problem;
    }

private:
    // What is known of an object's members so far. Problems are evaluated at its end: a later duplicate may correct
    // one.
    template <class T>
    struct Progress {
        MemberBits<T> seen{};
        MemberBits<T> null{};
        std::map<std::size_t, Problem> problems{};  // by member
        std::string unknown{};                      // members that are not described, as an object without its `}`
    };

    // These say what was found where `out` cannot hold it, and nothing when it can.

    static constexpr std::string_view none{};

    template <class T>
    std::string_view read_leaf(std::string_view, T&, bool) {
        return parser_.kind();  // of an object or a list
    }
    std::string_view read_leaf(std::string_view, std::string& out, bool is_needed) {
        if (parser_.kind() != found::string) return parser_.kind();
        if (!base::is_valid_utf8(parser_.string())) return found::invalid_text;
        out = parser_.string();
        return is_needed && out.empty() ? found::empty_string : none;
    }
    std::string_view read_leaf(std::string_view text, bool& out, bool) {
        out = text == "true";
        return parser_.kind() == found::boolean ? none : parser_.kind();
    }
    std::string_view read_leaf(std::string_view, std::int64_t& out, bool is_needed) {
        auto const value = parser_.integer();
        out = value.value_or(0);
        if (!value) return parser_.kind();
        return is_needed && out < 0 ? found::negative : none;
    }
    std::string_view read_leaf(std::string_view, Timestamp& out, bool) {
        auto const value = parser_.integer();
        if (!value) return parser_.kind();
        out = Timestamp{std::chrono::milliseconds{*value}};
        return base::is_representable(out) ? none : found::time_out_of_range;
    }
    std::string_view read_leaf(std::string_view text, Metadata& out, bool) {
        if (parser_.kind() != found::object) return parser_.kind();
        if (!base::is_valid_utf8(text)) return found::invalid_text;
        std::string compact;
        base::append_compact_json(compact, text);
        if (compact != "{}") out = Metadata::from_valid_text(std::move(compact));
        return none;
    }

    template <class T>
    std::optional<Problem> read_list(std::string_view text, T& out) {
        std::optional<Problem> first;
        PartReader parts{text};
        while (parts.next()) {
            auto problem = read(parts.value(), out.emplace_back());
            if (!problem || (first && (first->is_final || !problem->is_final))) continue;
            first = std::move(*problem).inside('[' + std::to_string(parts.index() - 1) + ']');
        }
        if (!parts.is_complete() && !(first && first->is_final)) return not_json("an array is not complete");
        return first;
    }

    template <class T>
    std::optional<Problem> read_object(std::string_view text, T& out) {
        Progress<T> progress;
        std::optional<Problem> final;
        PartReader parts{text};
        while (parts.next()) {
            auto problem = read_part(parts, out, progress);
            if (problem && !final) final = std::move(problem);
        }
        if (!parts.is_complete() && !final) final = not_json("an object is not complete");
        return final ? final : finish(out, progress);
    }

    // Returns only what is final.
    template <class T>
    std::optional<Problem> read_part(PartReader const& part, T& out, Progress<T>& progress) {
        std::string name;
        if (auto problem = read_name(part.name(), name)) return problem;
        std::size_t const index = find_member<T>(name);
        if (index == member_count<T>) return read_unknown(part, progress.unknown);

        progress.seen |= member_bit<T>(index);
        progress.null &= ~member_bit<T>(index);
        progress.problems.erase(index);
        std::optional<Problem> problem;
        visit_member<T>(index, [&]<std::size_t at>() {
            auto& member = out.*member_at<T, at>.pointer;
            member = {};
            constexpr Presence presence = member_at<T, at>.presence;
            if (presence != Presence::needed && part.value() == "null") {
                progress.null |= member_bit<T>(at);
            } else if ((problem = read(part.value(), member, presence))) {
                member = {};
            }
        });
        if (!problem) return {};
        problem = std::move(*problem).inside('.' + name);
        if (problem->is_final) return problem;
        progress.problems.emplace(index, std::move(*problem));
        return {};
    }

    std::optional<Problem> read_unknown(PartReader const& part, std::string& unknown) {
        if (auto problem = parser_.parse(part.value())) return problem;
        ((unknown += unknown.empty() ? '{' : ',') += part.name()) += ':';
        base::append_compact_json(unknown, part.value());
        return {};
    }

    template <class T>
    std::optional<Problem> finish(T& out, Progress<T>& progress) {
        for_each_member<T>([&]<std::size_t at>() {
            constexpr auto const& member = member_at<T, at>;
            if (member.presence == Presence::needed && !has_bit<T>(progress.seen, at)) {
                Problem problem = expected(name_of_type<MemberValue<T, at>>(member.presence), found::nothing);
                progress.problems.emplace(at, std::move(problem).inside('.' + std::string{member.name}));
            }
        });
        if (!base::is_valid_utf8(progress.unknown)) {
            progress.problems[member_count<T>].message = std::string{"has "}.append(found::invalid_text);
        }
        if (!progress.problems.empty()) return std::move(progress.problems.begin()->second);

        if constexpr (KeepsPresence<T>) {
            static_assert(sizeof out.null_fields * 8 >= member_count<T> &&
                          sizeof out.missing_fields * 8 >= member_count<T>);
            out.null_fields = progress.null;
            out.missing_fields = required_members<T>() & ~progress.seen;
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

    // Where a type cannot distinguish null or empty from absent, such members are kept among the unknown ones.
    template <class T>
    void keep_what_has_no_place(T const& out, Progress<T>& progress) {
        for_each_member<T>([&]<std::size_t at>() {
            if (!has_bit<T>(progress.seen, at)) return;
            std::string_view value = has_bit<T>(progress.null, at) ? "null" : "";
            if constexpr (std::is_same_v<MemberValue<T, at>, std::string>) {
                if (value.empty() && (out.*member_at<T, at>.pointer).empty()) value = R"("")";
            }
            if (value.empty()) return;
            std::string& unknown = progress.unknown;
            ((unknown += unknown.empty() ? "{\"" : ",\"") += member_at<T, at>.name) += "\":";
            unknown += value;
        });
    }

    ValueParser parser_;
};

}  // namespace clerk::api
