#include "client/attempt.hpp"

#include "client/retry/http_date.hpp"
#include "client/retry/retry_after.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace clerk::client {

namespace {

bool is_locked(http::ErrorBody const& body) {
    return std::any_of(body.errors.begin(), body.errors.end(),
                       [](ApiError const& e) { return e.code == "resource_locked"; });
}

// The service's `Date` is used if present, because the local clock may be wrong. The fields of an error's head are
// kept.
std::chrono::sys_seconds answered_at(http::ResponseHead const& head) {
    auto const here = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    return client::parse_http_date(head.headers["Date"], here).value_or(here);
}

}  // namespace

void Attempt::begin() {
    if (begun) {
        end = transport::ExchangeResult{};
        message.clear();
    }
    begun = true;
}

void Attempt::fail(boost::system::error_code code, boost::system::error_code cause, std::string why) {
    end.code = code;
    end.cause = cause;
    message = std::move(why);
}

void Attempt::stop(errc code, std::string why) {
    fail(make_error_code(code), {}, std::move(why));
    end.complete = false;
}

bool Attempt::succeeded() const noexcept {
    if (end.code || !end.complete) return false;
    return empty_status() ? accepts_no_content && end.head.status == 204 : end.success_sink;
}

transport::PoolCore::Ended Attempt::answered() const noexcept {
    bool const told = end.complete && end.head.status < 500 && end.head.status != 429 && end.head.status != 408;
    return told ? transport::PoolCore::Ended::answered : transport::PoolCore::Ended::otherwise;
}

transport::Fate Attempt::connection_fate() const noexcept {
    if (end.reusable) return transport::Fate::reusable;
    return end.stream_failed() ? transport::Fate::failed : transport::Fate::spent;
}

std::string_view Attempt::phase() const noexcept {
    if (end.response_begun) return "reading the response";
    return end.request_sent ? "waiting for the response" : "sending the request";
}

// Statuses without a body.
bool Attempt::empty_status() const noexcept { return end.head.status == 204 || end.head.status == 205; }

bool Attempt::undefined_status() const noexcept {
    return end.complete && (end.head.status < 200 || (end.head.status >= 300 && end.head.status < 400) ||
                            end.head.status > 599 || empty_status());
}

client::Outcome Attempt::outcome(std::optional<http::ErrorBody> const& body) const {
    client::Outcome result{};
    result.status = end.head.status;
    if (end.code) {
        result.failure = static_cast<errc>(end.code.value());
    } else if (undefined_status()) {
        result.failure = errc::unexpected_status;
    } else if (!is_error_status()) {
        result.failure = errc::unexpected_content;
    }
    auto const value = end.head.retry_after.view();
    if (!value.empty()) result.retry_after = client::parse_retry_after(value, answered_at(end.head));
    result.resource_locked = body && is_locked(*body);
    result.request_written = end.any_byte_sent;
    return result;
}

Error Attempt::error(std::optional<http::ErrorBody> body, CallFacts const& facts) {
    bool const refused = end.success_sink && end.code && !empty_status() && end.code == end.refusal.code;
    if (refused) return body_error(end.refusal, end.head, facts);
    // An error status is the result even when its body was cut off.
    bool const stopped_by_us = end.code == errc::cancelled || end.code == errc::deadline_exceeded ||
                               end.code == errc::attempt_timeout || end.code == errc::client_closed;
    if (is_error_status() && !stopped_by_us) {
        boost::system::error_code const status{end.head.status, http_status_category()};
        return status_error(status, end.head, std::move(body), error_text.text(), facts);
    }
    if (!end.complete) return transport_error(end.code, end.cause, std::move(message), end.head, facts);
    auto const code = make_error_code(undefined_status() ? errc::unexpected_status : errc::unexpected_content);
    return status_error(code, end.head, std::move(body), error_text.text(), facts);
}

}  // namespace clerk::client
