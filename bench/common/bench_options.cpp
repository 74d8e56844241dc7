#include "common/bench_options.hpp"

#include "common/command_line.hpp"

#include <charconv>
#include <cstdlib>
#include <limits>
#include <string_view>
#include <system_error>

namespace clerk_bench {
namespace {

constexpr std::int64_t most_requests = 1'000'000'000'000;
constexpr std::size_t most_connections = 65'535;

// Decimal and in range; an empty value or another notation is refused.
template <class T>
CLI::Option* add_number(CLI::App& app, std::string const& name, T& target, T lowest, T highest,
                        std::string const& description) {
    auto const read = [name, &target, lowest, highest](std::string const& text) {
        T value{};
        auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc{} || end != text.data() + text.size() || value < lowest || value > highest) {
            throw UsageError{name + ": must be a whole number from " + std::to_string(lowest) + " to " +
                             std::to_string(highest)};
        }
        target = value;
    };
    return app.add_option_function<std::string>(name, read, description)->type_name("N")->group("Options");
}

CLI::Option* add_text(CLI::App& app, std::string const& name, std::string const& kind, std::string& target,
                      std::string const& description) {
    auto const read = [name, &target](std::string const& text) {
        if (text.empty()) throw UsageError{name + ": must not be empty"};
        target = clerk_tools::literal(text);
    };
    return app.add_option_function<std::string>(name, read, description)->type_name(kind)->group("Options");
}

void declare(CLI::App& app, Program const& program, Options& options) {
    add_text(app, "--base-url", "URL", options.base_url, "Where the API is, for example https://127.0.0.1:8443/v1")
        ->required();
    add_text(app, "--ca-file", "FILE", options.ca_file,
             "Certificate authorities to trust (PEM) instead of the system's");

    char const* const what = "What to measure, one of";
    add_text(app, "--get", "ID", options.get, "get_organization, again and again")->group(what);
    add_number(app, "--list", options.list, std::int64_t{1}, std::int64_t{500},
               "list_organizations with this limit, again and again")
        ->group(what);
    if (program.exports) {
        add_number(app, "--export", options.export_total, std::int64_t{1}, most_requests,
                   "One walk over this many organizations; a request is a page")
            ->group(what);
    }

    if (program.exports) {
        add_number(app, "--page-size", options.page_size, std::int64_t{1}, std::int64_t{500},
                   "Organizations per page of the walk (500)");
        add_number(app, "--prefetch", options.prefetch, std::size_t{0}, std::size_t{64},
                   "Pages to request ahead (0: a page is requested when it is needed)");
    }
    add_number(app, "--requests", options.requests, std::int64_t{1}, most_requests, "Requests to measure (10000)");
    add_number(app, "--concurrency", options.concurrency, std::size_t{1}, most_connections,
               "Requests in progress at the same time (16)");
    add_number(app, "--connections", options.connections, std::size_t{1}, most_connections,
               "Connections at most (as many as --concurrency)");
    if (program.threads) {
        add_number(app, "--threads", options.threads, std::size_t{1}, std::size_t{256}, "Threads to run on (1)");
    }
    add_number(app, "--warmup", options.warmup, std::int64_t{0}, most_requests,
               "Requests before the measured ones, not counted (1000)");
    if (!program.decoders.empty()) {
        std::string names{};
        for (std::string const& name : program.decoders) (names += names.empty() ? "" : ", ") += name;
        add_text(app, "--decode", "NAME", options.decode, "How to read the answer: " + names)
            ->check(CLI::IsMember{program.decoders});
    }
    app.add_flag("--details", options.details,
                 "Also print organizations, checksum (ids, names, times of the first\nanswer) and rss_kb (at the end)")
        ->group("Options");
}

}  // namespace

Options parse_options(Program const& program, int argc, char const* const* argv) {
    Options options{};
    if (!program.decoders.empty()) options.decode = program.decoders.front();
    CLI::App app{program.description, program.name};
    app.footer("The secret key comes from the environment variable CLERK_SECRET_KEY.");
    app.formatter(std::make_shared<clerk_tools::HelpFormatter>(28));
    declare(app, program, options);
    try {
        app.parse(clerk_tools::arguments_for_cli11(argc, argv));
    } catch (CLI::CallForHelp const&) {
        throw HelpRequested{app.help()};
    } catch (CLI::ParseError const& error) {
        throw UsageError{error.what()};
    }
    int const chosen =
        (options.get.empty() ? 0 : 1) + (options.list == 0 ? 0 : 1) + (options.export_total == 0 ? 0 : 1);
    if (chosen != 1) {
        throw UsageError{program.exports ? "give one of --get, --list and --export" : "give one of --get and --list"};
    }
    if (options.connections == 0) options.connections = options.concurrency;
    if (char const* const key = std::getenv("CLERK_SECRET_KEY")) options.secret_key = key;
    if (options.secret_key.empty()) throw UsageError{"there is no secret key; set CLERK_SECRET_KEY"};
    return options;
}

}  // namespace clerk_bench
