// Mistakes that a compiler must point out, each at its line. check_misuse.cmake compiles this file and reads the
// comments behind the statements.
#include <clerk.hpp>

void misuse(clerk::OrganizationsApi api, clerk::Client const& client) {
    api.get_organization("acme");            // ignored
    clerk::validate(clerk::Config{});        // ignored
    client.request(clerk::ApiRequest{});     // temporary
    api.list_organizations({.query = "x"});  // temporary
}

boost::asio::awaitable<void> misuse_behind_co_await(clerk::OrganizationsApi api) {
    co_await api.get_organization("acme");  // awaited
}
