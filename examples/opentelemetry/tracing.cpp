#include "tracing.hpp"

#include <opentelemetry/context/context.h>
#include <opentelemetry/context/propagation/global_propagator.h>
#include <opentelemetry/context/propagation/text_map_propagator.h>
#include <opentelemetry/trace/context.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace tracing {

namespace {

namespace context = opentelemetry::context;
namespace common = opentelemetry::common;
namespace nostd = opentelemetry::nostd;
using std::chrono::steady_clock;

nostd::string_view view(std::string_view text) { return {text.data(), text.size()}; }

// Where a propagator writes the headers of an attempt.
class AttemptHeaders final : public context::propagation::TextMapCarrier {
public:
    explicit AttemptHeaders(clerk::AttemptStart& attempt) : attempt_{attempt} {}

    nostd::string_view Get(nostd::string_view) const noexcept override { return {}; }
    void Set(nostd::string_view name, nostd::string_view value) noexcept override {
        attempt_.add_header({name.data(), name.size()}, {value.data(), value.size()});
    }

private:
    clerk::AttemptStart& attempt_;
};

// Few values, fit for grouping.
std::string error_type(int status, boost::system::error_code code) {
    if (status >= 400) return std::to_string(status);
    if (code.category() == clerk::client_category()) return std::string{name(static_cast<clerk::errc>(code.value()))};
    return code.to_string();
}

// A status of 400 and above is an error of a client's span, and so is everything without an answer.
void set_outcome(trace::Span& span, int status, boost::system::error_code code) {
    if (status != 0) span.SetAttribute("http.response.status_code", status);
    bool const refused = status >= 400;
    if (!refused && !code) return;
    std::string const type = error_type(status, code);
    span.SetAttribute("error.type", nostd::string_view{type});
    span.SetStatus(trace::StatusCode::kError, refused ? std::string{} : code.message());
}

void end_at(trace::Span& span, steady_clock::time_point time) {
    trace::EndSpanOptions options;
    options.end_steady_time = common::SteadyTimestamp{time};
    span.End(options);
}

}  // namespace

SpanPointer TracingObserver::start_span(clerk::CallInfo const& call, trace::SpanContext const& parent, int attempt) {
    std::vector<std::pair<nostd::string_view, common::AttributeValue>> attributes{
        {"http.request.method", view(call.method)},
        {"server.address", view(call.server_address)},
        {"server.port", static_cast<int>(call.server_port)}};
    if (!call.route.empty()) attributes.emplace_back("url.template", view(call.route));
    if (attempt > 1) attributes.emplace_back("http.request.resend_count", attempt - 1);
    trace::StartSpanOptions options;
    options.parent = parent;
    if (attempt == 0) return tracer_->StartSpan(view(call.operation), attributes, options);
    options.kind = trace::SpanKind::kClient;
    std::string name{call.method};
    if (!call.route.empty()) name.append(1, ' ').append(call.route);
    return tracer_->StartSpan(name, attributes, options);
}

void TracingObserver::on_start(clerk::CallInfo& call) noexcept {
    auto spans = std::make_unique<CallSpans>();
    auto const* const parent = static_cast<trace::Span const*>(call.context);
    spans->span = start_span(call, parent != nullptr ? parent->GetContext() : trace::SpanContext::GetInvalid(), 0);
    call.context = spans.get();
    std::scoped_lock const lock{mutex_};
    calls_.emplace(call.context, std::move(spans));
}

void TracingObserver::on_attempt(clerk::AttemptStart& attempt) noexcept {
    CallSpans& spans = *static_cast<CallSpans*>(attempt.call().context);
    SpanPointer const span = start_span(attempt.call(), spans.span->GetContext(), attempt.number());
    spans.attempts.push_back({span, steady_clock::now()});
    AttemptHeaders headers{attempt};
    context::Context current;
    context::propagation::GlobalTextMapPropagator::GetGlobalPropagator()->Inject(headers,
                                                                                 trace::SetSpan(current, span));
}

void TracingObserver::on_call(clerk::CallRecord const& call) noexcept {
    auto const spans = [&] {
        std::scoped_lock const lock{mutex_};
        return std::move(calls_.extract(call.context).mapped());
    }();
    // An attempt ends where the wait before the next one begins.
    auto end = steady_clock::now();
    for (std::size_t i = spans->attempts.size(); i-- > 0;) {
        clerk::AttemptRecord const& attempt = call.attempts[i];
        trace::Span& span = *spans->attempts[i].span;
        set_outcome(span, attempt.status, attempt.code);
        end_at(span, end - attempt.backoff);
        end = spans->attempts[i].start;
    }
    set_outcome(*spans->span, call.status, call.code);
    if (!call.trace_id.empty()) spans->span->SetAttribute("clerk.trace_id", view(call.trace_id));
    spans->span->End();
}

}  // namespace tracing
