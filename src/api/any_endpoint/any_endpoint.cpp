#include <clerk/client.hpp>
#include <clerk/request_preview.hpp>

#include "api/any_endpoint/any_request.hpp"
#include "api/call_options.hpp"
#include "api/preview_of.hpp"
#include "client/client_core.hpp"
#include "http/capped_text.hpp"
#include "http/response_head.hpp"

#include <memory>
#include <utility>

namespace clerk {

namespace {

awaitable<Result<Response<std::string>>> send(std::shared_ptr<client::ClientCore> core, Result<http::Request> request,
                                              CallOptions options) {
    if (!request) co_return request.error();
    request->keep_headers = true;
    http::CappedText body{core->options().limits.max_response_body_bytes};
    http::ResponseHead head;
    auto const performed = co_await core->perform(*request, body, &head, options);
    if (!performed) co_return performed.error();
    // An attempt before the last may have left the beginning of a body.
    std::string text = head.status == 204 ? std::string{} : body.take();
    co_return Response<std::string>{std::move(text), head.status, std::move(head.headers)};
}

}  // namespace

awaitable<Result<Response<std::string>>> Client::request(ApiRequest const& request, CallOptions options) const {
    auto built = api::any_request(request);
    api::take_headers(options, built);
    return send(core_, std::move(built), options);
}

Result<RequestPreview> preview_request(ApiRequest const& request) { return api::preview_of(api::any_request(request)); }

}  // namespace clerk
