#include "soak/burst.hpp"

#include "soak/auditor.hpp"
#include "soak/process.hpp"

#include <clerk.hpp>
#include <clerk/testing/emulator.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

namespace clerk::soak {

namespace asio = boost::asio;

void burst(Findings& findings) {
    constexpr std::size_t calls = 10'000;
    constexpr std::size_t connections = 64;
    constexpr std::size_t per_call = 12 * 1024;         // waiting
    constexpr std::size_t per_connection = 200 * 1024;  // both ends
    testing::EmulatorOptions options{};
    options.organizations = 100;
    testing::Emulator const emulator{options};
    asio::io_context io{1};
    Config config = config_for(emulator);
    config.pool.max_connections = connections;
    config.timeout.attempt = {};  // the last call waits for all others
    config.timeout.total = std::chrono::seconds{100};
    Client const client{io.get_executor(), config};
    OrganizationsApi api{client};

    // One round first, so that the basic memory of the program is not counted.
    std::vector<std::string> ids{};
    ListOrganizationsRequest everything{};
    everything.limit = 100;
    asio::co_spawn(io, api.list_organizations(everything), [&](std::exception_ptr, Result<Organizations> const& page) {
        if (!page) return;
        for (Organization const& organization : *page) ids.push_back(organization.id);
    });
    io.run();
    if (ids.size() != 100) return findings.report("no organizations");

    auto const before = resident_memory();
    std::size_t succeeded = 0;
    std::size_t completed = 0;
    std::size_t most_waiting = 0;
    std::size_t most_open = 0;
    std::size_t most_memory = 0;
    auto const look = [&] {
        PoolGauges const gauges = client.pool_gauges();
        most_waiting = std::max(most_waiting, gauges.waiting);
        most_open = std::max(most_open, gauges.idle + gauges.busy + gauges.connecting);
        if (auto const memory = resident_memory()) most_memory = std::max(most_memory, *memory);
    };
    for (std::size_t i = 0; i != calls; ++i) {
        std::string const& id = ids[i % ids.size()];
        asio::co_spawn(io, api.get_organization(id), [&, i](std::exception_ptr, Result<Organization> const& result) {
            ++completed;
            if (result && result->id == ids[i % ids.size()]) {
                ++succeeded;
            } else if (!result) {
                findings.report(to_string(result.error()));
            }
            if (completed % 500 == 1) look();
        });
    }
    asio::post(io, look);
    io.restart();
    io.run();
    PoolGauges const gauges = client.pool_gauges();
    findings.expect(completed == calls && succeeded == calls, std::to_string(succeeded) + " calls succeeded");
    findings.expect(most_waiting >= calls - 2 * connections, std::to_string(most_waiting) + " calls waited at most");
    findings.expect(most_open <= connections, std::to_string(most_open) + " connections were open");
    findings.expect(emulator.connections() <= connections, std::to_string(emulator.connections()) + " connections");
    findings.expect(gauges.busy + gauges.connecting + gauges.waiting == 0, "the gauges are not at rest");
    if (before && memory_is_meaningful()) {
        std::size_t const growth = most_memory - std::min(*before, most_memory);
        findings.expect(growth <= calls * per_call + connections * per_connection,
                        "memory grew by " + std::to_string(growth >> 10U) + " KiB");
        std::cout << "burst: memory grew by " << (growth >> 10U) << " KiB; ";
    } else {
        std::cout << "burst: ";
    }
    std::cout << calls << " calls at once, " << most_waiting << " waiting, " << emulator.connections() << " connections"
              << std::endl;
}

}  // namespace clerk::soak
