/// @file
/// `Result<T>`: a value or an `Error`; `Response<T>`: a value with its status and headers.
#pragma once

#include <clerk/error.hpp>
#include <clerk/export.hpp>

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <utility>

namespace clerk {
/** @opengroup{results} */
/// A `T` or an `Error`: Boost's `result<T, Error>`, to and from which it converts. `if (result)` tests it. `*result`
/// and `result->` require a value; without one the behaviour is undefined (from Boost 1.92 on they throw
/// `clerk::Exception`, as `result.value()` does). `result.error()` copies the error out (an empty one when there is a
/// value). Clang warns of a result that is ignored behind `co_await`; g++ (12 to 16) warns only without `co_await`.
///
/// The operators `&` and `|` of newer Boost versions take functions that return a value, not those that return a
/// `Result`.
///
/// @code
/// clerk::Result<clerk::Organization> found = co_await organizations.get_organization("acme");
/// if (!found) { std::cerr << found.error() << '\n'; co_return; }
/// std::cout << found->name << '\n';
/// @endcode
template <class T>
class [[nodiscard]] Result : public boost::system::result<T, Error> {
public:
    using Base = boost::system::result<T, Error>;  ///< Boost's type.
    using Base::Base;
    /// Holds `T{}`, or success without a value if `T` is `void`.
    Result() = default;
    /// Holds what Boost's result holds.
    Result(Base const& result) : Base{result} {}  // NOLINT(google-explicit-constructor)
    /// The same.
    Result(Base&& result) : Base{std::move(result)} {}  // NOLINT(google-explicit-constructor)
};

/// What a `…_with_http_info` call returns: the decoded body with the status and all headers of the final response.
template <class T>
struct Response {
    T data{};           ///< The decoded body.
    int status{};       ///< HTTP status, 200…299.
    Headers headers{};  ///< All response headers in wire order.
};

/// Customisation point of Boost.System: what `Result::value()` throws.
[[noreturn]] CLERK_EXPORT void throw_exception_from_error(Error const& error, boost::source_location const& location);
/** @} */
}  // namespace clerk
