#include "testing/service/query_reader.hpp"

#include "testing/service/body_reader.hpp"

#include <algorithm>
#include <limits>

namespace clerk::testing {
namespace {

constexpr std::int64_t max_page = 500;

bool is_integer(std::string_view text) noexcept {
    if (text.starts_with('-')) text.remove_prefix(1);
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<Failure> refuse_parameters(QueryParams const& params) {
    QueryReader query{params};
    bool nothing{};
    auto const outcome = query.finish(nothing);
    if (!outcome) return outcome.error();
    return std::nullopt;
}

void QueryReader::page(PageFields& into) {
    if (auto const limit = integer("limit", 1, max_page)) into.limit = static_cast<std::size_t>(*limit);
    if (auto const offset = integer("offset", 0, std::numeric_limits<std::int64_t>::max())) {
        into.offset = static_cast<std::size_t>(*offset);
    }
}

std::optional<OrderBy<std::size_t>> QueryReader::order(std::span<std::string_view const> properties) {
    std::string const* const value = scalar("order_by");
    if (value == nullptr) return std::nullopt;
    std::string_view property = *value;
    bool const descending = property.starts_with('-');
    if (descending || property.starts_with('+')) property.remove_prefix(1);
    auto const found = std::find(properties.begin(), properties.end(), property);
    if (found == properties.end()) {
        refuse(refusals::param_value_invalid("order_by",
                                             "must be one of " + listing(properties) + ", with an optional + or -."));
        return std::nullopt;
    }
    return OrderBy<std::size_t>{static_cast<std::size_t>(found - properties.begin()), descending};
}

void QueryReader::text(std::string_view name, std::string& into) {
    if (std::string const* const value = scalar(name)) into = *value;
}

void QueryReader::flag(std::string_view name, bool& into) {
    std::string const* const value = scalar(name);
    if (value == nullptr) return;
    if (*value != "true" && *value != "false") {
        return refuse(refusals::param_value_invalid(name, "must be true or false."));
    }
    into = *value == "true";
}

void QueryReader::time(std::string_view name, std::optional<Milliseconds>& into) {
    into = integer(name, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max());
}

void QueryReader::texts(std::string_view name, std::vector<std::string>& into, std::size_t most) {
    each(name, most, [&into](std::string const& value) { into.push_back(value); });
}

void QueryReader::ids(std::string_view name, SignedIds& into, std::size_t most) {
    each(name, most, [&into](std::string const& value) {
        if (value.starts_with('-')) {
            into.excluded.push_back(value.substr(1));
        } else {
            into.only_some = true;
            into.wanted.push_back(value.starts_with('+') ? value.substr(1) : value);
        }
    });
}

void QueryReader::refuse(ApiRefusal refusal) {
    if (refusals_.size() != max_unknown) refusals_.push_back(std::move(refusal));
}

std::string const* QueryReader::scalar(std::string_view name) {
    std::string const* first = nullptr;
    bool repeated = false;
    for (std::size_t i = 0; i != params_.size(); ++i) {
        if (params_[i].first != name) continue;
        known_[i] = true;
        repeated = first != nullptr;
        if (!repeated) first = &params_[i].second;
    }
    if (repeated) refuse(refusals::param_repeated(name));
    return first;
}

std::optional<std::int64_t> QueryReader::integer(std::string_view name, std::int64_t low, std::int64_t high) {
    std::string const* const value = scalar(name);
    if (value == nullptr) return std::nullopt;
    if (!is_integer(*value)) {
        refuse(refusals::param_value_invalid(name, "must be an integer."));
        return std::nullopt;
    }
    auto const number = Json{Json::Kind::number, {}, *value, {}, {}}.to_integer();
    if (!number || *number < low || *number > high) {
        std::string why = "must be greater than or equal to " + std::to_string(low);
        if (high == max_page) why += " and less than or equal to " + std::to_string(high);
        refuse(refusals::param_value_invalid(name, why + '.'));
        return std::nullopt;
    }
    return number;
}

template <class Take>
void QueryReader::each(std::string_view name, std::size_t most, Take take) {
    std::size_t count = 0;
    for (std::size_t i = 0; i != params_.size(); ++i) {
        if (params_[i].first != name) continue;
        known_[i] = true;
        ++count;
        take(params_[i].second);
    }
    if (count > most) refuse(refusals::param_array_too_large(name, most));
}

void QueryReader::refuse_unknown() {
    for (std::size_t i = 0; i != params_.size(); ++i) {
        std::string const& name = params_[i].first;
        if (!known_[i] && name != api_version_param) refuse(refusals::param_unknown(name));
    }
}

}  // namespace clerk::testing
