// Turns a Request into the bytes of one HTTP/1.1 request. What is the same for every request is prepared once.
#pragma once

#include <clerk/secret.hpp>

#include "http/base_url.hpp"
#include "http/request.hpp"
#include "http/secret_buffer.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace clerk::http {

inline constexpr std::string_view default_api_version = "2026-05-12";

// Immutable after construction, so any number of calls may use it at once.
class RequestHead {
public:
    // Empty api_version means the default; user_agent is appended to the library's own. Precondition: the texts have
    // passed validate(Config), so none of them can end a header line.
    RequestHead(Origin const& origin, std::string_view api_version, std::string_view user_agent, Secret const& secret,
                bool accept_gzip = false);

    // Appends head and body; of a streamed request the head only, with the length of what will follow. One allocation
    // at most. The buffer then holds the key.
    void append_request(SecretBuffer& out, Request const& request) const;
    // The key; the view lives as long as this object.
    [[nodiscard]] std::string_view secret() const noexcept {
        return std::string_view{behind_target_}.substr(secret_at_, secret_size_);
    }

private:
    std::string before_target_{};   // " /v1"
    SecretBuffer behind_target_{};  // the protocol, and the fields of every request
    std::size_t secret_at_{};
    std::size_t secret_size_{};
};

}  // namespace clerk::http
