#include "base/percent_encoding.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/grammar/string_token.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

namespace clerk::base {

void append_percent_encoded(std::string& out, std::string_view text) {
    boost::urls::encode(text, boost::urls::unreserved_chars, {}, boost::urls::string_token::append_to(out));
}

}  // namespace clerk::base
