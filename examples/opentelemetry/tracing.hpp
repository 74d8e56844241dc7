// An observer that makes spans of calls, by the OpenTelemetry conventions for HTTP clients.
#pragma once

#include <clerk.hpp>

#include <opentelemetry/trace/tracer.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tracing {

namespace trace = opentelemetry::trace;
using SpanPointer = opentelemetry::nostd::shared_ptr<trace::Span>;

// One span per call and, below it, one per attempt. `CallOptions::context` points to the parent, a `trace::Span`;
// without it the parent is the active span of the thread, if there is one. The global propagator writes the context of
// an attempt's span to its headers. Thread-safe.
class TracingObserver final : public clerk::Observer {
public:
    explicit TracingObserver(opentelemetry::nostd::shared_ptr<trace::Tracer> tracer) : tracer_{std::move(tracer)} {}

    void on_start(clerk::CallInfo& call) noexcept override;
    void on_attempt(clerk::AttemptStart& attempt) noexcept override;
    void on_call(clerk::CallRecord const& call) noexcept override;

private:
    struct StartedAttempt {
        SpanPointer span{};
        std::chrono::steady_clock::time_point start{};
    };
    struct CallSpans {
        SpanPointer span{};
        std::vector<StartedAttempt> attempts{};
    };

    SpanPointer start_span(clerk::CallInfo const& call, trace::SpanContext const& parent, int attempt);

    opentelemetry::nostd::shared_ptr<trace::Tracer> tracer_;
    std::mutex mutex_{};  // for calls_
    // By their addresses, which are the `CallInfo::context` of their calls. Owned here, because on_call() is not called
    // for a call that never ends.
    std::unordered_map<void*, std::unique_ptr<CallSpans>> calls_{};
};

}  // namespace tracing
