// Operations and resources of the API. Pure.
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

// A published limit in addition to that of the secret key.
struct RequestLimit {
    std::string_view name{};  // operations that share a limit have the same name here
    std::uint32_t requests{};
    std::chrono::seconds window{};
    std::size_t ids{};  // each value of so many leading ids of the path has its own window
};

struct Operation {
    std::string_view name{};  // as in the client and in fault rules
    std::string_view method{};
    std::string_view path{};  // below /v1; a segment in braces is an id
    // Appends the body of the answer, or returns a refusal.
    std::optional<Failure> (*handle)(ServiceState& state, Call const& call){};
    RequestLimit limit{};                                               // `requests` 0: none
    ApiRefusal (*body_too_large)(){&refusals::request_body_too_large};  // above max_request_body
};

// A folder of service/.
struct Resource {
    std::span<Operation const> operations{};
    // The errors that only this resource has.
    std::vector<ApiRefusal> (*refusals)(){};
    // Removes the data of an organization that is about to be deleted. Null: there is none.
    void (*organization_removed)(ServiceState& state, Slot organization){};
    // Does what is due at this time, such as expiring items. Null: nothing.
    void (*time_passed)(ServiceState& state, Milliseconds now){};
};

}  // namespace clerk::testing
