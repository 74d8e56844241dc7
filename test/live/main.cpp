// live-smoke: creates, changes and deletes one organization on a real development instance.
//
// Environment: CLERK_SECRET_KEY, a key of a development instance (sk_test_…); CLERK_BASE_URL and CLERK_CA_FILE for
// another server than Clerk's. Exit status: 0 success; 1 a step failed; 2 the key is refused; 3 an organization
// remains, whose id is printed; 77 there is no key.
#include "lifecycle.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <random>
#include <string>

namespace {

constexpr int failed = 1;
constexpr int refused = 2;
constexpr int left_behind = 3;
constexpr int skipped = 77;

std::string from_env(char const* variable) {
    char const* const value = std::getenv(variable);
    return value != nullptr ? value : "";
}

std::string unique_label() {
    std::random_device random{};
    return "clerk-cpp live smoke " + std::to_string(random()) + std::to_string(random());
}

int run(clerk::Config const& config) {
    boost::asio::io_context io{1};
    clerk::Client client{io.get_executor(), config};
    clerk_live::Lifecycle lifecycle{clerk::OrganizationsApi{client}, unique_label(), std::cout};
    int status = EXIT_SUCCESS;

    // An interruption ends the steps, but not the clean-up.
    boost::asio::cancellation_signal interruption{};
    boost::asio::signal_set signals{io, SIGINT, SIGTERM};
    signals.async_wait([&](boost::system::error_code const& ec, int) {
        if (!ec) interruption.emit(boost::asio::cancellation_type::terminal);
    });
    auto const cleaned = [&](std::exception_ptr const& problem, std::vector<std::string> const& problems) {
        signals.cancel();
        for (std::string const& line : problems) std::cerr << "live-smoke: " << line << '\n';
        if (problem || !problems.empty()) status = left_behind;
        if (problem) std::rethrow_exception(problem);
    };
    auto const ended = [&](std::exception_ptr const& problem) {
        try {
            if (problem) std::rethrow_exception(problem);
        } catch (clerk_live::Failure const& failure) {
            std::cerr << "live-smoke: " << failure.step << ": " << failure.reason << '\n';
            status = failed;
        } catch (std::exception const& failure) {
            std::cerr << "live-smoke: " << failure.what() << '\n';
            status = failed;
        }
        boost::asio::co_spawn(io, lifecycle.clean_up(), cleaned);
    };
    boost::asio::co_spawn(io, lifecycle.run(), boost::asio::bind_cancellation_slot(interruption.slot(), ended));
    io.run();
    return status;
}

}  // namespace

int main() try {
    clerk::Config config{.secret_key = clerk::secret_key_from_env(), .base_url = from_env("CLERK_BASE_URL")};
    config.tls.ca_file = from_env("CLERK_CA_FILE");
    config.user_agent = "clerk-cpp-live-smoke";
    if (config.secret_key.empty()) {
        std::cerr << "live-smoke: CLERK_SECRET_KEY is not set: skipped\n";
        return skipped;
    }
    // Refuses any key but that of a development instance, so that a mistake cannot change production data.
    if (!config.secret_key.reveal().starts_with("sk_test_")) {
        std::cerr << "live-smoke: the key must be that of a development instance (sk_test_…)\n";
        return refused;
    }
    return run(config);
} catch (std::exception const& problem) {
    std::cerr << "live-smoke: " << problem.what() << '\n';
    return failed;
}
