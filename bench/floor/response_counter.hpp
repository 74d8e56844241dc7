// Finds the end of a response; reads only status, Content-Length and Connection.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace clerk_bench {

class ResponseCounter {
public:
    // Takes the next bytes; true when the response is complete. Throws std::runtime_error for other responses.
    [[nodiscard]] bool add(std::string_view bytes);
    void reset() noexcept;

    [[nodiscard]] int status() const noexcept { return status_; }
    [[nodiscard]] bool keep_alive() const noexcept { return keep_alive_; }

private:
    void read_head(std::string_view head);

    std::string partial_head_{};
    std::uint64_t body_left_{};
    int status_{};  // 0 while the head is incomplete
    bool keep_alive_{true};
};

}  // namespace clerk_bench
