// clerk-bench: measures the cost of requests through this library, against any server.
#include "measurement.hpp"

#include "common/client_main.hpp"

int main(int argc, char** argv) {
    clerk_bench::Program const program{
        .name = "clerk-bench",
        .description =
            "Measures requests through clerk-cpp. Prints one JSON line: requests, errors, elapsed_s, requests_per_s,\n"
            "cpu_us_per_request (user and system time of this process over the measured part), p50_us, p99_us,\n"
            "p999_us, connections_opened, tls_resumed, max_rss_kb.\n",
        .exports = true,
        .threads = true};
    return clerk_bench::client_main(program, argc, argv, clerk_bench::measure);
}
