// Writes the state of a walk as one line of text, and reads it. The line is a JSON object and a checksum; its members
// are private to the library. Pure.
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

// The list that a checkpoint belongs to. Other filters, another order or another application is another list.
struct WalkIdentity {
    std::string_view operation{};  // a static name
    bool anchored{};
    std::string list{};     // a digest of the list: path, filters and order
    std::string account{};  // a digest of the server and the key

    friend bool operator==(WalkIdentity const&, WalkIdentity const&) = default;
};

// `first_page`: the request for a page without limit and offset.
[[nodiscard]] WalkIdentity identity_of(http::Request const& first_page, bool anchored, std::string account);

[[nodiscard]] std::string write_checkpoint(SavedWalk const& walk, WalkIdentity const& identity);

// `errc::invalid_argument`, field `checkpoint`, for any text that write_checkpoint() did not make for this identity.
[[nodiscard]] Result<SavedWalk> read_checkpoint(std::string_view text, WalkIdentity const& identity);

// Reads the part without the checksum. Tests use it to pass damaged text whose checksum would not match.
[[nodiscard]] Result<SavedWalk> read_checkpoint_body(std::string_view body, WalkIdentity const& identity);

}  // namespace clerk::api
