// Writes values as compact JSON: described types as they arrived, with what was null or absent. Pure.
#pragma once

#include "api/codec/description.hpp"
#include "base/json_text.hpp"

#include <clerk/metadata.hpp>
#include <clerk/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace clerk::api {

inline void append_json_value(std::string& out, std::string_view value) { base::append_json_string(out, value); }
inline void append_json_value(std::string& out, std::string const& value) { base::append_json_string(out, value); }
void append_json_value(std::string& out, char const* value) = delete;  // would be a bool
inline void append_json_value(std::string& out, bool value) { out += value ? "true" : "false"; }
inline void append_json_value(std::string& out, std::int64_t value) { base::append_integer(out, value); }
inline void append_json_value(std::string& out, Metadata const& value) { out += value.text(); }
inline void append_json_value(std::string& out, Timestamp value) {
    base::append_integer(out, value.time_since_epoch().count());
}
template <Described T>
void append_json_value(std::string& out, T const& value);
template <class T>
void append_json_value(std::string& out, std::vector<T> const& list) {
    out += '[';
    for (T const& element : list) {
        if (&element != list.data()) out += ',';
        append_json_value(out, element);
    }
    out += ']';
}
template <class T>
void append_json_value(std::string& out, std::optional<T> const& value) {
    if (value) {
        append_json_value(out, *value);
    } else {
        out += "null";
    }
}

// Writes an object, a member at a time.
class JsonObjectWriter {
public:
    explicit JsonObjectWriter(std::string& out) : out_{out} { out_ += '{'; }
    JsonObjectWriter(JsonObjectWriter const&) = delete;
    JsonObjectWriter& operator=(JsonObjectWriter const&) = delete;

    template <class T>
    void member(std::string_view name, T const& value) {
        append_json_value(begin(name), value);
    }
    void null(std::string_view name) { begin(name) += "null"; }

    // The members of another object.
    void members_of(Metadata const& object) {
        if (object.empty()) return;
        separate();
        out_ += object.text().substr(1, object.text().size() - 2);
    }

    // For a value that the caller appends. Names are literals of this library, so they are not escaped.
    std::string& begin(std::string_view name) {
        separate();
        out_ += '"';
        out_ += name;
        out_ += "\":";
        return out_;
    }

    void end() { out_ += '}'; }

private:
    void separate() {
        if (!first_) out_ += ',';
        first_ = false;
    }

    std::string& out_;
    bool first_{true};
};

template <Described T>
void append_json_value(std::string& out, T const& value) {
    MemberBits<T> null{};
    MemberBits<T> missing{};
    if constexpr (KeepsPresence<T>) {
        null = static_cast<MemberBits<T>>(value.null_fields);
        missing = static_cast<MemberBits<T>>(value.missing_fields);
    }
    auto const required = members_from<T>(KeepsPresence<T> ? Presence::expected : Presence::needed) & ~missing;
    JsonObjectWriter json{out};
    for_each_member<T>([&]<std::size_t at>() {
        auto const& member = value.*member_at<T, at>.pointer;
        std::string_view const name = member_at<T, at>.name;
        bool const is_null = has_bit<T>(null, at);
        bool holds_something = !is_null && !has_bit<T>(missing, at);
        if constexpr (is_a<std::optional, MemberValue<T, at>>) {
            holds_something = member.has_value();
        } else if constexpr (requires { member.empty(); }) {
            holds_something = !member.empty();
        }
        if (holds_something || (!is_null && has_bit<T>(required, at))) {
            json.member(name, member);
        } else if (is_null) {
            json.null(name);
        }
    });
    if constexpr (KeepsUnknown<T>) json.members_of(value.additional_fields);
    json.end();
}

// `typical_size`: of the text, to reserve memory.
template <class T>
std::string json_of(T const& value, std::size_t typical_size) {
    std::string out;
    out.reserve(typical_size);
    append_json_value(out, value);
    return out;
}

}  // namespace clerk::api
