// From which handler on a test may cancel a coroutine that it gave to co_spawn().
#pragma once

#include <boost/version.hpp>

namespace clerk::test {

// How many handlers have run when all of `coroutines` have begun. Asio itself handles an earlier signal: with Boost
// 1.82 and later by an exception instead of the coroutine's result (docs/errors.md).
constexpr int first_step(int coroutines) noexcept { return BOOST_VERSION >= 108200 ? coroutines : 0; }

}  // namespace clerk::test
