// The C++ REST SDK, what the OpenAPI generator's "cpp-restsdk" emits: http_client, extract_json, web::json::value.
#include "common/client_main.hpp"
#include "common/process_usage.hpp"
#include "common/request_text.hpp"
#include "peers/decoders/page_decoder.hpp"

#include <cpprest/http_client.h>
#include <cpprest/json.h>
#include <pplx/pplxtasks.h>
#include <pplx/threadpool.h>
#include <boost/asio/ssl/context.hpp>

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>

namespace clerk_bench {
namespace {

namespace json = web::json;
using Clock = std::chrono::steady_clock;

void read(json::value const& from, std::string& to) { to = from.as_string(); }
void read(json::value const& from, bool& to) { to = from.as_bool(); }
void read(json::value const& from, std::int64_t& to) { to = from.as_number().to_int64(); }
void read(json::value const& from, json::value& to) { to = from; }

template <class T>
void read(json::value const& from, std::optional<T>& to) {
    if (!from.is_null()) read(from, to.emplace());
}

void read(json::value const& from, Organization<json::value>& to) {
    for_each_member(to, [&](char const* name, auto& member) {
        if (from.has_field(name)) read(from.at(name), member);
    });
}

void read(json::value const& from, Page<json::value>& to) {
    for (json::value const& item : from.at("data").as_array()) read(item, to.data.emplace_back());
    read(from.at("total_count"), to.total_count);
}

class CppRestClient {
public:
    CppRestClient(Options const& options, ErrorLog& errors)
        : options_{options},
          errors_{errors},
          endpoint_{parse_endpoint(options.base_url)},
          client_{"https://" + endpoint_.authority, config_for(options)} {}

    Report run(std::int64_t requests) {
        std::int64_t const failed_before = errors_.count();
        report_ = Report{};
        left_ = requests;
        pending_ = std::min(static_cast<std::int64_t>(options_.concurrency), requests);
        Stopwatch const watch;
        for (std::int64_t i = 0, count = pending_; i != count; ++i) next();
        {
            std::unique_lock lock{mutex_};
            over_.wait(lock, [&] { return pending_ == 0; });
        }
        report_.elapsed = watch.elapsed();
        report_.cpu = watch.cpu();
        report_.requests = requests;
        report_.errors = errors_.count() - failed_before;
        report_.checksum = checksum_;
        report_.max_rss_kb = max_rss_kb();
        report_.rss_kb = rss_kb();
        return report_;
    }

private:
    static web::http::client::http_client_config config_for(Options const& options) {
        web::http::client::http_client_config config;
        config.set_validate_certificates(true);
        config.set_ssl_context_callback([file = options.ca_file](boost::asio::ssl::context& context) {
            if (!file.empty()) context.load_verify_file(file);
        });
        return config;
    }

    // Starts a request unless all have been started; the last one that ends wakes run().
    void next() {
        {
            std::lock_guard const lock{mutex_};
            if (left_ == 0) {
                if (--pending_ == 0) over_.notify_one();
                return;
            }
            --left_;
        }
        Clock::time_point const begun = Clock::now();
        web::http::http_request request{web::http::methods::GET};
        request.set_request_uri(request_target(options_, endpoint_));
        request.headers().add("Authorization", "Bearer " + options_.secret_key);
        request.headers().add("Accept", "application/json");
        request.headers().add("Clerk-API-Version", api_version);
        client_.request(request)
            .then([](web::http::http_response response) {
                if (response.status_code() != 200) {
                    throw std::runtime_error{"HTTP status " + std::to_string(response.status_code())};
                }
                return response.extract_json();
            })
            .then([this, begun](pplx::task<json::value> body) {
                finish(body, begun);
                next();
            });
    }

    void finish(pplx::task<json::value> const& body, Clock::time_point begun) {
        Decoded decoded{};
        bool const first = options_.details && checksum_ == 0;
        try {
            if (expects_page(options_)) {
                Page<json::value> page{};
                read(body.get(), page);
                decoded = describe(page, first);
            } else {
                Organization<json::value> organization{};
                read(body.get(), organization);
                decoded = describe(organization, first);
            }
        } catch (std::exception const& failure) {
            errors_.add(failure.what());
        }
        std::lock_guard const lock{mutex_};
        if (first) checksum_ = decoded.checksum;
        report_.organizations += decoded.organizations;
        report_.latencies.add(Clock::now() - begun);
    }

    Options const& options_;
    ErrorLog& errors_;
    Endpoint endpoint_;
    web::http::client::http_client client_;
    std::mutex mutex_{};  // guards all below
    std::condition_variable over_{};
    std::int64_t left_{};
    std::int64_t pending_{};
    std::atomic<std::uint64_t> checksum_{};
    Report report_{};
};

Report measure(Options const& options, ErrorLog& errors) {
    crossplat::threadpool::initialize_with_threads(1);  // as many as the other clients have
    CppRestClient client{options, errors};
    client.run(options.warmup);
    return client.run(options.requests);
}

}  // namespace
}  // namespace clerk_bench

int main(int argc, char** argv) {
    clerk_bench::Program const program{.name = "bench-cpprest",
                                       .description = "The same requests as clerk-bench with the C++ REST SDK."};
    return clerk_bench::client_main(program, argc, argv, clerk_bench::measure);
}
