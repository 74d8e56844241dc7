// Which call joins which request. Pure: no clock, no I/O, no threads.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

namespace clerk::client {

class SharedRequests {
public:
    // One request. The user of this class owns it and does not move it from begin() until the last leave() or finish().
    class Request {
    public:
        Request() = default;
        Request(Request const&) = delete;
        Request& operator=(Request const&) = delete;

    private:
        friend class SharedRequests;

        std::string key_{};
        std::size_t waiting_{};  // 0: ended, or not started
    };
    struct Gauges {
        std::size_t requests{};  // in flight, with a waiting call
        std::size_t waiting{};
        std::size_t joined{};  // since the start
    };

    // Lets a call for `key` wait for a request; null when there is none: then call begin().
    [[nodiscard]] Request* join(std::string_view key);
    // Starts a request. The call that starts it waits for it too.
    void begin(Request& request, std::string key);
    // A call stops waiting. True when it was the last: cancel the request; no call can join it any more.
    [[nodiscard]] bool leave(Request& request) noexcept;
    // The request has ended; later calls start a new one.
    void finish(Request& request) noexcept;
    // Later calls start new requests, because a request in flight may return a state that is too old for them.
    void invalidate() noexcept { open_.clear(); }

    [[nodiscard]] Gauges const& gauges() const noexcept { return gauges_; }

private:
    void close(Request const& request) noexcept;

    std::unordered_map<std::string_view, Request*> open_{};  // the keys are the requests'
    Gauges gauges_{};
};

}  // namespace clerk::client
