// Which call joins which request (a "flight"). Pure: no clock, no I/O, no threads.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

namespace clerk::policy {

class SingleFlight {
public:
    // One request, owned by the user of this class, where it stays from begin() until leave() of the last or land().
    class Flight {
    public:
        Flight() = default;
        Flight(Flight const&) = delete;
        Flight& operator=(Flight const&) = delete;

    private:
        friend class SingleFlight;

        std::string key_{};
        std::size_t waiting_{};  // 0: over, or not begun
    };
    struct Gauges {
        std::size_t flights{};  // under way, with somebody waiting
        std::size_t waiting{};
        std::size_t joined{};  // since the start
    };

    // The flight that a call for `key` waits for from now on; null when there is none to join: then begin() one.
    [[nodiscard]] Flight* join(std::string_view key);
    // The call that begins a flight waits for it too.
    void begin(Flight& flight, std::string key);
    // A call waits no longer. True when it was the last: the request is to be cancelled, and nobody can join it.
    [[nodiscard]] bool leave(Flight& flight) noexcept;
    // The result has come, and later calls begin a new flight.
    void land(Flight& flight) noexcept;
    // Later calls begin new flights, because what is under way may have been answered too early for them.
    void seal() noexcept { open_.clear(); }

    [[nodiscard]] Gauges const& gauges() const noexcept { return gauges_; }

private:
    void close(Flight const& flight) noexcept;

    std::unordered_map<std::string_view, Flight*> open_{};  // the keys are the flights'
    Gauges gauges_{};
};

}  // namespace clerk::policy
