// clerk-orgs: Clerk's organizations from the command line.

#include "commands.hpp"
#include "export_checkpoint.hpp"
#include "export_report.hpp"
#include "options.hpp"
#include "output.hpp"
#include "terminal.hpp"
#include "values.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>

#include <csignal>
#include <exception>
#include <optional>
#include <string>
#include <variant>

namespace {

namespace asio = boost::asio;
using namespace clerk_orgs;

asio::awaitable<int> run_uninterrupted(clerk::Client const& client, Options const& options) {
    // An interrupted call ends with an Error like any other, so that data that arrived before is still written.
    co_await asio::this_coro::throw_if_cancelled(false);
    co_return co_await run_command(client, options);
}

int run(Options const& options) {
    asio::io_context io{1};
    clerk::Config config = options.config;
    if (options.verbose) config.observer = make_call_log();
    std::optional<clerk::Client> made;
    try {
        made.emplace(io.get_executor(), config);
    } catch (clerk::Exception const& error) {  // the configuration cannot be used
        report(describe(error.error(), options.names));
        return status_of(error.error());
    }
    clerk::Client const& client = *made;

    asio::cancellation_signal cancel;
    asio::signal_set signals{io, SIGINT, SIGTERM};
    signals.async_wait([&](boost::system::error_code error, int) {
        if (error) return;
        signals.clear();  // a second signal ends the program at once
        cancel.emit(asio::cancellation_type::terminal);
    });

    int status = exit_status::output_failed;
    std::exception_ptr failure;
    auto const done = [&](std::exception_ptr exception, int result) {
        failure = exception;
        status = result;
        io.stop();  // do not wait for idle connections
    };
    asio::co_spawn(io, run_uninterrupted(client, options), asio::bind_cancellation_slot(cancel.slot(), done));
    io.run();
    if (options.verbose) report_gauges(client);
    if (failure) std::rethrow_exception(failure);
    return status;
}

int print(std::string const& text) {
    LineWriter output = LineWriter::standard_output();
    output.buffer() = text;
    output.close();
    return exit_status::success;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        guard_standard_streams();
        auto const parsed = parse_options(argc, argv);
        if (auto const* const text = std::get_if<std::string>(&parsed)) return print(*text);
        auto const& options = std::get<Options>(parsed);
        if (options.dry_run) return print_request(options);
        confirm(options, is_terminal(stdin) && is_terminal(stderr));
        return run(options);
    } catch (CheckpointRefused const& error) {
        report(printable(error.what()));
        return exit_status::usage;
    } catch (UsageError const& error) {
        report(printable(error.what()) + "; see --help");
        return exit_status::usage;
    } catch (OutputInterrupted const& error) {
        report(printable(error.what()));
        return exit_status::interrupted;
    } catch (std::exception const& error) {
        report(printable(error.what()));
        return exit_status::output_failed;
    }
}
