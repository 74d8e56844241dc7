// clerk-emulator: the emulator as a program, for tests in any language.
#include "common/command_line.hpp"

#include <clerk/testing/emulator.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <exception>
#include <iostream>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace {

constexpr int exit_failure = 1;
constexpr int exit_usage = 2;

std::map<std::string, clerk::testing::RateLimit> const rate_limits{
    {"off", clerk::testing::RateLimit::off},
    {"development", clerk::testing::RateLimit::development},
    {"production", clerk::testing::RateLimit::production}};

struct Settings {
    clerk::testing::EmulatorOptions options{};
    std::string ca_file{};
    std::int64_t latency{};
    std::string rate_limit{"off"};
    bool no_slugs{};
    bool no_organizations{};
    std::vector<std::string> faults{};
    std::optional<std::uint64_t> fault_seed{};
};

// The data that a program needs to use this emulator, as one line.
std::string ready_line(clerk::testing::Emulator const& emulator, std::string const& ca_file) {
    boost::json::object line{};
    line["base_url"] = emulator.base_url();
    line["ca_file"] = nullptr;
    if (!ca_file.empty()) line["ca_file"] = ca_file;
    line["secret_key"] = emulator.secret_key();
    return boost::json::serialize(line);
}

// All rules as one text; the seed comes last, so it overrides one among the rules.
std::string fault_spec(Settings const& settings) {
    std::string spec{};
    for (std::string const& rules : settings.faults) (spec += rules) += ';';
    if (settings.fault_seed) spec += "seed=" + std::to_string(*settings.fault_seed);
    return spec;
}

void take_literally(Settings& settings) {
    auto const take = [](std::string& text) { text = clerk_tools::literal(std::move(text)); };
    take(settings.options.secret_key);
    take(settings.ca_file);
    take(settings.options.webhook_url);
    take(settings.options.webhook_secret);
    take(settings.options.webhook_ca_file);
    std::for_each(settings.options.users.begin(), settings.options.users.end(), take);
    std::for_each(settings.faults.begin(), settings.faults.end(), take);
}

// An empty value is refused: usually a shell variable is unset.
std::string refuse_empty(std::string const& text) { return text.empty() ? "must not be empty" : std::string{}; }

// Decimal and in range; no other spelling of a number is accepted.
CLI::Validator whole_number(std::uint64_t highest) {
    auto const check = [highest](std::string const& text) {
        std::uint64_t number{};
        auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        bool const good = error == std::errc{} && end == text.data() + text.size() && number <= highest;
        return good ? std::string{} : "must be a whole number from 0 to " + std::to_string(highest);
    };
    return CLI::Validator{check, ""};
}

