#include "testing/service/service_call.hpp"

#include "testing/server/upload_type.hpp"

namespace clerk::testing {

Outcome<Json> read_json(ServiceRequest const& request) {
    auto const type = request.content_type ? parse_header_value(*request.content_type) : std::nullopt;
    if (!type || type->value != "application/json") return Failure{refusals::unsupported_content_type()};
    auto body = parse_json(request.body);
    if (!body) return Failure{refusals::request_body_invalid()};
    return std::move(*body);
}

Outcome<Json> read_object(ServiceRequest const& request) {
    auto body = read_json(request);
    if (body && !body->is_object()) return Failure{refusals::request_body_invalid()};
    return body;
}

}  // namespace clerk::testing
