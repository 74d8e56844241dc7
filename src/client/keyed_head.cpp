#include "client/keyed_head.hpp"

#include <utility>

namespace clerk::client {

KeyedHead::KeyedHead(http::RequestHead head, std::string account)
    : head_{std::move(head)}, account_{std::move(account)} {}

void KeyedHead::append_request(http::SecretBuffer& out, http::Request const& request) const {
    std::lock_guard const lock{mutex_};
    head_.append_request(out, request);
}

void KeyedHead::set_secret(Secret const& secret, std::string account) {
    std::lock_guard const lock{mutex_};
    previous_ = Secret{head_.secret()};
    head_.set_secret(secret);
    account_ = std::move(account);
}

std::vector<Secret> KeyedHead::other_secrets(std::string_view own) const {
    std::vector<Secret> result;
    std::lock_guard const lock{mutex_};
    for (std::string_view const secret : {head_.secret(), previous_.reveal()}) {
        if (!secret.empty() && secret != own) result.emplace_back(secret);
    }
    return result;
}

std::string KeyedHead::account() const {
    std::lock_guard const lock{mutex_};
    return account_;
}

}  // namespace clerk::client
