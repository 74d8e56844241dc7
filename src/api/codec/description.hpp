// The description of a type of the API: its members. Everything that reads or writes the type is generated from it.
// Pure.
#pragma once

#include <clerk/metadata.hpp>
#include <clerk/page.hpp>

#include <algorithm>
#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace clerk::api {

// What the API says about a member. All but needed ones may be null, because the service sometimes writes null where
// its description does not allow it.
enum class Presence : std::uint8_t {
    optional,  // may be absent
    expected,  // required; its absence is recorded
    needed,    // without it there is no value; neither absent, null, an empty string nor a negative number
};

template <class Owner, class Value>
struct Member {
    std::string_view name;
    Value Owner::* pointer;
    Presence presence{Presence::optional};
};

// Specialised for each type: `static constexpr std::tuple members{Member{…}, …};` in the order in which the service
// writes them. Supported types of members: a string, bool, std::int64_t, Timestamp, Metadata, described type,
// std::vector of one of them, or std::optional of any. Beside its members a type may have
// - `additional_fields`, a Metadata, for members that are not described;
// - `null_fields` and `missing_fields`, integers or std::bitset, with one bit per member in the order of the
// description.
template <class T>
struct Description;

template <class T>
concept Described = requires { Description<T>::members; };
template <class T>
concept KeepsUnknown = requires(T value) { value.additional_fields; };
template <class T>
concept KeepsPresence = requires(T value) {
    value.null_fields;
    value.missing_fields;
};

template <class T>
struct Description<Page<T>> {
    static constexpr std::tuple members{
        Member{"data", &Page<T>::data, Presence::needed},
        Member{"total_count", &Page<T>::total_count, Presence::needed},
    };
};

// Whether T is made of this template.
template <template <class...> class Template, class T>
inline constexpr bool is_a = false;
template <template <class...> class Template, class... Ts>
inline constexpr bool is_a<Template, Template<Ts...>> = true;

template <Described T>
inline constexpr std::size_t member_count = std::tuple_size_v<decltype(Description<T>::members)>;
template <Described T, std::size_t index>
inline constexpr auto const& member_at = std::get<index>(Description<T>::members);
template <Described T, std::size_t index>
using MemberValue = std::remove_cvref_t<decltype(std::declval<T>().*member_at<T, index>.pointer)>;

// Calls visit.operator()<index>() for each member, in order.
template <Described T, class Visit>
constexpr void for_each_member(Visit&& visit) {
    [&visit]<std::size_t... indices>(std::index_sequence<indices...>) {
        (visit.template operator()<indices>(), ...);
    }(std::make_index_sequence<member_count<T>>{});
}
// Calls visit.operator()<index>() for one member.
template <Described T, class Visit>
constexpr void visit_member(std::size_t index, Visit&& visit) {
    for_each_member<T>([&]<std::size_t at>() {
        if (at == index) visit.template operator()<at>();
    });
}

template <Described T>
inline constexpr std::array member_names =
    std::apply([](auto const&... members) { return std::array{members.name...}; }, Description<T>::members);

// The index of the member called `name`; member_count<T> when there is none.
template <Described T>
constexpr std::size_t find_member(std::string_view name) noexcept {
    constexpr auto is_unique = [](std::string_view one) { return std::ranges::count(member_names<T>, one) == 1; };
    static_assert(std::ranges::all_of(member_names<T>, is_unique), "a name is described twice");
    auto const* const found = std::find(member_names<T>.begin(), member_names<T>.end(), name);
    return static_cast<std::size_t>(found - member_names<T>.begin());
}

// One bit per member.
template <Described T>
using MemberBits = std::conditional_t<
    member_count<T> <= 32, std::uint32_t,
    std::conditional_t<member_count<T> <= 64, std::uint64_t, std::bitset<std::max<std::size_t>(member_count<T>, 65)>>>;

template <Described T>
constexpr MemberBits<T> member_bit(std::size_t index) noexcept {
    return MemberBits<T>{1} << index;
}
template <Described T>
constexpr bool has_bit(MemberBits<T> const& bits, std::size_t index) noexcept {
    return (bits & member_bit<T>(index)) != MemberBits<T>{};
}

// The members with at least this presence.
template <Described T>
constexpr MemberBits<T> members_from(Presence least) noexcept {
    MemberBits<T> bits{};
    for_each_member<T>([&bits, least]<std::size_t index>() {
        if (member_at<T, index>.presence >= least) bits |= member_bit<T>(index);
    });
    return bits;
}

// What a reader has found of the members of an object.
template <Described T>
struct FoundMembers {
    MemberBits<T> seen{};
    MemberBits<T> null{};
    std::string unknown{};  // members that are not described, as an object without its `}`

    // The text to which an unknown member is then appended.
    std::string& next_unknown() { return unknown += unknown.empty() ? '{' : ','; }

    // Stores it in `out`, which holds the values of the members.
    void finish(T& out) {
        if constexpr (KeepsPresence<T>) {
            static_assert(sizeof out.null_fields * 8 >= member_count<T> &&
                          sizeof out.missing_fields * 8 >= member_count<T>);
            out.null_fields = null;
            out.missing_fields = members_from<T>(Presence::expected) & ~seen;
        } else {
            keep_what_has_no_place(out);
        }
        if constexpr (KeepsUnknown<T>) {
            if (!unknown.empty()) out.additional_fields = Metadata::from_valid_text(std::move(unknown += '}'));
        }
    }

private:
    // If a type cannot distinguish null or empty from absent, such members are kept among the unknown ones.
    void keep_what_has_no_place(T const& out) {
        for_each_member<T>([&]<std::size_t at>() {
            constexpr auto const& member = member_at<T, at>;
            bool is_empty = false;
            if constexpr (std::is_same_v<MemberValue<T, at>, std::string>) is_empty = (out.*member.pointer).empty();
            bool const is_null = has_bit<T>(null, at);
            if (!has_bit<T>(seen, at) || !(is_null || is_empty)) return;
            ((next_unknown() += '"').append(member.name) += "\":") += is_null ? "null" : R"("")";
        });
    }
};

}  // namespace clerk::api
