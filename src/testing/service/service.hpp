// The service without sockets: one request, one answer. Thread-safe.
#pragma once

#include "testing/service/operation.hpp"
#include "testing/service/refusal.hpp"
#include "testing/service/service_limits.hpp"
#include "testing/service/store.hpp"
#include "testing/service/text.hpp"

#include <clerk/testing/emulator.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>

namespace clerk::testing {

// A logo of 10 MB and the form around it fit, nothing much larger does.
inline constexpr std::uint64_t max_request_body = 12 * 1024 * 1024;

struct Now {
    Milliseconds unix{};
    RateLimits::Time steady{};
};

struct ServiceRequest {
    std::string_view method{};
    std::string_view target{};  // path and query as sent
    std::optional<std::string_view> authorization{};
    std::optional<std::string_view> content_type{};
    std::optional<std::string_view> api_version{};
    std::string_view body{};
    bool body_too_large{};  // over max_request_body; `body` is not there
};

// The answer's body goes to the caller's string.
struct ServiceResponse {
    unsigned status{200};
    std::array<char, 32> trace_id{};
    std::string_view allow{};  // of a 405
    bool from_edge{};          // an HTML page of the CDN in front of the service
    std::optional<std::chrono::seconds> retry_after{};

    [[nodiscard]] std::string_view trace() const noexcept { return {trace_id.data(), trace_id.size()}; }
};

class Service {
public:
    explicit Service(EmulatorOptions options);

    // Counts a request; the beginning of its answer.
    [[nodiscard]] ServiceResponse begin();
    // Which operation a request is for, if any.
    [[nodiscard]] static std::optional<Operation> operation_of(ServiceRequest const& request);
    // Appends the body of the answer to `out`.
    [[nodiscard]] ServiceResponse handle(ServiceRequest const& request, Now now, std::string& out);
    // The answer to something that is no HTTP request, or too much of one.
    [[nodiscard]] ServiceResponse refuse(ApiRefusal refusal, std::string& out);

    [[nodiscard]] std::string const& secret_key() const noexcept { return options_.secret_key; }
    [[nodiscard]] std::uint64_t requests() const noexcept { return requests_.load(std::memory_order_relaxed); }
    [[nodiscard]] std::size_t organizations() const;

private:
    struct Route;
    struct Call;

    [[nodiscard]] static Outcome<Route> route(std::string_view path, std::string_view method, std::string_view& allow);
    [[nodiscard]] std::optional<Failure> refusal(ServiceRequest const& request, Route const& route,
                                                 QueryParams const& params, Now now);
    [[nodiscard]] std::optional<ApiRefusal> check_key(ServiceRequest const& request) const;
    [[nodiscard]] std::optional<Failure> dispatch(Call const& call);

    [[nodiscard]] std::optional<Failure> list(Call const& call);
    [[nodiscard]] std::optional<Failure> get(Call const& call);
    [[nodiscard]] std::optional<Failure> create(Call const& call);
    [[nodiscard]] std::optional<Failure> update(Call const& call);
    [[nodiscard]] std::optional<Failure> remove(Call const& call);
    [[nodiscard]] std::optional<Failure> change_metadata(Call const& call, bool replace);
    [[nodiscard]] std::optional<Failure> upload_logo(Call const& call);
    [[nodiscard]] std::optional<Failure> remove_logo(Call const& call);

    EmulatorOptions options_;
    std::atomic<std::uint64_t> requests_{};
    std::mutex limits_mutex_{};
    RateLimits limits_;
    mutable std::shared_mutex store_mutex_{};
    Store store_;
};

}  // namespace clerk::testing
