// Boost.Beast as its examples use it: a coroutine per connection, ssl_stream<tcp_stream> with a timeout for each step,
// flat_buffer, response<string_body>.
#include "common/client_main.hpp"
#include "common/process_usage.hpp"
#include "common/request_text.hpp"
#include "peers/decoders/page_decoder.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace clerk_bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds step_timeout{30};

class BeastClient {
public:
    BeastClient(Options const& options, ErrorLog& errors)
        : options_{options},
          errors_{errors},
          endpoint_{parse_endpoint(options.base_url)},
          decoder_{make_decoder(options)} {
        tls_.set_verify_mode(asio::ssl::verify_peer);
        if (options.ca_file.empty()) {
            tls_.set_default_verify_paths();
        } else {
            tls_.load_verify_file(options.ca_file);
        }
        addresses_ = asio::ip::tcp::resolver{io_}.resolve(endpoint_.host, endpoint_.port);
        prepare_request();
        connections_.resize(std::min(options.concurrency, options.connections));
    }

    Report run(std::int64_t requests) {
        std::int64_t const failed_before = errors_.count();
        report_ = Report{};
        left_ = requests;
        for (Connection& connection : connections_) {
            asio::co_spawn(io_, work(connection), [](std::exception_ptr failure) {
                if (failure) std::rethrow_exception(failure);
            });
        }
        io_.restart();
        Stopwatch const watch;
        io_.run();
        report_.elapsed = watch.elapsed();
        report_.cpu = watch.cpu();
        report_.requests = requests;
        report_.errors = errors_.count() - failed_before;
        report_.connections_opened = opened_;
        report_.checksum = checksum_;
        report_.max_rss_kb = max_rss_kb();
        report_.rss_kb = rss_kb();
        return report_;
    }

private:
    using Stream = beast::ssl_stream<beast::tcp_stream>;
    struct Connection {
        std::unique_ptr<Stream> stream{};
        beast::flat_buffer buffer{};
    };

    void prepare_request() {
        request_.version(11);
        request_.method(http::verb::get);
        request_.target(request_target(options_, endpoint_));
        request_.set(http::field::host, endpoint_.authority);
        request_.set(http::field::authorization, "Bearer " + options_.secret_key);
        request_.set(http::field::accept, "application/json");
        request_.set("Clerk-API-Version", api_version);
        request_.set(http::field::user_agent, "clerk-bench");
    }

    asio::awaitable<void> work(Connection& connection) {
        while (left_ > 0) {
            --left_;
            Clock::time_point const begun = Clock::now();
            try {
                co_await call(connection);
            } catch (std::exception const& failure) {
                errors_.add(failure.what());
                connection.stream.reset();
            }
            report_.latencies.add(Clock::now() - begun);
        }
        // A timer of the stream would keep io_context::run() from returning.
        if (connection.stream) beast::get_lowest_layer(*connection.stream).expires_never();
    }

    asio::awaitable<void> call(Connection& connection) {
        if (!connection.stream) co_await connect(connection);
        Stream& stream = *connection.stream;
        beast::get_lowest_layer(stream).expires_after(step_timeout);
        co_await http::async_write(stream, request_, asio::use_awaitable);
        http::response<http::string_body> response;
        co_await http::async_read(stream, connection.buffer, response, asio::use_awaitable);
        if (!response.keep_alive()) connection.stream.reset();
        if (response.result() != http::status::ok) {
            throw std::runtime_error{"HTTP status " + std::to_string(response.result_int())};
        }
        if (decoder_) decode(response.body());
    }

    asio::awaitable<void> connect(Connection& connection) {
        connection.buffer.clear();
        connection.stream = std::make_unique<Stream>(io_, tls_);
        Stream& stream = *connection.stream;
        stream.set_verify_callback(asio::ssl::host_name_verification{endpoint_.host});
        SSL_set_tlsext_host_name(stream.native_handle(), endpoint_.host.c_str());
        beast::get_lowest_layer(stream).expires_after(step_timeout);
        co_await beast::get_lowest_layer(stream).async_connect(addresses_, asio::use_awaitable);
        beast::get_lowest_layer(stream).socket().set_option(asio::ip::tcp::no_delay{true});
        co_await stream.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
        ++opened_;
    }

    void decode(std::string& body) {
        bool const first = options_.details && checksum_ == 0;
        Decoded const decoded = decoder_->decode(body, first);
        report_.organizations += decoded.organizations;
        if (first) checksum_ = decoded.checksum;
    }

    Options const& options_;
    ErrorLog& errors_;
    Endpoint endpoint_;
    std::unique_ptr<Decoder> decoder_;
    asio::io_context io_{1};
    asio::ssl::context tls_{asio::ssl::context::tls_client};
    asio::ip::tcp::resolver::results_type addresses_{};
    http::request<http::empty_body> request_{};
    std::vector<Connection> connections_{};
    std::int64_t left_{};
    std::uint64_t opened_{};
    std::uint64_t checksum_{};
    Report report_{};
};

Report measure(Options const& options, ErrorLog& errors) {
    BeastClient client{options, errors};
    client.run(options.warmup);
    return client.run(options.requests);
}

}  // namespace
}  // namespace clerk_bench

int main(int argc, char** argv) {
    clerk_bench::Program const program{.name = "bench-beast",
                                       .description = "The same requests as clerk-bench with Boost.Beast alone.",
                                       .decoders = {"none", "boost-json"}};
    return clerk_bench::client_main(program, argc, argv, clerk_bench::measure);
}
