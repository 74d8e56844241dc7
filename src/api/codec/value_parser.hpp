// Parses the text of one value with Boost.JSON. Pure.
#pragma once

#include "api/codec/problem.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace clerk::api {

class ValueParser {
public:
    // `max_depth` is how deep arrays and objects may nest.
    explicit ValueParser(std::size_t max_depth);
    ~ValueParser();

    // Parses `text`, which should be exactly one JSON value. Strings may hold bytes that are not UTF-8.
    [[nodiscard]] std::optional<Problem> parse(std::string_view text);

    // Of the value that was parsed.
    [[nodiscard]] std::string_view kind() const noexcept;                // found::null, …, found::object
    [[nodiscard]] std::string& string() noexcept;                        // of a string, without escape sequences
    [[nodiscard]] std::optional<std::int64_t> integer() const noexcept;  // of a number that is one

private:
    struct Parser;
    std::size_t max_depth_;
    std::unique_ptr<Parser> parser_{};  // made when it is needed, which is rarely
};

}  // namespace clerk::api
