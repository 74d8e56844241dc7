#include "testing/webhooks/webhook_sender.hpp"

#include "base/webhook_signature.hpp"
#include "testing/service/json.hpp"
#include "testing/webhooks/webhook_event_body.hpp"
#include "testing/webhooks/webhook_queue.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <openssl/ssl.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>

namespace clerk::testing {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::size_t most_waiting = 1000;
constexpr auto attempt_timeout = 5s;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

// Whether the answer begins with a status of 2xx.
template <class Stream>
asio::awaitable<bool> is_accepted(Stream& stream, std::string const& request) {
    auto const [unwritten, written] = co_await asio::async_write(stream, asio::buffer(request), as_result);
    if (unwritten) co_return false;
    constexpr std::size_t longest_status_line = 4096;
    std::string answer;
    auto const [unread, size] =
        co_await asio::async_read_until(stream, asio::dynamic_buffer(answer, longest_status_line), "\r\n", as_result);
    if (unread) co_return false;
    co_return answer.starts_with("HTTP/1.") && answer.substr(8, 2) == " 2";
}

}  // namespace

class WebhookSender::Impl {
public:
    Impl(WebhookUrl url, Secret key, std::string const& ca_file) : url_{std::move(url)}, key_{std::move(key)} {
        tls_.set_verify_mode(asio::ssl::verify_peer);
        error_code unusable;
        if (ca_file.empty()) {
            tls_.set_default_verify_paths();
        } else {
            tls_.load_verify_file(ca_file, unusable);
        }
        if (unusable) throw std::invalid_argument{"EmulatorOptions::webhook_ca_file: " + unusable.message()};
        asio::co_spawn(io_, run(), asio::detached);
        thread_ = std::thread{[this] { io_.run(); }};
    }
    ~Impl() { stop(); }

    void publish(std::string_view operation, std::string_view answer, std::chrono::milliseconds now) {
        std::string_view const type = event_type_of(operation);
        if (type.empty()) return;
        std::string id = "msg_" + std::to_string(now.count()) + '_' + std::to_string(++messages_);
        bool const taken = [&] {
            std::scoped_lock const lock{mutex_};
            return queue_.push(std::move(id), webhook_event_body(type, answer, now), Clock::now());
        }();
        if (!taken) ++failed_;
        asio::post(io_, [this] { wakeup_.cancel(); });
    }

    void stop() {
        std::scoped_lock const lock{stop_mutex_};
        io_.stop();
        if (thread_.joinable()) thread_.join();
    }

    [[nodiscard]] std::uint64_t delivered() const noexcept { return delivered_; }
    [[nodiscard]] std::uint64_t failed() const noexcept { return failed_; }

private:
    asio::awaitable<void> run() {
        for (;;) {
            auto const due = next_due();
            if (!due || *due > Clock::now()) {
                wakeup_.expires_at(due.value_or(Clock::time_point::max()));
                co_await wakeup_.async_wait(as_result);
                continue;
            }
            try {
                WebhookQueue::Message message = take();
                bool const arrived = co_await deliver(message);
                if (arrived) {
                    ++delivered_;
                } else if (!put_back(std::move(message))) {
                    ++failed_;
                }
            } catch (std::exception const&) {  // the next messages are still delivered
                ++failed_;
            }
        }
    }

    std::optional<base::TimePoint> next_due() {
        std::scoped_lock const lock{mutex_};
        return queue_.next_due();
    }
    WebhookQueue::Message take() {
        std::scoped_lock const lock{mutex_};
        return queue_.take();
    }
    bool put_back(WebhookQueue::Message message) {
        std::scoped_lock const lock{mutex_};
        return queue_.put_back(std::move(message), Clock::now());
    }

    asio::awaitable<bool> deliver(WebhookQueue::Message const& message) {
        auto const socket = std::make_shared<tcp::socket>(io_);
        asio::steady_timer timer{io_, attempt_timeout};
        tcp::resolver resolver{io_};
        timer.async_wait([socket](error_code cancelled) {
            error_code ignored;
            if (!cancelled) socket->close(ignored);
        });
        auto const [unknown, endpoints] = co_await resolver.async_resolve(url_.host, url_.port, as_result);
        // Closing the socket at the timeout does not end a name resolution.
        if (unknown || timer.expiry() <= Clock::now()) co_return false;
        auto const [refused, endpoint] = co_await asio::async_connect(*socket, endpoints, as_result);
        if (refused) co_return false;
        std::string const request = request_with(message);
        if (!url_.tls) co_return co_await is_accepted(*socket, request);
        asio::ssl::stream<tcp::socket&> stream{*socket, tls_};
        stream.set_verify_callback(asio::ssl::host_name_verification{url_.host});
        error_code not_an_address;
        asio::ip::make_address(url_.host, not_an_address);
        if (not_an_address) SSL_set_tlsext_host_name(stream.native_handle(), url_.host.c_str());
        auto const [untrusted] = co_await stream.async_handshake(asio::ssl::stream_base::client, as_result);
        if (untrusted) co_return false;
        co_return co_await is_accepted(stream, request);
    }

    // Signed anew for each attempt, with the names that the service uses.
    [[nodiscard]] std::string request_with(WebhookQueue::Message const& message) const {
        auto const now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        std::string const timestamp = std::to_string(now.time_since_epoch().count());
        return "POST " + url_.target + " HTTP/1.1\r\nHost: " + url_.authority +
               "\r\nUser-Agent: clerk-emulator\r\nAccept: */*\r\nContent-Type: application/json\r\nContent-Length: " +
               std::to_string(message.body.size()) + "\r\nsvix-id: " + message.id + "\r\nsvix-timestamp: " + timestamp +
               "\r\nsvix-signature: " + base::sign_webhook(key_, {message.id, timestamp, message.body}) +
               "\r\nConnection: close\r\n\r\n" + message.body;
    }

    WebhookUrl url_;
    Secret key_;
    asio::io_context io_{1};
    asio::ssl::context tls_{asio::ssl::context::tls_client};
    asio::steady_timer wakeup_{io_};
    std::mutex mutex_{};  // for the queue
    WebhookQueue queue_{most_waiting};
    std::atomic<std::uint64_t> messages_{};
    std::mutex stop_mutex_{};
    std::thread thread_{};
    std::atomic<std::uint64_t> delivered_{};
    std::atomic<std::uint64_t> failed_{};
};

WebhookSender::WebhookSender(WebhookUrl url, Secret key, std::string const& ca_file)
    : impl_{std::make_unique<Impl>(std::move(url), std::move(key), ca_file)} {}
WebhookSender::~WebhookSender() = default;

void WebhookSender::publish(std::string_view operation, std::string_view answer, std::chrono::milliseconds now) {
    if (operation != "create_organization_invitation_bulk") return impl_->publish(operation, answer, now);
    auto const page = parse_json(answer);
    Json const* const invitations = page ? page->find("data") : nullptr;
    if (invitations == nullptr) return;
    for (Json const& each : invitations->items) impl_->publish("create_organization_invitation", to_text(each), now);
}
std::uint64_t WebhookSender::delivered() const noexcept { return impl_->delivered(); }
std::uint64_t WebhookSender::failed() const noexcept { return impl_->failed(); }
void WebhookSender::stop() { impl_->stop(); }

}  // namespace clerk::testing
