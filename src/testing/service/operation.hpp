// What an operation and a resource of the API are to the service. Pure.
#pragma once

#include "testing/service/ordered_slots.hpp"
#include "testing/service/refusal.hpp"
#include "testing/service/text.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace clerk::testing {

struct Call;
struct ServiceState;

// A published limit beside that of the secret key.
struct RequestLimit {
    std::string_view name{};  // operations that share a limit have the same name here
    std::uint32_t requests{};
    std::chrono::seconds window{};
    std::size_t ids{};  // each value of the first so many ids of the path has a window of its own
};

struct Operation {
    std::string_view name{};  // as in the client and in fault rules
    std::string_view method{};
    std::string_view path{};  // below /v1; a segment in braces stands for an id
    // Appends the body of the answer, or says why not.
    std::optional<Failure> (*handle)(ServiceState& state, Call const& call){};
    RequestLimit limit{};                                               // no requests: none
    ApiRefusal (*body_too_large)(){&refusals::request_body_too_large};  // above max_request_body
};

// A folder of service/.
struct Resource {
    std::span<Operation const> operations{};
    // The errors of its own that the service may answer with.
    std::vector<ApiRefusal> (*refusals)(){};
    // Forgets what belongs to an organization that is about to go. Null: nothing does.
    void (*organization_removed)(ServiceState& state, Slot organization){};
    // Does what is due at this time. Null: nothing ever is.
    void (*time_passed)(ServiceState& state, Milliseconds now){};
};

}  // namespace clerk::testing
