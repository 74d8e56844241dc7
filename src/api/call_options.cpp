#include "api/call_options.hpp"

#include "base/header_field.hpp"
#include "base/local_error.hpp"

#include <memory>
#include <utility>

namespace clerk::api {

Result<std::string> header_lines(CallOptions const& options, std::string_view operation) {
    constexpr int most_attempts = 100;
    if (int const attempts = options.max_attempts.value_or(1); attempts < 1 || attempts > most_attempts) {
        return base::local_error(operation, errc::invalid_argument, "must be 1…100", "max_attempts");
    }
    std::string lines;
    std::size_t index = 0;
    for (Headers::Field const& header : options.headers) {
        if (auto refusal = base::refuse_header("headers", index++, header)) {
            return base::local_error(operation, errc::invalid_argument, std::move(refusal->message),
                                     std::move(refusal->field));
        }
        base::append_header(lines, header);
    }
    return lines;
}

void copy_headers(CallOptions& options, Result<http::Request>& request) {
    if (!request) return;
    auto lines = header_lines(options, request->operation);
    options.headers = {};
    if (!lines) {
        request = Result<http::Request>{lines.error()};
    } else if (!lines->empty()) {
        request->headers = std::make_unique<std::string const>(std::move(*lines));
    }
}

}  // namespace clerk::api
