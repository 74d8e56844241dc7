// Requests through the public API of this library.
#pragma once

#include "common/client_main.hpp"
#include "common/options.hpp"
#include "common/report.hpp"

namespace clerk_bench {

// Warms up, then measures. Throws clerk::Exception when the client cannot be made.
[[nodiscard]] Report measure(Options const& options, ErrorLog& errors);

}  // namespace clerk_bench
