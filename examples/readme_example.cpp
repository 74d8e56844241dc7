#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <clerk.hpp>
#include <iostream>
#include <stdexcept>

clerk::awaitable<void> show(clerk::OrganizationsApi organizations) {
    auto page = co_await organizations.list_organizations();
    if (!page) std::cerr << page.error() << '\n';
    if (!page || page->empty()) co_return;
    for (auto const& organization : *page) std::cout << organization.id << ' ' << organization.name << '\n';
}

int main(int argc, char** argv) try {
    clerk::Config config{.secret_key = clerk::secret_key_from_env()};
    if (config.secret_key.empty()) throw std::runtime_error{"CLERK_SECRET_KEY must hold your secret key"};
    if (argc == 3) {  // another server than Clerk's, such as clerk-emulator
        config.base_url = argv[1];
        config.tls.ca_file = argv[2];
    }
    boost::asio::io_context io;
    clerk::Client client{io, config};
    co_spawn(io, show(clerk::OrganizationsApi{client}), boost::asio::detached);
    io.run();
} catch (std::exception const& failure) {
    std::cerr << failure.what() << '\n';
    return 2;
}
