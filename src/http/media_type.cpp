#include "http/media_type.hpp"

#include "base/ascii.hpp"

namespace clerk::http {

bool is_json(std::string_view content_type) noexcept {
    std::string_view const type = base::trim(content_type.substr(0, content_type.find(';')));
    std::size_t const slash = type.find('/');
    if (slash == std::string_view::npos || !base::equals_ignoring_case(type.substr(0, slash), "application")) {
        return false;
    }
    std::string_view const subtype = type.substr(slash + 1);
    if (base::equals_ignoring_case(subtype, "json")) return true;
    constexpr std::string_view suffix = "+json";
    return subtype.size() > suffix.size() &&
           base::equals_ignoring_case(subtype.substr(subtype.size() - suffix.size()), suffix);
}

}  // namespace clerk::http
