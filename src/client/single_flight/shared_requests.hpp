// Which call joins which request. Pure: no clock, no I/O, no threads.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

namespace clerk::client {

class SharedRequests {
public:
    // One request, owned by the user of this class, where it stays from begin() until leave() of the last or finish().
    class Request {
    public:
        Request() = default;
        Request(Request const&) = delete;
        Request& operator=(Request const&) = delete;

    private:
        friend class SharedRequests;

        std::string key_{};
        std::size_t waiting_{};  // 0: over, or not begun
    };
    struct Gauges {
        std::size_t requests{};  // in flight, with a waiting call
        std::size_t waiting{};
        std::size_t joined{};  // since the start
    };

    // The request that a call for `key` waits for from now on; null when there is none to join: then begin() one.
    [[nodiscard]] Request* join(std::string_view key);
    // The call that begins a request waits for it too.
    void begin(Request& request, std::string key);
    // A call waits no longer. True when it was the last: the request is to be cancelled, and no call can join it.
    [[nodiscard]] bool leave(Request& request) noexcept;
    // The result has come, and later calls begin a new one.
    void finish(Request& request) noexcept;
    // Later calls begin new requests, because what is under way may have been answered too early for them.
    void invalidate() noexcept { open_.clear(); }

    [[nodiscard]] Gauges const& gauges() const noexcept { return gauges_; }

private:
    void close(Request const& request) noexcept;

    std::unordered_map<std::string_view, Request*> open_{};  // the keys are the requests'
    Gauges gauges_{};
};

}  // namespace clerk::client
