// Organizations are looked up by their id. Pure.
#pragma once

#include "api/id_lookup.hpp"

#include <clerk/organization.hpp>

#include <string_view>

namespace clerk::api {

template <>
struct LookupKey<Organization> {
    static std::string_view of(Organization const& organization) { return organization.id; }
    static std::string_view of(UndecodedItem const& item) { return item.id; }
};

}  // namespace clerk::api
