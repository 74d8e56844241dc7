// Shows a request to the caller without sending it. Pure.
#pragma once

#include "http/request.hpp"

#include <clerk/request_preview.hpp>
#include <clerk/result.hpp>

#include <string>
#include <utility>

namespace clerk::api {

inline Result<RequestPreview> preview_of(Result<http::Request> request) {
    if (!request) return request.error();
    RequestPreview preview{std::string{to_string(request->method)}, std::move(request->target)};
    if (auto const& content = request->content) {
        preview.content_type = std::move(content->type);
        preview.body_size = content->size();
        preview.body = std::move(content->text);
    }
    return preview;
}

}  // namespace clerk::api
