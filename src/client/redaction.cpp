#include "client/redaction.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace clerk::client {

namespace {

constexpr std::string_view substitute = "[redacted]";
constexpr std::size_t least_size = 8;

// Texts of a peer are cut to a length, so a text may end with only the beginning of the secret.
std::size_t size_of_cut_secret(std::string_view text, std::string_view secret) noexcept {
    std::size_t size = std::min(text.size(), secret.size() - 1);
    while (size >= least_size && !text.ends_with(secret.substr(0, size))) --size;
    return size >= least_size ? size : 0;
}

bool redact_text(std::string& text, std::string_view secret) {
    bool found = false;
    for (std::size_t at = 0; (at = text.find(secret, at)) != std::string::npos; at += substitute.size()) {
        text.replace(at, secret.size(), substitute);
        found = true;
    }
    if (std::size_t const size = size_of_cut_secret(text, secret); size != 0) {
        text.replace(text.size() - size, size, substitute);
        found = true;
    }
    return found;
}

// JSON that contains the secret is dropped, because the replacement might not be valid JSON.
void redact_metadata(Metadata& metadata, std::string_view secret) {
    if (metadata.text().find(secret) != std::string_view::npos) metadata = {};
}

void redact_headers(Headers& headers, std::string_view secret) {
    Headers redacted;
    bool found = false;
    for (Headers::Field const field : headers) {
        std::string name{field.name};
        std::string value{field.value};
        bool const in_name = redact_text(name, secret);
        bool const in_value = redact_text(value, secret);
        found = found || in_name || in_value;
        redacted.append(name, value);
    }
    if (found) headers = std::move(redacted);
}

}  // namespace

void redact(ErrorDetails& details, std::string_view secret) {
    if (secret.size() < least_size) return;
    for (std::string* const text : {&details.message, &details.field, &details.trace_id, &details.raw_body}) {
        redact_text(*text, secret);
    }
    redact_headers(details.headers, secret);
    redact_metadata(details.meta, secret);
    for (ApiError& error : details.errors) {
        for (std::string* const text : {&error.code, &error.message, &error.long_message}) redact_text(*text, secret);
        redact_metadata(error.meta, secret);
    }
}

}  // namespace clerk::client
