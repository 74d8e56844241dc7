// A client of an emulator in the same process.
#pragma once

#include <clerk.hpp>
#include <clerk/testing/emulator.hpp>

#include "support/run.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <utility>

namespace clerk::test {

struct EmulatorClient {
    explicit EmulatorClient(testing::EmulatorOptions options = {}, std::function<void(Config&)> const& change = {})
        : emulator{std::move(options)} {
        Config config = config_for(emulator);
        if (change) change(config);
        client.emplace(io.get_executor(), config);
        api.emplace(*client);
    }
    [[nodiscard]] static Config config_for(testing::Emulator const& emulator) {
        Config config{};
        config.secret_key = Secret{emulator.secret_key()};
        config.base_url = emulator.base_url();
        config.tls.ca_pem = emulator.ca_pem();
        config.timeout.total = std::chrono::seconds{30};
        return config;
    }
    template <class T>
    T run(boost::asio::awaitable<T> task) {
        return test::run(io, std::move(task));
    }

    boost::asio::io_context io{};
    testing::Emulator emulator;
    std::optional<Client> client{};
    std::optional<OrganizationsApi> api{};
};

}  // namespace clerk::test
