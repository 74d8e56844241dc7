/// @file
/// One page of a list, of any resource.
#pragma once

#include <clerk/metadata.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace clerk {
/** @opengroup{lists} */
/// A list item that could not be decoded. The rest of its page is unaffected.
struct UndecodedItem {
    std::size_t index{};    ///< Position in the `data` array of its page.
    std::string id{};       ///< The item's id, when it had a readable one.
    std::string path{};     ///< JSON path of the offending value, for example `$.data[3].created_at`.
    std::string message{};  ///< What is wrong with it.

    friend bool operator==(UndecodedItem const&, UndecodedItem const&) = default;
};

/// One page of a list of T. Iterates over `data`.
template <class T>
struct Page {
    std::vector<T> data{};                   ///< What could be decoded, in the order of the answer.
    std::int64_t total_count{};              ///< How many items match in all, as counted by the service.
    std::vector<UndecodedItem> undecoded{};  ///< Items missing from `data`; empty on a healthy page.
    Metadata additional_fields{};            ///< Members besides `data` and `total_count`, as one object.

    [[nodiscard]] auto begin() const noexcept { return data.begin(); }       ///< First of `data`.
    [[nodiscard]] auto end() const noexcept { return data.end(); }           ///< End of `data`.
    [[nodiscard]] std::size_t size() const noexcept { return data.size(); }  ///< Of `data`.
    [[nodiscard]] bool empty() const noexcept { return data.empty(); }       ///< Whether `data` is.

    friend bool operator==(Page const&, Page const&) = default;
};

/// What a lookup by ids found, for example `OrganizationsApi::get_organizations()`.
template <class T>
struct ItemsById {
    std::vector<T> data{};                 ///< In the order in which their ids were given.
    std::vector<std::string> missing{};    ///< Ids for which the service has no item, in the same order.
    std::vector<std::string> undecoded{};  ///< Ids whose items could not be decoded, or may be among those.

    [[nodiscard]] auto begin() const noexcept { return data.begin(); }  ///< First of `data`.
    [[nodiscard]] auto end() const noexcept { return data.end(); }      ///< End of `data`.

    friend bool operator==(ItemsById const&, ItemsById const&) = default;
};
/** @} */
}  // namespace clerk
