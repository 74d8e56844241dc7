#include "soak/auditor.hpp"

#include "support/run.hpp"

#include <clerk/organizations_api.hpp>

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <exception>
#include <iterator>

namespace clerk::soak {

namespace asio = boost::asio;

Config config_for(testing::Emulator const& emulator) {
    Config config{};
    config.secret_key = Secret{emulator.secret_key()};
    config.base_url = emulator.base_url();
    config.tls.ca_pem = emulator.ca_pem();
    return config;
}

std::vector<Organization> Auditor::all() { return test::run(io_, walk()); }

asio::awaitable<std::vector<Organization>> Auditor::walk() {
    std::vector<Organization> all{};
    ListOrganizationsRequest request{};
    request.order_by = "name";
    auto pages = api_.paginate(request);
    while (!pages.done()) {
        Organizations page = (co_await pages.next_page()).value();
        std::move(page.data.begin(), page.data.end(), std::back_inserter(all));
    }
    co_return all;
}

void Auditor::remove_all(std::vector<Organization> const& organizations, std::string_view prefix) {
    std::exception_ptr problem{};
    asio::co_spawn(io_, remove_each(organizations, prefix),
                   [&](std::exception_ptr const& thrown) { problem = thrown; });
    io_.restart();
    io_.run();
    if (problem) std::rethrow_exception(problem);
}

asio::awaitable<void> Auditor::remove_each(std::vector<Organization> const& organizations, std::string_view prefix) {
    for (Organization const& organization : organizations) {
        if (organization.name.starts_with(prefix)) (co_await api_.delete_organization(organization.id)).value();
    }
}

}  // namespace clerk::soak
