// Bodies of requests. Pure.
#pragma once

#include "api/argument_checks.hpp"
#include "api/codec/encode.hpp"
#include "http/request.hpp"

#include <clerk/metadata.hpp>
#include <clerk/patch_field.hpp>
#include <clerk/timestamp.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace clerk::api {

inline http::Request with_json(http::Request request, std::string body) {
    request.content = http::text_content("application/json", std::move(body));
    return request;
}

// A JSON object, a member at a time. Absent members are not written.
class JsonBody {
public:
    template <class T>
    void member(std::string_view name, std::optional<T> const& value) {
        if (value) write(name, *value);
    }
    template <class T>
    void member(std::string_view name, PatchField<T> const& value) {
        if (value.is_null()) json_.null(name);
        if (value.has_value()) write(name, *value);
    }
    template <class T>
    void write(std::string_view name, T const& value) {
        json_.member(name, value);
    }
    void write(std::string_view name, Timestamp value) { json_.member(name, to_string(value)); }

    // Call it once, at the end.
    [[nodiscard]] std::string take() {
        json_.end();
        return std::move(text_);
    }

private:
    std::string text_{};
    JsonObjectWriter json_{text_};
};

// Calls a check when there is a value to check.
template <class Optional, class Check>
void when_set(Optional const& value, Check check) {
    if (value.has_value()) check(*value);
}

// The two kinds of metadata that a request may carry.
template <class R>
void check_metadata(ArgumentChecks& check, R const& request) {
    when_set(request.public_metadata, [&](Metadata const& value) { check.metadata("public_metadata", value); });
    when_set(request.private_metadata, [&](Metadata const& value) { check.metadata("private_metadata", value); });
}
template <class R>
void write_metadata(JsonBody& body, R const& request) {
    body.member("public_metadata", request.public_metadata);
    body.member("private_metadata", request.private_metadata);
}

}  // namespace clerk::api
