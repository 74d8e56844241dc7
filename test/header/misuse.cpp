// Mistakes that a compiler must point out, each at its line. check_misuse.cmake compiles this file and reads the
// comments behind the statements.
#include <clerk.hpp>

void misuse(clerk::OrganizationsApi api, clerk::Client const& client) {
    api.get_organization("acme");            // ignored
    clerk::validate(clerk::Config{});        // ignored
    client.request(clerk::ApiRequest{});     // temporary
    api.list_organizations({.query = "x"});  // temporary
}
