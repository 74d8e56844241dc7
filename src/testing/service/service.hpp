// The service without sockets: answers one request at a time. Thread-safe.
#pragma once

#include "testing/service/organization_invitations/acceptance.hpp"
#include "testing/service/refusal.hpp"
#include "testing/service/service_call.hpp"
#include "testing/service/service_limits.hpp"
#include "testing/service/service_state.hpp"
#include "testing/service/text.hpp"

#include <clerk/testing/emulator.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace clerk::testing {

// Enough for a logo of 10 MB and its multipart form, but not much more.
inline constexpr std::uint64_t max_request_body = 12 * 1024 * 1024;

struct Now {
    Milliseconds unix{};
    RateLimits::Time steady{};
};

// The body of the answer is appended to a string of the caller.
struct ServiceResponse {
    unsigned status{200};
    std::array<char, 32> trace_id{};
    std::string allow{};  // of a 405
    bool from_edge{};     // an HTML page of the CDN in front of the service
    std::optional<std::chrono::seconds> retry_after{};

    [[nodiscard]] std::string_view trace() const noexcept { return {trace_id.data(), trace_id.size()}; }
};

class Service {
public:
    explicit Service(EmulatorOptions options);

    // Counts a request and starts its answer.
    [[nodiscard]] ServiceResponse begin();
    // The name of the operation of a request. Empty: none.
    [[nodiscard]] static std::string_view operation_of(ServiceRequest const& request);
    // Appends the body of the answer to `out`.
    [[nodiscard]] ServiceResponse handle(ServiceRequest const& request, Now now, std::string& out);
    // The answer to bytes that are not an HTTP request, or to a request that is too large.
    [[nodiscard]] ServiceResponse refuse(ApiRefusal refusal, std::string& out);

    // Moves the clock that the service sees forward; `by` >= 0. Throws std::invalid_argument beyond 100 years in all.
    void advance_clock(std::chrono::milliseconds by);
    // How far it has been moved.
    [[nodiscard]] std::chrono::milliseconds ahead() const noexcept { return std::chrono::milliseconds{ahead_.load()}; }
    // Accepts an invitation as the invited user. Throws std::invalid_argument with the reason when that is not
    // possible.
    Acceptance accept_invitation(std::string_view invitation_id, std::string_view user_id, Milliseconds unix_now);

    [[nodiscard]] std::string const& secret_key() const noexcept { return options_.secret_key; }
    [[nodiscard]] std::uint64_t requests() const noexcept { return requests_.load(std::memory_order_relaxed); }
    [[nodiscard]] std::size_t organizations() const;

private:
    void pass_time(Milliseconds now);
    [[nodiscard]] std::optional<Failure> respond(ServiceRequest const& request, Now now, ServiceResponse& response,
                                                 std::string& out);
    [[nodiscard]] std::optional<ApiRefusal> check_key(ServiceRequest const& request) const;
    [[nodiscard]] std::optional<Failure> check_limits(Route const& route, RateLimits::Time now);

    EmulatorOptions options_;
    std::atomic<std::uint64_t> requests_{};
    std::atomic<Milliseconds> ahead_{};
    std::mutex limits_mutex_{};
    RateLimits limits_;
    ServiceState state_;
};

}  // namespace clerk::testing
