// What is wrong with a value: its place, type and range, never the value itself. Pure.
#pragma once

#include <clerk/error.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace clerk::api {

struct Problem {
    errc code{errc::malformed_body};
    std::string path{};  // relative to the value, for example ".tags[2]"
    std::string message{};
    bool is_final{};  // the text is not JSON, or too deep; else a later duplicate may replace the value

    [[nodiscard]] Problem inside(std::string const& outer) && {
        path.insert(0, outer);
        return std::move(*this);
    }
};

[[nodiscard]] Problem expected(std::string_view what, std::string_view found);
[[nodiscard]] Problem not_json(std::string_view why);

// Whether `text` is exactly one JSON value that nests up to `max_depth` levels. Strings may hold bytes that are not
// UTF-8. If it is a string and `string` is not null, `string` becomes its value.
[[nodiscard]] std::optional<Problem> check_json(std::string_view text, std::size_t max_depth,
                                                std::string* string = nullptr);

[[nodiscard]] bool is_number(std::string_view json) noexcept;
// The kind of a valid JSON text, for `found`.
[[nodiscard]] std::string_view kind_of(std::string_view json) noexcept;

}  // namespace clerk::api
