#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <clerk.hpp>
#include <iostream>

clerk::awaitable<void> show(clerk::OrganizationsApi organizations) {
    auto page = co_await organizations.list_organizations();
    if (!page) std::cerr << page.error() << '\n';
    if (!page || page->empty()) co_return;
    for (auto const& organization : *page) std::cout << organization.id << ' ' << organization.name << '\n';
}

int main(int argc, char** argv) {
    clerk::Config config{.secret_key = clerk::secret_key_from_env()};
    if (argc == 3) {  // another server than Clerk's, such as clerk-emulator
        config.base_url = argv[1];
        config.tls.ca_file = argv[2];
    }
    if (auto const valid = clerk::validate(config); !valid) {
        std::cerr << valid.error() << "\nCLERK_SECRET_KEY must hold the secret key of your application\n";
        return 2;
    }

    boost::asio::io_context io;
    clerk::Client client{io.get_executor(), config};
    co_spawn(io, show(clerk::OrganizationsApi{client}), boost::asio::detached);
    io.run();
}
