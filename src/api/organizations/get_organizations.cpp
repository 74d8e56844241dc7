#include <clerk/organizations_api.hpp>

#include "api/endpoint_call.hpp"
#include "api/organizations/argument_checks.hpp"
#include "api/organizations/id_lookup.hpp"
#include "api/organizations/organization_codec.hpp"
#include "api/organizations/organization_requests.hpp"
#include "base/clock.hpp"
#include "base/local_error.hpp"
#include "client/client_core.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <utility>

namespace clerk {

namespace asio = boost::asio;
using organizations::IdLookup;
using std::chrono::milliseconds;

namespace {

constexpr std::string_view operation = "get_organizations";

Result<IdLookup> make_lookup(std::span<std::string const> ids) {
    organizations::ArgumentChecks check{operation};
    for (std::string const& id : ids) {
        check.path_segment("organization_id", id);
        // The service takes the sign for "with" or "without" this organization.
        if (id.starts_with('-') || id.starts_with('+')) check.refuse("organization_id", "must not begin with - or +");
    }
    if (check.failed()) return check.error();
    return IdLookup{ids};
}

milliseconds time_left(transport::TimePoint deadline) {
    return std::chrono::ceil<milliseconds>(deadline - base::Clock::now());
}

awaitable<Result<OrganizationsById>> look_up(std::shared_ptr<client::ClientCore> core, Result<IdLookup> lookup,
                                             CallOptions options) {
    if (!lookup) co_return lookup.error();
    bool const throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    asio::cancellation_state const cancellation = co_await asio::this_coro::cancellation_state;
    transport::TimePoint const deadline = core->deadline_of(options);

    std::optional<Error> failure{};
    while (auto const request = lookup->next_request()) {
        // No request is waiting here, so the cancellation is checked.
        if (cancellation.cancelled() != asio::cancellation_type::none) {
            failure = base::local_error(operation, errc::cancelled, "cancelled between two requests");
            break;
        }
        if (deadline != transport::no_deadline) options.timeout = time_left(deadline);
        if (options.timeout && *options.timeout <= milliseconds{0}) {
            failure =
                base::local_error(operation, errc::deadline_exceeded, "the time for all requests together is over");
            break;
        }
        auto call = api::call<Organizations>(core, organizations::list_organizations(*request), options,
                                             static_cast<std::size_t>(IdLookup::page_size));
        Result<Organizations> page = co_await std::move(call);
        if (!page) {
            failure = page.error();
            break;
        }
        if (!lookup->accept(std::move(*page))) {
            failure = base::local_error(operation, errc::pagination_stalled,
                                        "the answers hold organizations that were not requested");
            break;
        }
    }
    co_await asio::this_coro::throw_if_cancelled(throws);
    if (failure) co_return *failure;
    co_return lookup->take();
}

}  // namespace

awaitable<Result<OrganizationsById>> OrganizationsApi::get_organizations(std::span<std::string const> ids,
                                                                         CallOptions options) {
    return look_up(core_, make_lookup(ids), options);
}

}  // namespace clerk
