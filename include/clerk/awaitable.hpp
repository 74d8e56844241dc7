/// @file
/// What the operations of the API classes return, and how their requests are passed.
#pragma once

#include <boost/asio/awaitable.hpp>

/// g++ before 14 destroys an aggregate twice when it is brace-initialised inside a `co_await` expression and holds
/// strings, vectors or the like (GCC bug 98401 and related bugs). Requests are therefore passed as named objects, and a
/// temporary does not compile there.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 14
#define CLERK_REFUSES_TEMPORARY_REQUESTS 1
#else
#define CLERK_REFUSES_TEMPORARY_REQUESTS 0
#endif

namespace clerk {
/** @opengroup{results} */

/// What every call returns: a coroutine of Boost.Asio, to `co_await` or to hand to `boost::asio::co_spawn`.
template <class T>
using awaitable = boost::asio::awaitable<T>;

#if CLERK_REFUSES_TEMPORARY_REQUESTS
/// What the functions return that refuse a temporary request, so that the compiler's message says why.
struct NameTheRequestFirstThisCompilerDestroysTemporariesTwice;
#endif

/** @} */
}  // namespace clerk
