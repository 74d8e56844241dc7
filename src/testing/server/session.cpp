#include "testing/server/session.hpp"

#include "testing/faults/fault_answer.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <new>

namespace clerk::testing {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

constexpr auto handshake_timeout = 10s;
constexpr auto idle_timeout = 400s;  // like the service's CDN
constexpr auto transfer_timeout = 60s;
constexpr auto goodbye_timeout = 2s;
constexpr auto linger_timeout = 30s;
constexpr auto hang_timeout = 1h;
constexpr std::size_t read_buffer = 32 * 1024;
constexpr std::size_t head_room = 512;  // in front of a body, for its head

Now now() {
    auto const unix =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
    return {unix.count(), Clock::now()};
}

// Returns the TLS records that `produce(tls)` makes, without sending them. The stream cannot be written to afterwards.
template <class Produce>
std::string take_records(SSL* tls, Produce produce) {
    BIO* const memory = BIO_new(BIO_s_mem());
    if (memory == nullptr) throw std::bad_alloc{};
    SSL_set0_wbio(tls, memory);
    produce(tls);
    char* data{};
    auto const size = BIO_get_mem_data(memory, &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string close_notify(SSL* tls) {
    return take_records(tls, [](SSL* ssl) { SSL_shutdown(ssl); });
}

std::string sealed(SSL* tls, asio::const_buffer plain) {
    return take_records(tls, [plain](SSL* ssl) mutable {
        for (std::size_t written{}; plain.size() != 0; plain += written) {
            if (SSL_write_ex(ssl, plain.data(), plain.size(), &written) != 1) return;
        }
    });
}

}  // namespace

Session::Session(Worker& worker, Shared const& shared, Socket socket)
    : worker_(worker), shared_(shared), stream_(std::move(socket), shared.tls), timer_(worker.io) {
    worker_.sessions.insert(this);
    wait_at_most(handshake_timeout);
}

Session::~Session() { worker_.sessions.erase(this); }

void Session::close() {
    closed_ = true;
    error_code ignored{};
    stream_.lowest_layer().close(ignored);
    timer_.cancel();
}

Task Session::run() {
    auto const self = shared_from_this();
    error_code option_error{};
    stream_.next_layer().set_option(tcp::no_delay{true}, option_error);
    if (shared_.faults.active()) {
        FaultDecision const fault = shared_.faults.next_connection();
        if (fault.phase != FaultPhase::none) co_return co_await end(fault.action);
    }
    auto const [error] = co_await stream_.async_handshake(asio::ssl::stream_base::server, as_result);
    if (error || closed_) co_return close();
    input_.reserve(read_buffer);
    bool open = true;
    while (open && !closed_) {
        reader_.emplace(request_);
        wait_at_most(idle_timeout);
        bool answer = true;
        co_await read_request(answer);
        if (!answer || closed_) break;
        wait_at_most(transfer_timeout);
        FaultDecision const fault = next_fault();
        open = respond(fault);
        if (auto const latency = shared_.latency + fault.latency; latency > 0ms) {
            co_await pause(latency);
            if (closed_) break;
        }
        if (fault.phase == FaultPhase::none) {
            auto const [write_error, written] = co_await asio::async_write(stream_, output(), as_result);
            if (write_error) co_return close();
        } else {
            co_await misbehave(fault);
        }
        if (output_.capacity() > 4 * 1024 * 1024) std::string{}.swap(output_);
    }
    if (!closed_) co_await say_goodbye();
    close();
}

Task Session::read_request(bool& answer) {
    error_code error{};
    bool invited = false;
    failure_ = {};
    for (;;) {
        if (!reader_->got_some()) skip_empty_lines();
        if (input_.size() != 0) {
            auto const received = input_.data();
            input_.consume(reader_->parse({static_cast<char const*>(received.data()), received.size()}, error));
            if (error && error != http::error::need_more) {
                failure_ = error;
                co_return;
            }
            if (reader_->is_complete()) co_return;
        }
        if (reader_->is_header_done() && request_.expects_continue && !invited) {
            invited = true;
            constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
            co_await asio::async_write(stream_, asio::buffer(go_on.data(), go_on.size()), as_result);
        }
        auto const [read_error, size] = co_await stream_.async_read_some(input_.prepare(room()), as_result);
        if (read_error) {
            answer = false;
            // A client that ended its side between two requests gets a close too; otherwise it has closed already.
            if (read_error != asio::error::eof || reader_->got_some()) close();
            co_return;
        }
        input_.commit(size);
        wait_at_most(transfer_timeout);
    }
}

// Old clients send a line end after a body that its length does not include, so it may precede a request.
void Session::skip_empty_lines() {
    auto const* const begin = static_cast<char const*>(input_.data().data());
    auto const* const end = begin + input_.size();
    auto const* const request = std::find_if(begin, end, [](char c) { return c != '\r' && c != '\n'; });
    input_.consume(static_cast<std::size_t>(request - begin));
}

std::size_t Session::room() const noexcept { return std::max<std::size_t>(4096, input_.capacity() - input_.size()); }

FaultDecision Session::next_fault() {
    if (!shared_.faults.active() || failure_) return {};
    return shared_.faults.next_request(Service::operation_of(request_.view()));
}

bool Session::respond(FaultDecision const& fault) {
    Now const time = now();
    output_.resize(head_room);
    ServiceResponse const response = handle(time, fault);
    lingering_ = failure_.failed();
    bool const keep = !failure_ && reader_->keep_alive() && fault.action != FaultAction::announce;
    std::string_view connection{};
    if (!keep) {
        connection = "close";
    } else if (!reader_->is_http11()) {
        connection = "keep-alive";
    }
    write_head(head_, response, output_.size() - head_room, worker_.date.at(time.unix), connection);
    if (request_.method == "HEAD") output_.resize(head_room);
    output_.replace(head_room - head_.size(), head_.size(), head_);
    return keep;
}

ServiceResponse Session::handle(Now time, FaultDecision const& fault) {
    Service& service = shared_.service;
    if (failure_ == http::error::header_limit) return service.refuse(refusals::headers_too_large(), output_);
    if (failure_ && !request_.body_too_large) return service.refuse(refusals::malformed_request(), output_);
    ServiceResponse response{};
    if (fault.phase == FaultPhase::before_effect) {
        response = service.begin();
    } else {
        response = service.handle(request_.view(), time, output_);
        if (shared_.webhooks != nullptr && response.status == 200) publish(time);
    }
    if (fault.action == FaultAction::answer) {
        output_.resize(head_room);
        answer_with_fault(fault, response, output_);
    }
    return response;
}

void Session::publish(Now time) {
    std::string_view const operation = Service::operation_of(request_.view());
    if (operation.empty()) return;
    std::string_view const answer = std::string_view{output_}.substr(head_room);
    shared_.webhooks->publish(operation, answer, std::chrono::milliseconds{time.unix} + shared_.service.ahead());
}

asio::const_buffer Session::output() const noexcept { return asio::buffer(output_) + (head_room - head_.size()); }

Task Session::pause(Clock::duration time) {
    wait_at_most(time + transfer_timeout);
    timer_.expires_after(time);
    co_await timer_.async_wait(as_result);
}

Task Session::say_goodbye() {
    if (lingering_) {
        // Closing with unread input resets the connection and the answer may be lost with it: end our side, TLS first
        // so that the answer counts as complete, then read for a while.
        wait_at_most(linger_timeout);
        co_await stream_.async_shutdown(as_result);
        if (closed_) co_return;
        error_code ignored{};
        stream_.next_layer().shutdown(tcp::socket::shutdown_send, ignored);
        co_return co_await drain();
    }
    wait_at_most(goodbye_timeout);
    co_await stream_.async_shutdown(as_result);
}

Task Session::drain() {
    for (;;) {
        input_.clear();
        auto const [error, size] =
            co_await stream_.next_layer().async_read_some(input_.prepare(read_buffer), as_result);
        if (error || closed_) co_return;
    }
}

Task Session::misbehave(FaultDecision fault) {
    auto answer = output();
    switch (fault.action) {
        case FaultAction::drip:
            co_return co_await drip(fault);
        case FaultAction::cut_record: {
            constexpr std::size_t missing = 8;  // of the last record's authentication tag
            std::string const records = sealed(stream_.native_handle(), answer);
            answer = asio::buffer(records.data(), records.size() - std::min(missing, records.size()));
            co_await asio::async_write(stream_.next_layer(), answer, as_result);
            co_return co_await end(FaultAction::cut);
        }
        case FaultAction::garble:
            co_await asio::async_write(stream_, asio::buffer(garbage_answer), as_result);
            co_return co_await end(FaultAction::close);
        case FaultAction::none:
        case FaultAction::answer:
        case FaultAction::announce:
            co_await asio::async_write(stream_, answer, as_result);
            co_return;
        case FaultAction::close:
        case FaultAction::cut:
        case FaultAction::reset:
        case FaultAction::hang:
            break;
    }
    std::size_t sent = 0;
    if (fault.phase == FaultPhase::after_answer) sent = answer.size();
    if (fault.phase == FaultPhase::mid_answer) {
        sent = fault.bytes == 0 ? answer.size() / 2 : std::min(fault.bytes, answer.size() - 1);
    }
    if (sent != 0) co_await asio::async_write(stream_, asio::buffer(answer, sent), as_result);
    if (fault.pause > 0ms && !closed_) co_await pause(fault.pause);
    co_await end(fault.action);
}

Task Session::drip(FaultDecision fault) {
    for (auto rest = output(); !closed_ && rest.size() != 0;) {
        auto const [error, size] = co_await asio::async_write(stream_, asio::buffer(rest, fault.bytes), as_result);
        if (error) co_return close();
        rest += size;
        if (rest.size() != 0) co_await pause(fault.pause);
    }
}

Task Session::end(FaultAction how) {
    if (closed_) co_return;
    auto& socket = stream_.next_layer();
    error_code ignored{};
    if (how == FaultAction::reset) {
        socket.set_option(asio::socket_base::linger{true, 0}, ignored);
        co_return close();
    }
    if (how == FaultAction::hang) {
        wait_at_most(hang_timeout);
    } else {
        wait_at_most(goodbye_timeout);
        if (how == FaultAction::close) {
            // Not async_shutdown, which waits for the client before TCP is closed.
            std::string const farewell = close_notify(stream_.native_handle());
            co_await asio::async_write(socket, asio::buffer(farewell), as_result);
        }
        socket.shutdown(tcp::socket::shutdown_send, ignored);
    }
    if (!closed_) co_await drain();
    close();
}

}  // namespace clerk::testing
