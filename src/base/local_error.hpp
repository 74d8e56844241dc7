// Errors of this library, without an answer of the service.
#pragma once

#include <clerk/error.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace clerk::base {

// `operation`: a static name. `field`: the parameter that is refused; empty for other errors.
[[nodiscard]] inline Error local_error(std::string_view operation, errc code, std::string message,
                                       std::string field = {}) {
    ErrorDetails details{};
    details.operation = operation;
    details.field = std::move(field);
    details.message = std::move(message);
    return Error{make_error_code(code), std::move(details)};
}

}  // namespace clerk::base
