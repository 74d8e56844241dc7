// Writes every organization exactly once, one JSON document per line, although others are created and deleted
// meanwhile. At the end it reports whether the export is certainly complete.
//
// Environment: CLERK_SECRET_KEY; CLERK_BASE_URL and CLERK_CA_FILE for another server than Clerk's, such as
// clerk-emulator.

#include <clerk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>

clerk::awaitable<int> export_all(clerk::OrganizationsApi organizations) {
    auto pages = organizations.paginate({.prefetch = 4, .anchored = true});
    while (!pages.done()) {
        auto const page = co_await pages.next_page();
        if (!page) {
            std::cerr << page.error() << "\norganizations.resume() continues from " << pages.checkpoint() << '\n';
            co_return EXIT_FAILURE;
        }
        for (clerk::Organization const& organization : *page) std::cout << to_json(organization) << '\n';
    }
    clerk::WalkReport const report = pages.report();
    std::cerr << to_json(report) << '\n';
    co_return report.complete ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main() try {
    clerk::Config config{.secret_key = clerk::secret_key_from_env()};
    if (char const* const url = std::getenv("CLERK_BASE_URL")) config.base_url = url;
    if (char const* const file = std::getenv("CLERK_CA_FILE")) config.tls.ca_file = file;

    boost::asio::io_context io;
    clerk::Client client{io, config};
    int status = EXIT_FAILURE;
    boost::asio::co_spawn(io, export_all(clerk::OrganizationsApi{client}), [&](std::exception_ptr, int result) {
        status = result;
        io.stop();
    });
    io.run();
    return status;
} catch (std::exception const& failure) {
    std::cerr << failure.what() << '\n';
    return EXIT_FAILURE;
}
