// A walk as one line of text, and back. The line is a JSON object and a checksum; its members are private to the
// library. Pure.
#pragma once

#include "api/pagination/walk_state.hpp"
#include "http/request.hpp"

#include <clerk/result.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace clerk::api {

struct SavedWalk {
    WalkState state{};
    std::int64_t requests{};
    std::int64_t retries{};
    std::chrono::milliseconds elapsed{};

    friend bool operator==(SavedWalk const&, SavedWalk const&) = default;
};

// What a checkpoint belongs to: with other filters, in another order or in another application a walk sees another
// list.
struct WalkIdentity {
    std::string_view operation{};  // a static name
    bool anchored{};
    std::string list{};     // a digest of the list that is asked for: path, filters and order
    std::string account{};  // a digest of the server and the key

    friend bool operator==(WalkIdentity const&, WalkIdentity const&) = default;
};

// `first_page`: the request for a page without limit and offset.
[[nodiscard]] WalkIdentity identity_of(http::Request const& first_page, bool anchored, std::string account);

[[nodiscard]] std::string write_checkpoint(SavedWalk const& walk, WalkIdentity const& identity);

// `errc::invalid_argument`, field `checkpoint`, for any text that write_checkpoint() did not make for this identity.
[[nodiscard]] Result<SavedWalk> read_checkpoint(std::string_view text, WalkIdentity const& identity);

// The part without the checksum: what a damaged or forged text could reach only by a matching one.
[[nodiscard]] Result<SavedWalk> read_checkpoint_body(std::string_view body, WalkIdentity const& identity);

}  // namespace clerk::api
