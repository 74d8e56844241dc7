// clerk-emulator: the emulator as a program, for tests in any language.
#include <clerk/testing/emulator.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <CLI/CLI.hpp>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <exception>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>

namespace {

constexpr int exit_failure = 1;
constexpr int exit_usage = 2;

// What a program that starts this one needs to know, as one line.
std::string ready_line(clerk::testing::Emulator const& emulator, std::string const& ca_file) {
    boost::json::object line{};
    line["base_url"] = emulator.base_url();
    line["ca_file"] = nullptr;
    if (!ca_file.empty()) line["ca_file"] = ca_file;
    line["secret_key"] = emulator.secret_key();
    return boost::json::serialize(line);
}

}  // namespace

int main(int argc, char** argv) {
    clerk::testing::EmulatorOptions options{};
    std::string ca_file{};
    std::int64_t latency{};
    bool no_slugs{};

    std::map<std::string, clerk::testing::RateLimit> const rate_limits{
        {"off", clerk::testing::RateLimit::off},
        {"development", clerk::testing::RateLimit::development},
        {"production", clerk::testing::RateLimit::production}};
    CLI::App app{
        "An HTTPS server that behaves like Clerk's organizations API, for tests.\n\n"
        "Prints one JSON line when it is ready,\n"
        "  {\"base_url\":\"https://127.0.0.1:PORT/v1\",\"ca_file\":FILE or null,\"secret_key\":KEY}\n"
        "and runs until SIGINT or SIGTERM. Its certificate authority is new every time: give --ca-out and have\n"
        "clients trust that file."};
    app.option_defaults()->always_capture_default(false);
    app.add_option("--port", options.port, "Port on 127.0.0.1; 0 takes a free one")->type_name("P");
    app.add_option("--seed", options.organizations, "Organizations to begin with, the same ones every time")
        ->type_name("N")
        ->check(CLI::Range(std::size_t{0}, std::size_t{10'000'000}).description("up to 10000000"));
    app.add_option("--secret-key", options.secret_key, "The key to accept; sk_test_emulator unless given")
        ->type_name("K");
    app.add_option("--user", options.users, "A known user id, may be repeated; without any, every id is known")
        ->type_name("ID")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    app.add_option("--ca-out", ca_file, "Write the certificate authority (PEM) to this file")->type_name("FILE");
    app.add_option("--latency", latency, "Milliseconds to wait before every answer")
        ->type_name("MS")
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{3'600'000}).description("up to 3600000"));
    app.add_option("--rate-limit", options.rate_limit, "The published limits: off, development or production")
        ->type_name("off|development|production")
        ->transform(CLI::Transformer(rate_limits).description(""));
    app.add_flag("--no-slugs", no_slugs, "Behave like an instance without organization slugs");
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& problem) {
        return app.exit(problem) == 0 ? 0 : exit_usage;
    }
    options.latency = std::chrono::milliseconds{latency};
    options.slugs_enabled = !no_slugs;

    try {
        // Before anything that takes time, so that a signal during the seeding is not lost.
        boost::asio::io_context io{1};
        boost::asio::signal_set signals{io, SIGINT, SIGTERM};
        signals.async_wait([](auto const&...) {});

        clerk::testing::Emulator emulator{options};
        if (!ca_file.empty()) emulator.write_ca_file(ca_file);
        std::cout << ready_line(emulator, ca_file) << std::endl;
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
