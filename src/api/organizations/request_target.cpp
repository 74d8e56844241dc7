#include "api/organizations/request_target.hpp"

#include "base/json_text.hpp"
#include "base/percent_encoding.hpp"

namespace clerk::organizations {

std::string organization_target(std::string_view id, std::string_view suffix) {
    std::string target{"/organizations/"};
    base::append_percent_encoded(target, id);
    target += suffix;
    return target;
}

std::string& QueryWriter::begin(std::string_view name) {
    target_ += separator_;
    separator_ = '&';
    target_ += name;
    return target_ += '=';
}

void QueryWriter::add(std::string_view name, std::string_view value) {
    base::append_percent_encoded(begin(name), value);
}

void QueryWriter::add(std::string_view name, std::optional<bool> value) {
    if (value) begin(name) += *value ? "true" : "false";
}

void QueryWriter::add(std::string_view name, std::optional<std::int64_t> value) {
    if (value) base::append_integer(begin(name), *value);
}

void QueryWriter::add(std::string_view name, std::vector<std::string> const& values) {
    for (std::string const& value : values) add(name, std::string_view{value});
}

}  // namespace clerk::organizations
