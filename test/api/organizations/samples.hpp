// What the tests of the organizations layer share.
#pragma once

#include "api/organizations/organization_codec.hpp"

#include <clerk/result.hpp>

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace clerk::test {

inline constexpr std::size_t max_depth = 64;

inline std::string fixture(std::string_view name) {
    std::string path{CLERK_TEST_DATA_DIR "/organizations/"};
    path += name;
    std::ifstream file{path, std::ios::binary};
    BOOST_TEST_REQUIRE(file.is_open(), path);
    return {std::istreambuf_iterator<char>{file}, {}};
}

// Decodes text in pieces of `step` bytes; each piece lies in memory of its own, so that a stray view is noticed.
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
