#include "base/json_parse.hpp"

#include "base/json_text.hpp"

#include <boost/json/error.hpp>
#include <boost/json/parse.hpp>

namespace clerk::base {

boost::json::value parse_json(std::string_view text, std::size_t max_depth, boost::system::error_code& error) {
    boost::json::parse_options options;
    options.max_depth = max_depth;
    boost::json::value value = boost::json::parse(text, error, {}, options);
    if (error != boost::json::error::exponent_overflow) return value;
    return boost::json::parse(with_short_exponents(text), error, {}, options);
}

}  // namespace clerk::base
