// Calls the API without coroutines: a function gets the result on the thread that runs the context. A cancellation slot
// bound to that function cancels the call.
#include "environment.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <exception>
#include <iostream>

int main() try {
    boost::asio::io_context io;
    clerk::Client client{io, config_from_env()};
    clerk::OrganizationsApi organizations{client};

    // `thrown` is set only when memory runs out, or when a cancellation arrived before the call had begun.
    auto const print = [](std::exception_ptr thrown, clerk::Result<clerk::Organizations> page) {
        if (thrown) {
            std::cout << "the call could not begin\n";
        } else if (!page) {
            std::cout << page.error() << '\n';
        } else {
            for (clerk::Organization const& organization : *page) std::cout << organization.id << '\n';
        }
    };
    clerk::ListOrganizationsRequest request{.limit = 2};
    boost::asio::co_spawn(io, organizations.list_organizations(request), print);
    io.run();

    boost::asio::cancellation_signal cancel;
    boost::asio::co_spawn(io, organizations.list_organizations(request),
                          boost::asio::bind_cancellation_slot(cancel.slot(), print));
    boost::asio::post(io, [&cancel] { cancel.emit(boost::asio::cancellation_type::terminal); });  // once it has begun
    io.restart();
    io.run();
    return EXIT_SUCCESS;
} catch (std::exception const& failure) {
    std::cerr << failure.what() << '\n';
    return EXIT_FAILURE;
}
