// One call against the emulator, as a user's own test would make it.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <clerk.hpp>
#include <clerk/testing/emulator.hpp>
#include <cstdlib>
#include <iostream>

int main() {
    clerk::testing::EmulatorOptions options{};
    options.organizations = 7;
    clerk::testing::Emulator emulator{options};

    clerk::Config config{};
    config.secret_key = clerk::Secret{emulator.secret_key()};
    config.base_url = emulator.base_url();
    config.tls.ca_pem = emulator.ca_pem();

    boost::asio::io_context io;
    clerk::Client client{io.get_executor(), config};
    clerk::OrganizationsApi organizations{client};
    auto pending = co_spawn(io, organizations.list_organizations(), boost::asio::use_future);
    io.run();
    auto page = pending.get();
    if (!page) {
        std::cerr << page.error() << '\n';
        return EXIT_FAILURE;
    }
    return page->data.size() == 7 && page->total_count == 7 ? EXIT_SUCCESS : EXIT_FAILURE;
}
