#include "support/run.hpp"

#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <stdexcept>

namespace clerk::test {

void run_to_end(boost::asio::io_context& io, boost::asio::awaitable<void> task) {
    bool ended = false;
    std::exception_ptr thrown;
    boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr e) {
        ended = true;
        thrown = e;
    });
    io.restart();
    io.run();
    if (thrown) std::rethrow_exception(thrown);
    if (!ended) throw std::logic_error{"the coroutine did not end"};
}

}  // namespace clerk::test
