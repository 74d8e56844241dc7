#pragma once

#include <boost/json/value.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <string_view>

namespace clerk::base {

// Parses JSON text that nests up to `max_depth` levels. Numbers of any size are accepted: those beyond a double's range
// are infinite, or zero.
[[nodiscard]] boost::json::value parse_json(std::string_view text, std::size_t max_depth,
                                            boost::system::error_code& error);

}  // namespace clerk::base
