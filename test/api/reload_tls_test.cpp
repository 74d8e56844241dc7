// Client::reload_tls(): renewed authorities, hooks that fail, sessions.
#include "support/printing.hpp"
#include "support/run.hpp"
#include "support/wire_server.hpp"
#include "testing/server/certificates.hpp"

#include <clerk.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace clerk {
BOOST_AUTO_TEST_SUITE(reload_tls)

namespace {

// A file that is removed at the end of the test.
class TemporaryFile {
public:
    ~TemporaryFile() {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    void write(std::string const& text) const { std::ofstream{path_, std::ios::binary} << text; }
    [[nodiscard]] std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_{
        std::filesystem::temp_directory_path() /
        ("clerk_ca_" + std::to_string(std::chrono::steady_clock::now().time_since_epoch().count()) + ".pem")};
};

// Each call needs a new connection.
struct Fixture {
    Result<Organization> call(Client const& client) {
        OrganizationsApi api{client};
        return test::run(io, api.get_organization("org_1"));
    }

    test::WireServer server{test::always(test::organization_response("Connection: close\r\n"))};
    Config config{server.config()};
    boost::asio::io_context io{};
};

BOOST_FIXTURE_TEST_CASE(new_connections_use_what_the_file_holds_now, Fixture) {
    TemporaryFile file;
    file.write(config.tls.ca_pem);
    std::string const trusted = std::exchange(config.tls.ca_pem, {});
    config.tls.ca_file = file.path();
    Client client{io, config};
    BOOST_TEST(call(client).has_value());

    file.write("no certificate");
    auto const unreadable = client.reload_tls();
    BOOST_TEST_REQUIRE(!unreadable);
    BOOST_TEST(unreadable.error() == errc::invalid_argument);
    BOOST_TEST(unreadable.error().field() == "tls.ca_file");
    BOOST_TEST(call(client).has_value());

    file.write(testing::make_certificates().ca_pem);  // another authority
    BOOST_TEST(client.reload_tls().has_value());
    auto const rejected = call(client);
    BOOST_TEST_REQUIRE(!rejected);
    BOOST_TEST(rejected.error() == errc::certificate_rejected);

    file.write(trusted);
    BOOST_TEST(client.reload_tls().has_value());
    BOOST_TEST(call(client).has_value());
}

BOOST_FIXTURE_TEST_CASE(sessions_of_the_old_context_are_not_resumed, Fixture) {
    Client client{io, config};
    for (std::size_t const resumed : {0U, 1U}) {
        BOOST_TEST(call(client).has_value());
        BOOST_TEST(client.pool_gauges().resumed == resumed);
    }
    BOOST_TEST(client.reload_tls().has_value());
    for (std::size_t const resumed : {1U, 2U}) {
        BOOST_TEST(call(client).has_value());
        BOOST_TEST(client.pool_gauges().resumed == resumed);
    }
}

BOOST_FIXTURE_TEST_CASE(open_connections_stay, Fixture) {
    test::WireServer const keeping{test::always(test::organization_response())};
    Client client{io, keeping.config()};
    BOOST_TEST(call(client).has_value());
    BOOST_TEST(client.reload_tls().has_value());
    BOOST_TEST(call(client).has_value());
    BOOST_TEST(client.pool_gauges().opened == 1U);
}

BOOST_FIXTURE_TEST_CASE(what_the_hook_throws_is_an_error_and_changes_nothing, Fixture) {
    int hooked = 0;
    config.tls.customize = [&hooked](ssl_ctx_st*) {
        if (++hooked == 2) throw std::runtime_error{"no client certificate"};
    };
    Client client{io, config};
    auto const failed = client.reload_tls();
    BOOST_TEST_REQUIRE(!failed);
    BOOST_TEST(failed.error() == errc::invalid_argument);
    BOOST_TEST(failed.error().field() == "tls.customize");
    BOOST_TEST(failed.error().message() == "no client certificate");
    BOOST_TEST(call(client).has_value());
    BOOST_TEST(client.reload_tls().has_value());
    BOOST_TEST(hooked == 3);
    BOOST_TEST(call(client).has_value());
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
