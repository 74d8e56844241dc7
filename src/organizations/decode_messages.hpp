// What a decode failure says: types and ranges, never the body itself.
#pragma once

#include "organizations/fields.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace clerk::organizations {

// What was met where something else was promised.
enum class Found : std::uint8_t {
    null,
    boolean,
    number,
    fraction,
    too_large,
    negative,
    time_out_of_range,
    string,
    empty_string,
    array,
    object,
    invalid_text,
    nothing,
};

// "expected a boolean, found a string"; of Field::unknown, which may hold anything that is text, "has …".
[[nodiscard]] std::string explain(Field field, Found found);
// The same where an object was expected.
[[nodiscard]] std::string explain_object(Found found);

}  // namespace clerk::organizations
