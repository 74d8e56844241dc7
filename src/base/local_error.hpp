// Errors of this library, without an answer of the service.
#pragma once

#include <clerk/error.hpp>

#include <boost/system/error_code.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace clerk::base {

// `operation`: a static name. `field`: the parameter that is refused; empty for other errors.
[[nodiscard]] inline Error local_error(std::string_view operation, errc code, std::string message,
                                       std::string field = {}, boost::system::error_code cause = {}) {
    ErrorDetails details{};
    details.operation = operation;
    details.field = std::move(field);
    details.message = std::move(message);
    details.cause = cause;
    return Error{make_error_code(code), std::move(details)};
}
// Refuses `field`, which is not a parameter of an operation, such as an option of the client.
[[nodiscard]] inline Error invalid_argument(std::string_view field, std::string message) {
    return local_error({}, errc::invalid_argument, std::move(message), std::string{field});
}

}  // namespace clerk::base
