// Asio's awaitable operators: `&&` runs calls in parallel, `||` cancels the slower one. They need the calls to run on
// one thread or strand.
#include "environment.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <exception>
#include <iostream>

namespace {

using namespace boost::asio::experimental::awaitable_operators;

clerk::awaitable<void> race(clerk::OrganizationsApi organizations) {
    clerk::ListOrganizationsRequest some{.limit = 2};
    auto const page = (co_await organizations.list_organizations(some)).value();
    if (page.size() < 2) co_return;

    auto [first, second] =
        co_await (organizations.get_organization(page.data[0].id) && organizations.get_organization(page.data[1].id));
    std::cout << first.value().id << '\n' << second.value().id << '\n';

    // For a time limit alone, CallOptions::timeout is simpler and cheaper.
    boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor, std::chrono::seconds{20}};
    auto const winner =
        co_await (organizations.get_organization(page.data[0].id) || timer.async_wait(boost::asio::use_awaitable));
    std::cout << (winner.index() == 0 ? "the call was faster\n" : "the timer was faster\n");
}

}  // namespace

int main() try {
    boost::asio::thread_pool threads{2};
    clerk::Client client{threads, config_from_env()};
    auto const strand = boost::asio::make_strand(threads);
    boost::asio::co_spawn(strand, race(clerk::OrganizationsApi{client}), boost::asio::use_future).get();
    return EXIT_SUCCESS;
} catch (std::exception const& failure) {
    std::cerr << failure.what() << '\n';
    return EXIT_FAILURE;
}
