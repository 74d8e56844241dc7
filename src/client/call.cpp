#include "client/call.hpp"

#include "base/clock.hpp"

#include <algorithm>
#include <utility>

namespace clerk::client {

void ClientCore::Call::stop(errc code, StopReason reason, std::string why) {
    facts.stop_reason = reason;
    attempt.stop(code, std::move(why));
}

void ClientCore::Call::begin_attempt(int number) {
    attempt.left_process = false;
    attempt_left = attempt_timeout;
    replay = false;
    if (log == nullptr) return;
    // Headers of an observer are at the end of the head; they replace those of the attempt before.
    auto const head_end = [this] { return wire.find("\r\n\r\n") + 2; };
    if (observer_headers != 0) wire.erase(head_end() - observer_headers, observer_headers);
    std::string const added = log->begin_attempt(number, wire);
    observer_headers = added.size();
    if (!added.empty()) wire.insert(head_end(), added.data(), added.size());
}

bool ClientCore::Call::prepare() {
    granted.reset();
    attempt.begin();
    if (body == nullptr || body->rewind()) return true;
    attempt.fail(make_error_code(errc::file_unreadable), {}, "the file cannot be read any more");
    return false;
}

transport::Exchange ClientCore::Call::begin_exchange(bool gzip) {
    attempt.left_process = true;
    if (log != nullptr) timing = {};
    return {.wire = wire,
            .stream = body,
            .success = success,
            .failure = attempt.error_text,
            .keep_headers = request.keep_headers,
            .gzip = gzip,
            .timing = log != nullptr ? &timing : nullptr};
}

ClientCore::Call::AfterExchange ClientCore::Call::end_exchange(transport::Lease& lease) {
    bool const reused = lease.reused();
    if (log != nullptr) log->exchanged(timing, timed->elapsed(), reused);
    transport::Fate const fate = attempt.connection_fate();
    errc const expired = lease.give_back(fate, attempt.answered());
    if (fate == transport::Fate::failed) proven_since = base::Clock::now();
    if (expired != errc{} && !attempt.end.complete) {
        attempt.fail(make_error_code(expired), {}, "time ran out while " + std::string{attempt.phase()});
        return AfterExchange::attempt_ended;
    }
    // The peer closed a kept-alive connection when it was reused: that does not count as a failure (RFC 9110 section
    // 9.2.2).
    bool const harmless = idempotent() || !attempt.end.any_byte_sent;
    if (!(attempt.closed_before_response() && reused && !replay && harmless)) return AfterExchange::attempt_ended;
    bool const changes = request.method != http::Method::get && attempt.end.any_byte_sent;
    facts.may_have_taken_effect = facts.may_have_taken_effect || changes;
    replay = true;
    if (attempt_left.count() > 0) {
        auto const used = std::chrono::floor<std::chrono::milliseconds>(proven_since - now);
        attempt_left = std::max(attempt_left - used, std::chrono::milliseconds{1});
    }
    now = proven_since;
    return AfterExchange::send_again;
}

}  // namespace clerk::client
