// A request as the handler of its operation gets it.
#pragma once

#include "testing/service/json.hpp"
#include "testing/service/refusal.hpp"
#include "testing/service/resources.hpp"
#include "testing/service/text.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace clerk::testing {

struct ServiceRequest {
    std::string_view method{};
    std::string_view target{};  // path and query as sent
    std::optional<std::string_view> authorization{};
    std::optional<std::string_view> content_type{};
    std::optional<std::string_view> api_version{};
    std::string_view body{};
    bool body_too_large{};  // over max_request_body; `body` is empty
};

struct Call {
    ServiceRequest const& request;
    Route const& route;
    QueryParams const& params;
    std::string_view api_version;
    Milliseconds now;
    std::string& out;  // the body of the answer goes to its end

    [[nodiscard]] std::string const& id(std::size_t n = 0) const { return route.ids[n]; }
};

// The body, which must be declared as JSON.
[[nodiscard]] Outcome<Json> read_json(ServiceRequest const& request);
// The same, but it must be an object.
[[nodiscard]] Outcome<Json> read_object(ServiceRequest const& request);

// Appends `{"data":[…],"total_count":n}`.
template <class Items, class AppendItem>
void append_page(std::string& out, Items const& items, std::size_t total_count, AppendItem append_item) {
    char separator = '[';
    out += R"({"data":)";
    for (auto const& item : items) {
        out += separator;
        separator = ',';
        append_item(out, item);
    }
    if (separator == '[') out += '[';
    append_number(out += R"(],"total_count":)", static_cast<std::int64_t>(total_count));
    out += '}';
}

}  // namespace clerk::testing
