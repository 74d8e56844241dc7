// The hand-written baseline: the cost of the requests with only epoll and OpenSSL. JSON is not read.
#include "common/client_main.hpp"
#include "common/process_usage.hpp"
#include "common/request_text.hpp"
#include "floor/floor_connection.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

namespace clerk_bench {
namespace {

class Floor {
public:
    Floor(Options const& options, ErrorLog& errors)
        : errors_{errors},
          request_{request_text(options, parse_endpoint(options.base_url))},
          context_{parse_endpoint(options.base_url), options.ca_file},
          epoll_{epoll_create1(EPOLL_CLOEXEC)},
          buffer_(65536) {
        if (epoll_ < 0) throw std::system_error{errno, std::generic_category(), "epoll_create1"};
        for (std::size_t i = 0, count = std::min(options.concurrency, options.connections); i != count; ++i) {
            connections_.push_back(std::make_unique<Connection>(context_, epoll_));
        }
    }
    Floor(Floor const&) = delete;
    Floor& operator=(Floor const&) = delete;
    ~Floor() {
        connections_.clear();
        ::close(epoll_);
    }

    // Sends this many requests and waits for the answers.
    Report run(std::int64_t requests) {
        std::int64_t const failed_before = errors_.count();
        report_ = Report{};
        left_ = requests;
        Stopwatch const watch;
        for (auto const& connection : connections_) next(*connection);
        while (pending_ != 0) wait();
        report_.elapsed = watch.elapsed();
        report_.cpu = watch.cpu();
        report_.requests = requests;
        report_.errors = errors_.count() - failed_before;
        for (auto const& connection : connections_) {
            report_.connections_opened += connection->opened();
            report_.tls_resumed += connection->resumed();
        }
        report_.max_rss_kb = max_rss_kb();
        report_.rss_kb = rss_kb();
        return report_;
    }

private:
    void wait() {
        std::array<epoll_event, 128> events{};
        int const count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
        if (count < 0 && errno != EINTR) throw std::system_error{errno, std::generic_category(), "epoll_wait"};
        for (int i = 0; i < count; ++i)
            advance(*static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr));
    }

    void advance(Connection& connection) {
        try {
            if (!connection.advance(buffer_)) return;
            if (connection.status() != 200) errors_.add("HTTP status " + std::to_string(connection.status()));
        } catch (std::exception const& failure) {
            errors_.add(failure.what());
        }
        report_.latencies.add(Connection::Clock::now() - connection.sent_at());
        --pending_;
        next(connection);
    }

    void next(Connection& connection) {
        if (left_ == 0) return;
        --left_;
        ++pending_;
        connection.send(request_);
    }

    ErrorLog& errors_;
    std::string request_;
    TlsContext context_;
    int epoll_;
    std::vector<char> buffer_;
    std::vector<std::unique_ptr<Connection>> connections_{};
    std::int64_t left_{};
    std::int64_t pending_{};
    Report report_{};
};

Report measure(Options const& options, ErrorLog& errors) {
    Floor floor{options, errors};
    floor.run(options.warmup);
    return floor.run(options.requests);
}

}  // namespace
}  // namespace clerk_bench

int main(int argc, char** argv) {
    clerk_bench::Program const program{
        .name = "bench-floor",
        .description = "The same requests as clerk-bench with epoll, OpenSSL and next to nothing else."};
    return clerk_bench::client_main(program, argc, argv, clerk_bench::measure);
}
