// invite_addresses ORGANIZATION FILE [ROLE]: invites the addresses in the first column of a CSV file, ten at once, and
// waits for the service's hourly limits. Another run continues with those that were never invited. Exit status: 0 when
// all are invited or refused, 1 when it should be run again, 2 when it could not start.
//
// Environment: CLERK_SECRET_KEY; CLERK_BASE_URL and CLERK_CA_FILE for another server than Clerk's, such as
// clerk-emulator.
#include "inviter.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>

int main(int argc, char** argv) try {
    std::ifstream csv{argc > 2 ? argv[2] : ""};
    if (argc < 3 || argc > 4 || !csv) {
        std::cerr << "usage: invite_addresses ORGANIZATION FILE [ROLE]\n";
        return 2;
    }
    clerk::Config config{.secret_key = clerk::secret_key_from_env()};
    if (char const* const url = std::getenv("CLERK_BASE_URL")) config.base_url = url;
    if (char const* const file = std::getenv("CLERK_CA_FILE")) config.tls.ca_file = file;
    config.retry.max_retry_after = std::chrono::hours{1};  // if other programs use up the limit

    boost::asio::io_context io;
    clerk::Client client{io, config};
    Inviter inviter{client, argv[1], argc == 4 ? argv[3] : "org:member", std::chrono::hours{2}, std::cout};
    std::string problem;
    std::exception_ptr thrown;
    boost::asio::co_spawn(io, inviter.invite(read_addresses(csv)), [&](std::exception_ptr e, std::string result) {
        thrown = e;
        problem = std::move(result);
        io.stop();
    });
    io.run();
    if (thrown) std::rethrow_exception(thrown);
    if (problem.empty()) return EXIT_SUCCESS;
    std::cerr << problem << '\n';
    return EXIT_FAILURE;
} catch (std::exception const& failure) {
    std::cerr << failure.what() << '\n';
    return 2;
}
