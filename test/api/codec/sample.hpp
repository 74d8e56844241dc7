// Types for tests, with everything that a description can have.
#pragma once

#include <clerk/timestamp.hpp>

#include "api/codec/description.hpp"

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace clerk::test {

struct Address {
    std::string city{};
    std::optional<std::int64_t> number{};

    friend bool operator==(Address const&, Address const&) = default;
};

struct Person {
    std::string id{};
    std::optional<std::string> name{};
    bool active{};
    std::int64_t visits{};
    std::optional<Timestamp> born{};
    std::vector<std::string> tags{};
    std::optional<Address> home{};
    std::vector<Address> offices{};
    Metadata notes{};
    Metadata additional_fields{};
    std::uint64_t null_fields{};
    std::uint64_t missing_fields{};

    friend bool operator==(Person const&, Person const&) = default;
};

using People = Page<Person>;

// More members than any integer has bits.
template <std::size_t index>
struct Slot {
    std::optional<std::int64_t> value{};
};
template <class Indices>
struct Slots;
template <std::size_t... indices>
struct Slots<std::index_sequence<indices...>> : Slot<indices>... {
    std::bitset<sizeof...(indices)> null_fields{};
    std::bitset<sizeof...(indices)> missing_fields{};
};
inline constexpr std::size_t wide_count = 70;
struct Wide : Slots<std::make_index_sequence<wide_count>> {};

template <std::size_t index>
inline constexpr std::array<char, 3> slot_name{'m', '0' + index / 10, '0' + index % 10};

}  // namespace clerk::test

namespace clerk::api {

template <>
struct Description<test::Address> {
    static constexpr std::tuple members{
        Member{"city", &test::Address::city, Presence::needed},
        Member{"number", &test::Address::number},
    };
};

template <>
struct Description<test::Person> {
    static constexpr std::tuple members{
        Member{"id", &test::Person::id, Presence::needed},
        Member{"name", &test::Person::name, Presence::expected},
        Member{"active", &test::Person::active, Presence::expected},
        Member{"visits", &test::Person::visits, Presence::expected},
        Member{"born", &test::Person::born},
        Member{"tags", &test::Person::tags},
        Member{"home", &test::Person::home},
        Member{"offices", &test::Person::offices, Presence::expected},
        Member{"notes", &test::Person::notes},
    };
};

template <>
struct Description<test::Wide> {
    static constexpr auto members = []<std::size_t... indices>(std::index_sequence<indices...>) {
        return std::tuple{Member{std::string_view{test::slot_name<indices>.data(), test::slot_name<indices>.size()},
                                 &test::Slot<indices>::value, Presence::expected}...};
    }(std::make_index_sequence<test::wide_count>{});
};

}  // namespace clerk::api
