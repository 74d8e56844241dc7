// One attempt of a call, including its silent replay (the request sent once more after a reused connection was found
// closed), and its result.
#pragma once

#include "client/call_error.hpp"
#include "client/retry/retry.hpp"
#include "http/capped_text.hpp"
#include "http/error_body.hpp"
#include "transport/connection.hpp"
#include "transport/pool_core.hpp"

#include <clerk/error.hpp>

#include <boost/system/error_code.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace clerk::client {

struct Attempt {
    transport::ExchangeResult end{};
    std::string message{};
    bool begun{};               // the first attempt, usually the only one, has nothing to reset
    bool left_process{};        // a connection was used, or a connect was tried
    bool accepts_no_content{};  // a 204 is a success
    http::CappedText error_text;

    // Resets the state of an earlier one.
    void begin();
    void fail(boost::system::error_code code, boost::system::error_code cause, std::string why);
    // Like fail(), but replaces the answer if one arrived.
    void stop(errc code, std::string why);

    [[nodiscard]] bool succeeded() const noexcept;
    // Whether the service carried the request out, so that its time can be measured.
    [[nodiscard]] transport::PoolCore::Ended answered() const noexcept;
    [[nodiscard]] bool is_error_status() const noexcept { return end.head.status >= 400 && end.head.status <= 599; }
    // The connection ended or broke without a byte of an answer.
    [[nodiscard]] bool closed_before_response() const noexcept { return !end.response_begun && end.stream_failed(); }
    // The state of its connection.
    [[nodiscard]] transport::Fate connection_fate() const noexcept;
    // The step of the exchange when it was stopped.
    [[nodiscard]] std::string_view phase() const noexcept;

    // What the retry decision depends on.
    [[nodiscard]] client::Outcome outcome(std::optional<http::ErrorBody> const& body) const;
    // The error for the caller. Precondition: !succeeded().
    [[nodiscard]] Error error(std::optional<http::ErrorBody> body, CallFacts const& facts);

private:
    [[nodiscard]] bool empty_status() const noexcept;
    [[nodiscard]] bool undefined_status() const noexcept;
};

}  // namespace clerk::client
