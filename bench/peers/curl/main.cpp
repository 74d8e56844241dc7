// libcurl's multi interface driven by epoll (curl_multi_socket_action), one easy handle per request in flight.
#include "common/client_main.hpp"
#include "common/process_usage.hpp"
#include "common/request_text.hpp"
#include "peers/decoders/page_decoder.hpp"

#include <curl/curl.h>

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

namespace clerk_bench {
namespace {

using Clock = std::chrono::steady_clock;

void check(CURLMcode code) {
    if (code != CURLM_OK) throw std::runtime_error{curl_multi_strerror(code)};
}

// CURL and CURLM are both aliases of void.
struct EasyDeleter {
    void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
};
struct MultiDeleter {
    void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
};
struct ListDeleter {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

// One request at a time.
struct Transfer {
    std::unique_ptr<CURL, EasyDeleter> easy{curl_easy_init()};
    std::string body{};
    Clock::time_point begun{};
};

std::size_t append_body(char* data, std::size_t, std::size_t size, void* transfer) {
    static_cast<Transfer*>(transfer)->body.append(data, size);
    return size;
}

class CurlClient {
public:
    CurlClient(Options const& options, ErrorLog& errors)
        : options_{options}, errors_{errors}, decoder_{make_decoder(options)}, epoll_{epoll_create1(EPOLL_CLOEXEC)} {
        if (epoll_ < 0) throw std::system_error{errno, std::generic_category(), "epoll_create1"};
        Endpoint const endpoint = parse_endpoint(options.base_url);
        url_ = "https://" + endpoint.authority + request_target(options, endpoint);
        for (std::string const& line :
             {std::string{"Accept: application/json"}, std::string{"Clerk-API-Version: "} + api_version,
              "Authorization: Bearer " + options.secret_key}) {
            curl_slist* const head = curl_slist_append(headers_.get(), line.c_str());
            (void)headers_.release();
            headers_.reset(head);
        }
        CURLM* const multi = multi_.get();
        curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &CurlClient::watch_socket);
        curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
        curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &CurlClient::set_timer);
        curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
        curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, static_cast<long>(options.connections));
        curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(options.connections));
        for (std::size_t i = 0; i != options.concurrency; ++i) add_transfer();
    }
    CurlClient(CurlClient const&) = delete;
    CurlClient& operator=(CurlClient const&) = delete;
    ~CurlClient() {
        transfers_.clear();
        multi_.reset();
        ::close(epoll_);
    }

    Report run(std::int64_t requests) {
        std::int64_t const failed_before = errors_.count();
        report_ = Report{};
        left_ = requests;
        Stopwatch const watch;
        for (auto const& transfer : transfers_) next(*transfer);
        while (pending_ != 0) wait();
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
    void add_transfer() {
        Transfer& transfer = *transfers_.emplace_back(std::make_unique<Transfer>());
        CURL* const easy = transfer.easy.get();
        curl_easy_setopt(easy, CURLOPT_URL, url_.c_str());
        curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_.get());
        curl_easy_setopt(easy, CURLOPT_USERAGENT, "clerk-bench");
        if (!options_.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
        curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 60000L);
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &append_body);
        curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
        curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
    }

    void next(Transfer& transfer) {
        if (left_ == 0) return;
        --left_;
        ++pending_;
        transfer.body.clear();
        transfer.begun = Clock::now();
        check(curl_multi_add_handle(multi_.get(), transfer.easy.get()));
    }

    void wait() {
        int timeout = -1;
        if (timer_set_) {
            auto const rest = std::chrono::ceil<std::chrono::milliseconds>(timer_ - Clock::now());
            timeout = static_cast<int>(std::max(rest, std::chrono::milliseconds{0}).count());
        }
        std::array<epoll_event, 128> events{};
        int const count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), timeout);
        if (count < 0 && errno != EINTR) throw std::system_error{errno, std::generic_category(), "epoll_wait"};
        int running = 0;
        for (int i = 0; i < count; ++i) {
            epoll_event const& event = events[static_cast<std::size_t>(i)];
            int action = 0;
            if ((event.events & EPOLLIN) != 0) action |= CURL_CSELECT_IN;
            if ((event.events & EPOLLOUT) != 0) action |= CURL_CSELECT_OUT;
            if ((event.events & (EPOLLERR | EPOLLHUP)) != 0) action |= CURL_CSELECT_ERR;
            check(curl_multi_socket_action(multi_.get(), event.data.fd, action, &running));
        }
        if (timer_set_ && Clock::now() >= timer_) {
            timer_set_ = false;
            check(curl_multi_socket_action(multi_.get(), CURL_SOCKET_TIMEOUT, 0, &running));
        }
        collect();
    }

    void collect() {
        int queued = 0;
        while (CURLMsg const* const message = curl_multi_info_read(multi_.get(), &queued)) {
            if (message->msg != CURLMSG_DONE) continue;
            CURL* const easy = message->easy_handle;
            CURLcode const result = message->data.result;
            check(curl_multi_remove_handle(multi_.get(), easy));
            Transfer* transfer = nullptr;
            curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
            finish(*transfer, result);
            --pending_;
            next(*transfer);
        }
    }

    void finish(Transfer& transfer, CURLcode result) {
        long connects = 0;
        long status = 0;
        curl_easy_getinfo(transfer.easy.get(), CURLINFO_NUM_CONNECTS, &connects);
        curl_easy_getinfo(transfer.easy.get(), CURLINFO_RESPONSE_CODE, &status);
        opened_ += static_cast<std::uint64_t>(connects);
        if (result != CURLE_OK) {
            errors_.add(curl_easy_strerror(result));
        } else if (status != 200) {
            errors_.add("HTTP status " + std::to_string(status));
        } else if (decoder_) {
            decode(transfer.body);
        }
        report_.latencies.add(Clock::now() - transfer.begun);
    }

    void decode(std::string& body) {
        try {
            bool const first = options_.details && checksum_ == 0;
            Decoded const decoded = decoder_->decode(body, first);
            report_.organizations += decoded.organizations;
            if (first) checksum_ = decoded.checksum;
        } catch (std::exception const& failure) {
            errors_.add(failure.what());
        }
    }

    static int watch_socket(CURL*, curl_socket_t socket, int what, void* client, void* known) {
        auto& self = *static_cast<CurlClient*>(client);
        if (what == CURL_POLL_REMOVE) {
            epoll_ctl(self.epoll_, EPOLL_CTL_DEL, socket, nullptr);
            return 0;
        }
        epoll_event event{};
        if ((what & CURL_POLL_IN) != 0) event.events |= EPOLLIN;
        if ((what & CURL_POLL_OUT) != 0) event.events |= EPOLLOUT;
        event.data.fd = socket;
        epoll_ctl(self.epoll_, known != nullptr ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket, &event);
        curl_multi_assign(self.multi_.get(), socket, &self);  // `known` from now on
        return 0;
    }

    static int set_timer(CURLM*, long milliseconds, void* client) {
        auto& self = *static_cast<CurlClient*>(client);
        self.timer_set_ = milliseconds >= 0;
        if (self.timer_set_) self.timer_ = Clock::now() + std::chrono::milliseconds{milliseconds};
        return 0;
    }

    Options const& options_;
    ErrorLog& errors_;
    std::unique_ptr<Decoder> decoder_;
    int epoll_;
    std::string url_{};
    std::unique_ptr<curl_slist, ListDeleter> headers_{};
    std::unique_ptr<CURLM, MultiDeleter> multi_{curl_multi_init()};
    std::vector<std::unique_ptr<Transfer>> transfers_{};
    bool timer_set_{};
    Clock::time_point timer_{};
    std::int64_t left_{};
    std::int64_t pending_{};
    std::uint64_t opened_{};
    std::uint64_t checksum_{};
    Report report_{};
};

Report measure(Options const& options, ErrorLog& errors) {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    CurlClient client{options, errors};
    client.run(options.warmup);
    return client.run(options.requests);
}

}  // namespace
}  // namespace clerk_bench

int main(int argc, char** argv) {
    clerk_bench::Program const program{
        .name = "bench-curl",
        .description = "The same requests as clerk-bench with libcurl's multi interface.",
        .decoders = {"none", "simdjson", "nlohmann", "boost-json"}};
    return clerk_bench::client_main(program, argc, argv, clerk_bench::measure);
}
