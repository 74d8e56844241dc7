// The expected state of the organizations. A call is recorded as uncertain before it starts and resolved by its result,
// so calls that never end are handled too.
#pragma once

#include "soak/findings.hpp"

#include <clerk/error.hpp>
#include <clerk/organization.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace clerk::soak {

// A number that is written repeatedly. A write whose outcome is unknown may take effect at any later time.
class Counter {
public:
    // The number to write next.
    [[nodiscard]] std::int64_t next() {
        uncertain_.push_back(++latest_);
        return latest_;
    }
    void settle(std::int64_t number, bool written) {
        std::erase(uncertain_, number);
        if (written) certain_ = number;
    }
    [[nodiscard]] bool may_be(std::int64_t number) const noexcept;

private:
    std::int64_t latest_{};
    std::int64_t certain_{};
    std::vector<std::int64_t> uncertain_{};
};

enum class Existence { no, yes, unknown };

struct Entry {
    std::string name{};  // unique
    std::string id{};    // empty as long as it is unknown
    Existence existence{Existence::unknown};
    Counter memberships{};  // max_allowed_memberships
    Counter version{};      // public_metadata.version

    // Whether the organization that was received may be this one in its present state.
    void check(Organization const& organization, Findings& findings) const;
};

struct Verdict {
    std::size_t unknown_and_there{};
    std::size_t unknown_and_not_there{};
};

// Compares all existing organizations whose names begin with `prefix` with all that were created.
[[nodiscard]] Verdict verify(std::vector<Entry> const& entries, std::vector<Organization> const& organizations,
                             std::string_view prefix, Findings& findings);

}  // namespace clerk::soak
