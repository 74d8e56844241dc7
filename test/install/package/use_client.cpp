// The library alone, without a network: its version, a configuration, a client that sends nothing.
#include <boost/asio/io_context.hpp>
#include <clerk.hpp>
#include <cstdlib>
#include <iostream>
#include <string_view>

static_assert(__cplusplus >= 202002L, "clerk::clerk asks for C++20");

int main(int argc, char** argv) {
    if (argc != 2 || std::string_view{argv[1]} != CLERK_VERSION_STRING) {
        std::cerr << "compiled with " << CLERK_VERSION_STRING << '\n';
        return EXIT_FAILURE;
    }

    clerk::Config config{};
    auto refused = clerk::validate(config);
    if (refused || refused.error().field() != "secret_key") {
        std::cerr << "an empty key was not refused: " << refused.error() << '\n';
        return EXIT_FAILURE;
    }
    config.secret_key = clerk::Secret{"sk_test_abc"};
    if (auto valid = clerk::validate(config); !valid) {
        std::cerr << valid.error() << '\n';
        return EXIT_FAILURE;
    }

    boost::asio::io_context io;
    // An exception from a shared library is caught by its type.
    try {
        clerk::Client const unusable{io.get_executor(), clerk::Config{}};
        std::cerr << "a client without a key was made\n";
        return EXIT_FAILURE;
    } catch (clerk::Exception const& refusal) {
        if (refusal.error() != clerk::errc::invalid_argument) throw;
    }
    clerk::Client client{io.get_executor(), config};
    io.run();
    return client.pool_gauges().opened == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
