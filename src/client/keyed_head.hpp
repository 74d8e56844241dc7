// The head of every request, with the current key. Any thread may use it, also while the key is replaced.
#pragma once

#include "http/request.hpp"
#include "http/request_head.hpp"
#include "http/secret_buffer.hpp"

#include <clerk/secret.hpp>

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::client {

class KeyedHead {
public:
    // `account` distinguishes applications without revealing the key.
    KeyedHead(http::RequestHead head, std::string account);

    // As RequestHead::append_request().
    void append_request(http::SecretBuffer& out, http::Request const& request) const;
    // For requests that are written from now on.
    void set_secret(Secret const& secret, std::string account);
    // Those of the current and the previous key that are not `own`.
    [[nodiscard]] std::vector<Secret> other_secrets(std::string_view own) const;
    [[nodiscard]] std::string account() const;

private:
    mutable std::mutex mutex_{};  // guards all below
    http::RequestHead head_;
    std::string account_;
    Secret previous_{};
};

}  // namespace clerk::client
