// From which handler on a test may cancel what it gave to co_spawn().
#pragma once

#include <boost/version.hpp>

namespace clerk::test {

// How many handlers have run when all of `coroutines` have begun, where that matters. A signal that comes earlier is
// Asio's to answer: not by the coroutine's result with Boost 1.82 and later, but by an exception (docs/errors.md).
constexpr int first_step(int coroutines) noexcept { return BOOST_VERSION >= 108200 ? coroutines : 0; }

}  // namespace clerk::test
