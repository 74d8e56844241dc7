// From which handler on a test may cancel what it gave to co_spawn().
#pragma once

#include <boost/version.hpp>

namespace clerk::test {

// How many handlers have run when all of `coroutines` have begun, where that matters: with Boost 1.82 to 1.87 a signal
// that comes earlier is thrown out of io_context::run(), and nobody is told (docs/errors.md).
constexpr int first_step(int coroutines) noexcept {
    bool const thrown_out_of_run = BOOST_VERSION >= 108200 && BOOST_VERSION < 108800;
    return thrown_out_of_run ? coroutines : 0;
}

}  // namespace clerk::test
