// Shared by the tests of organizations.
#pragma once

#include "api/organizations/organization_codec.hpp"
#include "support/fixtures.hpp"

#include <string>
#include <string_view>

namespace clerk::test {

inline std::string fixture(std::string_view name) { return read_fixture(std::string{"organizations/"}.append(name)); }

}  // namespace clerk::test
