// Decoding of fixtures and other texts.
#pragma once

#include "api/codec/decoder.hpp"

#include <clerk/result.hpp>

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace clerk::test {

inline constexpr std::size_t max_depth = 64;

// `path`: below test/fixtures.
inline std::string read_fixture(std::string_view path) {
    std::string const whole = std::string{CLERK_TEST_DATA_DIR "/"}.append(path);
    std::ifstream file{whole, std::ios::binary};
    BOOST_TEST_REQUIRE(file.is_open(), whole);
    return {std::istreambuf_iterator<char>{file}, {}};
}

// Decodes text in pieces of `step` bytes; each piece has its own memory, so that sanitizers detect dangling views.
template <class T>
Result<T> decode(std::string_view text, std::size_t step = std::string_view::npos, std::size_t depth = max_depth) {
    api::Decoder<T> decoder{depth};
    auto const refused = [&decoder]() -> Result<T> {
        ErrorDetails details;
        details.field = decoder.failure().path;
        details.message = decoder.failure().message;
        return Error{decoder.failure().code, details};
    };
    while (!text.empty()) {
        std::string const piece{text.substr(0, step)};
        if (!decoder.write(piece)) return refused();
        text.remove_prefix(piece.size());
    }
    if (!decoder.finish()) return refused();
    return decoder.take();
}

}  // namespace clerk::test
