#include "api/request_target.hpp"

#include "base/json_text.hpp"
#include "base/percent_encoding.hpp"

namespace clerk::api {

std::string path_of(std::initializer_list<std::string_view> parts) {
    auto const* part = parts.begin();
    std::string path{*part};
    for (bool is_id = true; ++part != parts.end(); is_id = !is_id) {
        if (is_id) {
            base::append_percent_encoded(path, *part);
        } else {
            path += *part;
        }
    }
    return path;
}

std::string& QueryWriter::begin(std::string_view name) {
    target_ += separator_;
    separator_ = '&';
    target_ += name;
    return target_ += '=';
}

void QueryWriter::add(std::string_view name, std::string_view value) {
    if (!value.empty()) base::append_percent_encoded(begin(name), value);
}

void QueryWriter::add(std::string_view name, std::optional<bool> value) {
    if (value) begin(name) += *value ? "true" : "false";
}

void QueryWriter::add(std::string_view name, std::optional<std::int64_t> value) {
    if (value) base::append_integer(begin(name), *value);
}

void QueryWriter::add(std::string_view name, std::optional<Timestamp> value) {
    if (value) base::append_integer(begin(name), value->time_since_epoch().count());
}

void QueryWriter::add(std::string_view name, std::vector<std::string> const& values) {
    for (std::string const& value : values) add(name, std::string_view{value});
}

}  // namespace clerk::api
