// Takes a response body piece by piece from the read buffer, so that no data is buffered twice.
#pragma once

#include <clerk/error.hpp>

#include <string>
#include <string_view>

namespace clerk::http {

// Why a sink refused a body.
struct BodyFailure {
    errc code{};            // malformed_body, json_too_deep, …
    std::string path{};     // JSON path, for example "$.data[3].created_at"
    std::string message{};  // what is wrong there, without quoting the body
};

class BodySink {
public:
    virtual ~BodySink() = default;
    // Resets everything: a new response begins.
    virtual void reset() = 0;
    // Takes the next piece. False when the body is refused: failure() has the reason, and no more pieces may be
    // written.
    virtual bool write(std::string_view piece) = 0;
    // The body is complete. False when it is refused.
    virtual bool finish() = 0;
    // Valid after write() or finish() returned false.
    [[nodiscard]] virtual BodyFailure const& failure() const noexcept = 0;
};

}  // namespace clerk::http
