#include "common/request_text.hpp"

namespace clerk_bench {

std::string request_target(Options const& options, Endpoint const& endpoint) {
    std::string const organizations = endpoint.base_path + "/organizations";
    if (!options.get.empty()) return organizations + "/" + options.get;
    return organizations + "?limit=" + std::to_string(options.list);
}

std::string request_text(Options const& options, Endpoint const& endpoint) {
    std::string text = "GET " + request_target(options, endpoint) + " HTTP/1.1\r\nHost: " + endpoint.authority;
    text += "\r\nAuthorization: Bearer ";
    text += options.secret_key;
    text += "\r\nAccept: application/json\r\nClerk-API-Version: ";
    text += api_version;
    return text += "\r\nUser-Agent: clerk-bench\r\n\r\n";
}

}  // namespace clerk_bench
