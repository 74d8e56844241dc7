// A client without faults and limits that checks the final state.
#pragma once

#include <clerk/client.hpp>
#include <clerk/organizations_api.hpp>
#include <clerk/testing/emulator.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <string_view>
#include <vector>

namespace clerk::soak {

// The configuration to reach the emulator; all else is default.
[[nodiscard]] Config config_for(testing::Emulator const& emulator);

class Auditor {
public:
    explicit Auditor(testing::Emulator const& emulator) : client_{io_.get_executor(), config_for(emulator)} {}

    // By name. Throws clerk::Exception.
    [[nodiscard]] std::vector<Organization> all();
    // Deletes those whose name begins with `prefix`. Throws clerk::Exception when one was not there.
    void remove_all(std::vector<Organization> const& organizations, std::string_view prefix);

private:
    [[nodiscard]] boost::asio::awaitable<std::vector<Organization>> walk();
    [[nodiscard]] boost::asio::awaitable<void> remove_each(std::vector<Organization> const& organizations,
                                                           std::string_view prefix);

    boost::asio::io_context io_{1};
    Client client_;
    OrganizationsApi api_{client_};
};

}  // namespace clerk::soak
