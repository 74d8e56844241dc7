// Requests through the public API of this library.
#pragma once

#include "common/bench_options.hpp"
#include "common/bench_report.hpp"
#include "common/client_main.hpp"

namespace clerk_bench {

// Warms up, then measures. Throws clerk::Exception when the client cannot be made.
[[nodiscard]] Report measure(Options const& options, ErrorLog& errors);

}  // namespace clerk_bench
