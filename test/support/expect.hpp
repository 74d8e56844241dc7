// Returns the expected part of a result; a test that gets something else prints it.
#pragma once

#include <clerk/error.hpp>
#include <clerk/result.hpp>

#include <boost/test/unit_test.hpp>

#include <string_view>
#include <utility>

namespace clerk::test {

template <class T>
T expect(Result<T> result) {
    if (!result) BOOST_FAIL(to_string(result.error()));
    return std::move(*result);
}

// An error that the service answered with.
template <class T>
void expect_error(Result<T> const& result, int status, std::string_view code) {
    BOOST_REQUIRE(!result);
    Error const error = result.error();
    BOOST_TEST_CONTEXT(to_string(error)) {
        BOOST_TEST(error.status() == status);
        BOOST_REQUIRE(!error.errors().empty());
        BOOST_TEST(error.errors()[0].code == code);
        BOOST_TEST(!error.trace_id().empty());
        BOOST_TEST(error.attempts() >= 1);
    }
}

}  // namespace clerk::test
