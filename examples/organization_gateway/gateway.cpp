#include "gateway.hpp"
#include <boost/beast/http/verb.hpp>
#include <boost/json.hpp>
#include <boost/lexical_cast/try_lexical_convert.hpp>
#include <boost/url/parse.hpp>
#include <iostream>

namespace gateway {
namespace {
namespace json = boost::json;

Response reply(unsigned status, std::string body, char const* type = "application/json") {
    Response response{http::int_to_status(status), 11, std::move(body)};
    response.set(http::field::content_type, type);
    return response;
}
Response problem(unsigned status, char const* code, std::string_view message) {
    return reply(status, json::serialize(json::value{{"errors", {{{"code", code}, {"message", message}}}}}));
}

// The answer for a failed call. Errors of the service are passed on with their codes, except those about the key, which
// belongs to the gateway.
Response problem(clerk::Error const& error) {
    using clerk::condition, clerk::errc;
    bool const limited = error == condition::rate_limited;
    if (limited || error == errc::client_closed || error == errc::pool_exhausted || error.status() == 503) {
        Response later = problem(limited ? 429 : 503, limited ? "too_many_requests" : "unavailable", "try again later");
        auto const wait = std::chrono::ceil<std::chrono::seconds>(error.retry_after().value_or(milliseconds{1}));
        later.set(http::field::retry_after, std::to_string(wait.count()));
        return later;
    }
    if (error == condition::timeout) return problem(504, "timeout", "the service did not answer in time");
    if (error == errc::invalid_argument) return problem(400, "invalid_argument", to_string(error));
    if (error == condition::client_error && !(error == condition::unauthorized || error == condition::forbidden)) {
        json::array errors;
        for (auto const& one : error.errors()) errors.push_back({{"code", one.code}, {"message", one.message}});
        return reply(static_cast<unsigned>(error.status()), json::serialize(json::value{{"errors", errors}}));
    }
    if (!(error == condition::cancelled)) std::cerr << error << '\n';
    return problem(502, "bad_gateway", "the service failed or could not be reached");
}
// Removes private_metadata and members that the service may add later: they are not public.
void keep_public(clerk::Organization& organization) {
    organization.private_metadata = organization.additional_fields = {};
    organization.missing_fields |= 1U << static_cast<unsigned>(clerk::OrganizationField::private_metadata);
    organization.null_fields &= ~organization.missing_fields;
}
// The number in `text`; -1, which is never accepted, when it is not a number.
std::int64_t number_in(std::string const& text) {
    std::int64_t number{};
    return boost::conversion::try_lexical_convert(text, number) ? number : -1;
}
template <class T>
bool read_field(json::value const& value, clerk::PatchField<T>& field) {
    if (auto read = json::try_value_to<T>(value)) field = std::move(*read);
    if (value.is_null()) field = nullptr;
    return !field.is_absent();
}
}  // namespace

asio::awaitable<Response> Gateway::answer(Request const& request) {
    auto const url = boost::urls::parse_origin_form(request.target());
    if (!url) co_return problem(400, "bad_target", "not a path with an optional query");
    std::vector<std::string> const path(url->segments().begin(), url->segments().end());
    bool const reads = request.method() == http::verb::get;
    if (reads && url->path() == "/healthz") co_return reply(200, "ok\n", "text/plain");
    if (reads && url->path() == "/metrics")
        co_return reply(200, metrics_.text(client_, cache_.hits), "text/plain; version=0.0.4");
    bool const is_event = request.method() == http::verb::post && url->path() == "/webhooks";
    if (is_event && !webhook_secret_.empty()) co_return receive(request);
    if (path.empty() || path[0] != "organizations" || path.size() > 2) co_return problem(404, "no_route", "");
    clerk::CallOptions options{};
    if (request.count("X-Request-Timeout-Ms") != 0) {
        std::int64_t left{};
        if (!boost::conversion::try_lexical_convert(std::string{request["X-Request-Timeout-Ms"]}, left))
            co_return problem(400, "bad_timeout", "X-Request-Timeout-Ms is a whole number");
        options.timeout = std::min(milliseconds{left}, limit_);  // with more time it could not share a request
    }
    if (reads && path.size() == 2) co_return co_await get(path[1], options);
    if (reads) co_return co_await list(*url, options);
    bool const updates = request.method() == http::verb::patch && path.size() == 2;
    if (updates) co_return co_await update(path[1], request.body(), options);
    Response refused = problem(405, "method_not_allowed", "GET, or PATCH of one organization");
    refused.set(http::field::allow, path.size() == 2 ? "GET, PATCH" : "GET");
    co_return refused;
}

// The organization of an event is removed from the cache and read again for the next request.
Response Gateway::receive(Request const& request) {
    clerk::Headers headers;
    for (auto const& field : request) headers.append(field.name_string(), field.value());
    auto const event =
        clerk::verify_webhook(headers, request.body(), webhook_secret_, std::chrono::system_clock::now());
    if (!event) {
        std::cerr << event.error() << '\n';
        return problem(400, "bad_webhook", "it is not genuine, or not understood");
    }
    if (auto const* changed = std::get_if<clerk::Organization>(&event->data)) cache_.forget(changed->id);
    if (auto const* gone = std::get_if<clerk::DeletedObject>(&event->data)) cache_.forget(gone->id.value_or(""));
    if (auto const* member = std::get_if<clerk::OrganizationMembership>(&event->data))
        cache_.forget(member->organization.id);
    if (auto const* invited = std::get_if<clerk::OrganizationInvitation>(&event->data))
        cache_.forget(invited->organization_id.value_or(""));
    return Response{http::status::no_content, 11};
}
asio::awaitable<Response> Gateway::get(std::string id, clerk::CallOptions options) {
    std::size_t version{};
    if (auto cached = cache_.find(id, version)) co_return reply(200, std::move(*cached));
    // This header differs after each forget(). Calls share only requests with the same headers, so none joins an
    // older request.
    std::string const generation = std::to_string(version);
    clerk::Headers::Field const field{"X-Cache-Generation", generation};
    options.headers = {&field, 1};
    auto found = co_await api_.get_organization(id, {}, options);
    if (!found) co_return problem(found.error());
    keep_public(*found);
    cache_.put(id, found->id, to_json(*found), version);
    co_return reply(200, to_json(*found));
}
asio::awaitable<Response> Gateway::list(boost::urls::url_view url, clerk::CallOptions options) {
    clerk::ListOrganizationsRequest wanted{};
    for (auto const& [key, value, has_value] : url.params()) {
        if (key == "query") wanted.query = value;
        if (key == "limit") wanted.limit = number_in(value);
        if (key == "offset") wanted.offset = number_in(value);
    }
    auto page = co_await api_.list_organizations(wanted, options);
    if (!page) co_return problem(page.error());
    for (clerk::Organization& organization : page->data) keep_public(organization);
    page->additional_fields = {};
    co_return reply(200, to_json(*page));
}
asio::awaitable<Response> Gateway::update(std::string id, std::string body, clerk::CallOptions options) {
    boost::system::error_code broken;
    json::value const wanted = json::parse(body, broken);
    bool good = wanted.is_object();
    clerk::UpdateOrganizationRequest change{};
    for (auto const& [key, value] : good ? wanted.get_object() : json::object{})
        good = good && ((key == "name" && read_field(value, change.name)) ||
                        (key == "slug" && read_field(value, change.slug)) ||
                        (key == "max_allowed_memberships" && read_field(value, change.max_allowed_memberships)));
    if (!good) co_return problem(400, "bad_body", "an object of name, slug and max_allowed_memberships");
    auto updated = co_await api_.update_organization(id, change, options);
    cache_.forget(updated ? updated->id : id);  // also after an error: the change may have taken effect
    if (!updated) co_return problem(updated.error());
    keep_public(*updated);
    co_return reply(200, to_json(*updated));
}
}  // namespace gateway
