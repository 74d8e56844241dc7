#include "base/webhook_signature.hpp"

#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "base/cleanse.hpp"
#include "base/digest.hpp"

#include <algorithm>

namespace clerk::base {

std::optional<Secret> webhook_key(std::string_view secret) {
    constexpr std::string_view prefix = "whsec_";
    secret = trim(secret);
    if (secret.starts_with(prefix)) secret.remove_prefix(prefix.size());
    auto bytes = decode_base64(secret);
    if (!bytes || bytes->empty()) return {};
    Secret key{*bytes};
    cleanse(bytes->data(), bytes->size());
    return key;
}

std::string sign_webhook(Secret const& key, WebhookMessage const& message) {
    std::string text;
    text.reserve(message.id.size() + message.timestamp.size() + message.body.size() + 2);
    text.append(message.id).append(1, '.').append(message.timestamp).append(1, '.').append(message.body);
    std::string const hash = hmac_sha256(key.reveal(), text);
    std::string signature{"v1,"};
    std::size_t const begin = signature.size();
    signature.resize(begin + base64_size(hash.size()) + 1);
    encode_base64(signature.data() + begin, hash);
    signature.pop_back();
    return signature;
}

bool is_signed_webhook(std::string_view signatures, Secret const& key, WebhookMessage const& message) {
    std::string const expected = sign_webhook(key, message);
    while (!signatures.empty()) {
        std::size_t const end = std::min(signatures.find(' '), signatures.size());
        if (equal_in_constant_time(signatures.substr(0, end), expected)) return true;
        signatures.remove_prefix(std::min(end + 1, signatures.size()));
    }
    return false;
}

}  // namespace clerk::base
