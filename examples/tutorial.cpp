// The program of docs/tutorial.md: a server that looks organizations up. A client sends one line, an id or a slug, and
// gets one line back. The line `metrics` gets the counters.
//
// usage: tutorial [BASE_URL CA_FILE [PORT]]
#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <clerk.hpp>

#include <atomic>
#include <csignal>
#include <functional>
#include <iostream>
#include <stdexcept>

namespace asio = boost::asio;
using asio::ip::tcp;
using clerk::awaitable;

// Step 1
awaitable<bool> check_key(clerk::OrganizationsApi organizations) {
    clerk::ListOrganizationsRequest const request{.limit = 1};
    auto const page = co_await organizations.list_organizations(request);
    if (!page) {
        std::cerr << page.error() << '\n';
        co_return false;
    }
    std::cout << page->total_count << " organizations\n";
    co_return true;
}

// Step 2
std::string explain(clerk::Error const& error) {
    if (error == clerk::condition::not_found) return "there is no such organization";
    if (error == clerk::condition::invalid_argument) return "that is neither an id nor a slug";
    if (error == clerk::condition::timeout || error == clerk::condition::rate_limited) return "try again later";
    if (!(error == clerk::condition::cancelled)) std::cerr << error << '\n';
    return "failed";
}

awaitable<std::string> look_up(clerk::OrganizationsApi organizations, std::string id_or_slug) {
    clerk::CallOptions const options{.timeout = std::chrono::milliseconds{1500},
                                     .attempt_timeout = std::chrono::milliseconds{500}};
    auto const found = co_await organizations.get_organization(id_or_slug, {}, options);
    co_return found ? found->id + ' ' + found->name : explain(found.error());
}

// Step 3
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);
using Handler = std::function<awaitable<std::string>(std::string line)>;

// Returns when the client has closed its connection. It sends nothing after its line.
awaitable<void> hang_up(tcp::socket& socket) {
    char byte{};
    co_await asio::async_read(socket, asio::buffer(&byte, 1), as_tuple);
}

awaitable<void> answer(tcp::socket socket, Handler const& handle) {
    using namespace asio::experimental::awaitable_operators;
    std::string line;
    auto buffer = asio::dynamic_buffer(line, 256);
    asio::steady_timer timer{socket.get_executor(), std::chrono::seconds{10}};
    auto const read = co_await (asio::async_read_until(socket, buffer, '\n', as_tuple) || timer.async_wait(as_tuple));
    if (read.index() == 1) co_return;  // it has sent no line within 10 s
    auto const [unread, size] = std::get<0>(read);
    if (unread) co_return;
    line.resize(size - 1);
    auto const first = co_await (handle(line) || hang_up(socket));
    if (first.index() == 1) co_return;  // the client has gone, and the call has been cancelled
    std::string const reply = std::get<0>(first) + '\n';
    co_await asio::async_write(socket, asio::buffer(reply), as_tuple);
}

awaitable<void> serve(tcp::acceptor& acceptor, Handler const& handle) {
    for (;;) {
        auto [failed, socket] = co_await acceptor.async_accept(as_tuple);
        if (failed) co_return;
        co_spawn(acceptor.get_executor(), answer(std::move(socket), handle), asio::detached);
    }
}

awaitable<void> close_on_signal(tcp::acceptor& acceptor, clerk::Client& client) {
    asio::signal_set signals{acceptor.get_executor(), SIGINT, SIGTERM};
    co_await signals.async_wait(as_tuple);
    acceptor.close();
    co_await client.close(std::chrono::seconds{5});  // running calls may finish
}

// Step 4
class Counters : public clerk::Observer {
public:
    void on_call(clerk::CallRecord const& call) noexcept override {
        bool const cancelled = call.code == clerk::condition::cancelled;
        calls_ += 1;
        cancelled_ += cancelled ? 1 : 0;
        failed_ += call.code && !cancelled ? 1 : 0;
        if (call.attempts.size() > 1) retries_ += call.attempts.size() - 1;
    }
    std::string text(clerk::PoolGauges const& pool) const {
        return "calls " + std::to_string(calls_) + " failed " + std::to_string(failed_) + " cancelled " +
               std::to_string(cancelled_) + " retries " + std::to_string(retries_) + " connections " +
               std::to_string(pool.idle + pool.busy);
    }

private:
    std::atomic<std::size_t> calls_{}, failed_{}, cancelled_{}, retries_{};
};

int main(int argc, char** argv) try {
    clerk::Config config{.secret_key = clerk::secret_key_from_env()};
    if (config.secret_key.empty()) throw std::runtime_error{"CLERK_SECRET_KEY must hold your secret key"};
    if (argc >= 3) {
        config.base_url = argv[1];
        config.tls.ca_file = argv[2];
    }
    auto const counters = std::make_shared<Counters>();
    config.observer = counters;

    asio::io_context io;
    clerk::Client client{io, config};
    clerk::OrganizationsApi const organizations{client};
    bool usable{};
    co_spawn(io, check_key(organizations), [&](std::exception_ptr, bool good) { usable = good; });
    io.run();
    if (!usable) return 1;

    unsigned short const port = argc == 4 ? static_cast<unsigned short>(std::stoi(argv[3])) : 7000;
    tcp::acceptor acceptor{io, {asio::ip::address_v4::loopback(), port}};
    Handler const handle = [&](std::string line) -> awaitable<std::string> {
        if (line == "metrics") co_return counters->text(client.pool_gauges());
        co_return co_await look_up(organizations, line);
    };
    co_spawn(io, serve(acceptor, handle), asio::detached);
    co_spawn(io, close_on_signal(acceptor, client), asio::detached);
    std::cout << "listening on " << acceptor.local_endpoint() << '\n' << std::flush;
    io.restart();
    io.run();
} catch (std::exception const& failure) {
    std::cerr << failure.what() << '\n';
    return 2;
}
