// A walk as one line of text, and back. The line is a JSON object and a checksum; its members are nobody's business.
#pragma once

#include "policy/walk_state.hpp"

#include <clerk/organization.hpp>
#include <clerk/result.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace clerk::organizations {

struct SavedWalk {
    policy::WalkState state{};
    std::int64_t requests{};
    std::int64_t retries{};
    std::chrono::milliseconds elapsed{};

    friend bool operator==(SavedWalk const&, SavedWalk const&) = default;
};

// What a checkpoint belongs to: a walk with other filters or in another order sees another list.
struct WalkIdentity {
    bool anchored{};
    std::string order{};
    std::string filter{};  // a digest of the filters

    friend bool operator==(WalkIdentity const&, WalkIdentity const&) = default;
};

[[nodiscard]] WalkIdentity identity_of(ListOrganizationsRequest const& request, bool anchored);

[[nodiscard]] std::string write_checkpoint(SavedWalk const& walk, WalkIdentity const& identity);

// `errc::invalid_argument`, field `checkpoint`, for any text that write_checkpoint() did not make for this identity.
[[nodiscard]] Result<SavedWalk> read_checkpoint(std::string_view text, WalkIdentity const& identity);

// The part without the checksum: what a damaged or forged text could reach only by a matching one.
[[nodiscard]] Result<SavedWalk> read_checkpoint_body(std::string_view body, WalkIdentity const& identity);

}  // namespace clerk::organizations
