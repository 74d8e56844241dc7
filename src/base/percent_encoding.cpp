#include "base/percent_encoding.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/grammar/string_token.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include <algorithm>

namespace clerk::base {

void append_percent_encoded(std::string& out, std::string_view text) {
    // Ids never need it, and encode() reads every character twice.
    if (std::all_of(text.begin(), text.end(), boost::urls::unreserved_chars)) {
        out += text;
        return;
    }
    boost::urls::encode(text, boost::urls::unreserved_chars, {}, boost::urls::string_token::append_to(out));
}

}  // namespace clerk::base
