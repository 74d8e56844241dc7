// Addresses on this machine where connects fail or hang.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <vector>

namespace clerk::test {

// An address where no server listens. It is unlikely that another program uses the port meanwhile.
inline boost::asio::ip::tcp::endpoint closed_port() {
    using boost::asio::ip::tcp;
    boost::asio::io_context io;
    tcp::acceptor const taken{io, {boost::asio::ip::address_v4::loopback(), 0}};
    return taken.local_endpoint();
}

// A listener that accepts no connection: the operating system completes the TCP connect, and no data follows.
class SilentListener {
public:
    [[nodiscard]] boost::asio::ip::tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }

private:
    boost::asio::io_context io_{};
    boost::asio::ip::tcp::acceptor acceptor_{io_, {boost::asio::ip::address_v4::loopback(), 0}};
};

// An address at which a TCP connect neither succeeds nor fails: a listener whose queue is full.
class BlackHole {
    using tcp = boost::asio::ip::tcp;

public:
    BlackHole() {
        acceptor_.open(tcp::v4());
        acceptor_.bind({boost::asio::ip::address_v4::loopback(), 0});
        acceptor_.listen(0);
        constexpr std::size_t enough = 64;
        while (swallows_ && fillers_.size() < enough) {
            bool connected = false;
            fillers_.push_back(std::make_unique<tcp::socket>(io_));
            fillers_.back()->async_connect(endpoint(), [&connected](boost::system::error_code ec) { connected = !ec; });
            io_.restart();
            io_.run_for(std::chrono::milliseconds{100});
            if (!connected) {
                boost::system::error_code ignored;
                fillers_.back()->cancel(ignored);
                io_.restart();
                io_.run();
                return;
            }
        }
        swallows_ = false;
    }

    [[nodiscard]] tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }
    // False if the system refuses or accepts the connection instead.
    [[nodiscard]] bool swallows() const noexcept { return swallows_; }

private:
    boost::asio::io_context io_{};
    tcp::acceptor acceptor_{io_};
    std::vector<std::unique_ptr<tcp::socket>> fillers_{};
    bool swallows_{true};
};

}  // namespace clerk::test
