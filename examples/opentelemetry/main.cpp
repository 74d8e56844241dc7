// Traces calls with OpenTelemetry and appends their spans to a file: opentelemetry FILE
//
// Environment: CLERK_SECRET_KEY; CLERK_BASE_URL and CLERK_CA_FILE for another server than Clerk's, such as
// clerk-emulator.
#include "../asio/environment.hpp"
#include "tracing.hpp"

#include <opentelemetry/context/propagation/global_propagator.h>
#include <opentelemetry/exporters/ostream/span_exporter_factory.h>
#include <opentelemetry/sdk/trace/simple_processor_factory.h>
#include <opentelemetry/sdk/trace/tracer_provider_factory.h>
#include <opentelemetry/trace/propagation/http_trace_context.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>

namespace {

namespace trace = opentelemetry::trace;
namespace sdk = opentelemetry::sdk::trace;

// The span of the program's own work is the parent of those of its calls.
clerk::awaitable<bool> nightly_report(clerk::OrganizationsApi organizations,
                                      opentelemetry::nostd::shared_ptr<trace::Tracer> tracer) {
    auto const report = tracer->StartSpan("nightly report");
    clerk::ListOrganizationsRequest const request{.limit = 1};
    auto const page = co_await organizations.list_organizations(request, {.context = &*report});
    bool complete = page.has_value();
    if (page) {
        for (clerk::Organization const& each : *page) {
            auto const found = co_await organizations.get_organization(each.id, {.include_members_count = true},
                                                                       {.context = &*report});
            complete = complete && found;
            if (found) std::cout << found->id << ' ' << found->members_count.value_or(0) << '\n';
        }
    }
    report->End();
    co_return complete;
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc != 2) throw std::invalid_argument{"usage: opentelemetry FILE"};
    std::ofstream file{argv[1], std::ios::app};
    if (!file) throw std::runtime_error{std::string{argv[1]} + " cannot be written"};

    // A server has a batch processor and an OTLP exporter here.
    auto exporter = opentelemetry::exporter::trace::OStreamSpanExporterFactory::Create(file);
    std::shared_ptr<trace::TracerProvider> const provider =
        sdk::TracerProviderFactory::Create(sdk::SimpleSpanProcessorFactory::Create(std::move(exporter)));
    opentelemetry::context::propagation::GlobalTextMapPropagator::SetGlobalPropagator(
        opentelemetry::nostd::shared_ptr<opentelemetry::context::propagation::TextMapPropagator>{
            new trace::propagation::HttpTraceContext});
    auto const tracer = provider->GetTracer("clerk-example");

    clerk::Config config = config_from_env();
    config.observer = std::make_shared<tracing::TracingObserver>(tracer);
    boost::asio::io_context io;
    clerk::Client client{io, config};
    bool complete = false;
    boost::asio::co_spawn(io, nightly_report(clerk::OrganizationsApi{client}, tracer),
                          [&](std::exception_ptr failure, bool result) { complete = !failure && result; });
    io.run();
    return complete ? EXIT_SUCCESS : EXIT_FAILURE;
} catch (std::exception const& failure) {
    std::cerr << failure.what() << '\n';
    return EXIT_FAILURE;
}
