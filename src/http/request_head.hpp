// Turns a Request into the bytes of one HTTP/1.1 request. What is the same for every request is prepared once.
#pragma once

#include <clerk/headers.hpp>
#include <clerk/secret.hpp>

#include "http/base_url.hpp"
#include "http/request.hpp"
#include "http/secret_buffer.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace clerk::http {

inline constexpr std::string_view default_api_version = "2026-05-12";

// Any number of calls may use it at once, unless its key is replaced.
class RequestHead {
public:
    // Empty api_version means the default; user_agent is appended to the library's own. Precondition: the texts have
    // passed validate(Config), so none of them can end a header line.
    RequestHead(Origin const& origin, std::string_view api_version, std::string_view user_agent, Secret const& secret,
                bool accept_gzip = false, Headers const& default_headers = {});

    // Appends head and body; for a streamed body only the head, with the length of the body. At most one allocation.
    // The buffer then contains the key.
    void append_request(SecretBuffer& out, Request const& request) const;
    // For the requests that follow. Precondition: as for the constructor.
    void set_secret(Secret const& secret);
    // The key in what append_request() has written.
    [[nodiscard]] static std::string_view secret_of(std::string_view written) noexcept;
    // The key; the view lives until it is replaced.
    [[nodiscard]] std::string_view secret() const noexcept {
        return std::string_view{behind_target_}.substr(secret_at_, secret_size_);
    }

private:
    // behind_target_ without the default headers that `headers` replaces, and `headers`.
    [[nodiscard]] SecretBuffer fields_with(std::string_view headers) const;

    std::string before_target_{};   // " /v1"
    SecretBuffer behind_target_{};  // the protocol, and the fields of every request
    std::size_t secret_at_{};
    std::size_t secret_size_{};
    std::size_t default_headers_at_{};  // to the end of behind_target_
};

}  // namespace clerk::http