void add_options(CLI::App& app, Settings& settings) {
    auto& options = settings.options;
    app.add_option("--port", options.port, "Port on 127.0.0.1; 0, the default, takes a free one")
        ->type_name("P")
        ->check(whole_number(65'535));
    app.add_option("--seed", options.organizations,
                   "Organizations at the start, at most 10000000,\nthe same ones every time")
        ->type_name("N")
        ->check(whole_number(10'000'000));
    app.add_option("--seed-members", options.members_per_organization,
                   "Members of each of them, at most 49999; 0, the default: 1 to 250")
        ->type_name("N")
        ->check(whole_number(49'999));
    app.add_option("--secret-key", options.secret_key, "The key to accept; sk_test_emulator unless given")
        ->type_name("K")
        ->check(refuse_empty);
    app.add_option("--user", options.users,
                   "A user of the instance, by id, may be repeated; without any,\nevery id is that of a user")
        ->type_name("ID")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->check(refuse_empty);
    app.add_option("--ca-out", settings.ca_file, "Write the certificate authority (PEM) to this file")
        ->type_name("FILE")
        ->check(refuse_empty);
    app.add_option("--latency", settings.latency, "Milliseconds to wait before every answer, at most 3600000")
        ->type_name("MS")
        ->check(whole_number(3'600'000));
    app.add_option("--rate-limit", settings.rate_limit,
                   "The published limits for a kind of secret key:\noff (the default), development or production")
        ->type_name("LIMIT")
        ->check([](std::string const& text) {
            return rate_limits.contains(text) ? std::string{} : "must be off, development or production";
        });
    app.add_option("--fault", settings.faults,
                   "Faults to inject; may be repeated. Rules joined by ';', each\n"
                   "KIND[=VALUE][@p=0..1][@after=N][@every=N][@burst=N][@count=N]\n"
                   "[@on=OPERATION,...], for example \"status=503@p=0.01\" or\n"
                   "\"close-after-effect@on=create_organization@count=1\".\n"
                   "KIND is latency=MS[..MS], status=NUMBER[@retry-after=S],\n"
                   "error=CODE, the service's error with that code, locked,\n"
                   "status-after-effect=NUMBER,\n"
                   "{close,cut,rst,hang}-{before-effect,after-effect},\n"
                   "{close,cut,rst,hang}-mid-answer[=BYTES],\n"
                   "garbage, truncated-tls, drip=MS[@piece=BYTES], stale[=MS],\n"
                   "stale-rst[=MS], connection-close, {close,rst,hang}-on-connect.\n"
                   "See docs/emulator.md")
        ->type_name("SPEC")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->check(refuse_empty);
    app.add_option("--fault-seed", settings.fault_seed,
                   "Seed of the random choices: the same requests are affected\nfor the same N")
        ->type_name("N")
        ->check(whole_number(std::numeric_limits<std::uint64_t>::max()));
    app.add_option("--max-organizations", settings.options.max_organizations,
                   "The quota of an instance, at most 10000000; 0, the default: none")
        ->type_name("N")
        ->check(whole_number(10'000'000));
    app.add_option("--webhook", settings.options.webhook_url,
                   "Send an event to this URL for every change;\nhttps, or http on this machine")
        ->type_name("URL")
        ->check(refuse_empty);
    app.add_option("--webhook-secret", settings.options.webhook_secret, "The signing secret of the webhook, whsec_...")
        ->type_name("S")
        ->check(refuse_empty);
    app.add_option("--webhook-ca-file", settings.options.webhook_ca_file,
                   "Trust the authorities in this PEM file for it, not the system's")
        ->type_name("FILE")
        ->check(refuse_empty);
    app.add_flag("--no-slugs", settings.no_slugs, "Behave like an instance without organization slugs");
    app.add_flag("--no-organizations", settings.no_organizations,
                 "Behave like an instance where organizations are switched off");
}

}  // namespace

int main(int argc, char** argv) {
    Settings settings{};
    CLI::App app{
        "An HTTPS server that behaves like Clerk's organizations API, for tests.\n\n"
        "Prints one JSON line when it is ready,\n"
        "  {\"base_url\":\"https://127.0.0.1:PORT/v1\",\"ca_file\":FILE or null,\"secret_key\":KEY}\n"
        "and runs until SIGINT or SIGTERM. Its certificate authority is new every time: give --ca-out and have\n"
        "clients trust that file.",
        "clerk-emulator"};
    app.option_defaults()->always_capture_default(false);
    app.formatter(std::make_shared<clerk_tools::HelpFormatter>(30));
    add_options(app, settings);
    try {
        app.parse(clerk_tools::arguments_for_cli11(argc, argv));
        take_literally(settings);
    } catch (CLI::ParseError const& problem) {
        return app.exit(problem) == 0 ? 0 : exit_usage;
    }
    clerk::testing::EmulatorOptions& options = settings.options;
    std::string const& ca_file = settings.ca_file;
    options.latency = std::chrono::milliseconds{settings.latency};
    options.slugs_enabled = !settings.no_slugs;
    options.organizations_enabled = !settings.no_organizations;
    options.faults = fault_spec(settings);
    options.rate_limit = rate_limits.at(settings.rate_limit);

    try {
        // Set up before the organizations are created, so that a signal meanwhile is not lost.
        boost::asio::io_context io{1};
        boost::asio::signal_set signals{io, SIGINT, SIGTERM};
        signals.async_wait([](auto const&...) {});

        clerk::testing::Emulator emulator{options};
        if (!ca_file.empty()) emulator.write_ca_file(ca_file);
        if (!(std::cout << ready_line(emulator, ca_file) << '\n' << std::flush)) {
            throw std::runtime_error{"cannot write the ready line to standard output"};
        }
        io.run();
        emulator.stop();
        return 0;
    } catch (std::invalid_argument const& problem) {
        std::cerr << "clerk-emulator: " << problem.what() << '\n';
        return exit_usage;
    } catch (std::exception const& problem) {
        std::cerr << "clerk-emulator: " << problem.what() << '\n';
        return exit_failure;
    }
}
