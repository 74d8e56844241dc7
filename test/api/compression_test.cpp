// Compressed answers.
#include "support/gzip.hpp"
#include "support/printing.hpp"
#include "support/run.hpp"
#include "support/wire_server.hpp"

#include <clerk.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

namespace clerk {
BOOST_AUTO_TEST_SUITE(compression)

namespace {

using test::gzip;
using test::http_response;

constexpr std::string_view organization = R"({"object":"organization","id":"org_1","name":"Acme"})";

struct Fixture {
    explicit Fixture(std::string response, Compression compression = Compression::on,
                     std::function<void(Config&)> const& change = {})
        : server{test::always(std::move(response))} {
        Config config = server.config();
        config.compression = compression;
        if (change) change(config);
        client.emplace(io.get_executor(), config);
        api.emplace(*client);
    }
    Result<Organization> get() { return test::run(io, api->get_organization("org_1")); }
    [[nodiscard]] bool asked() const {
        return server.requests().at(0).find("\r\nAccept-Encoding: gzip\r\n") != std::string::npos;
    }

    test::WireServer server;
    boost::asio::io_context io{};
    std::optional<Client> client{};
    std::optional<OrganizationsApi> api{};
};

BOOST_AUTO_TEST_CASE(a_packed_answer_is_unpacked) {
    for (char const* const name : {"gzip", "GZIP", "x-gzip"}) {
        Fixture f{http_response(200, gzip(organization), std::string{"Content-Encoding: "} + name + "\r\n")};
        for (int i = 0; i < 2; ++i) BOOST_TEST(f.get().value().name == "Acme");
        BOOST_TEST(f.asked());
        BOOST_TEST(f.server.connections() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(a_packed_answer_in_chunks_is_unpacked) {
    std::string const packed = gzip(organization);
    std::string response =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nTransfer-Encoding: "
        "chunked\r\n\r\n";
    for (char const byte : packed) response += std::string{"1\r\n"} + byte + "\r\n";
    Fixture f{response + "0\r\n\r\n"};
    BOOST_TEST(f.get().value().name == "Acme");
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_not_packed_is_understood_too) {
    Fixture f{test::organization_response()};
    BOOST_TEST(f.get().value().name == "Acme");
    BOOST_TEST(f.asked());
}

BOOST_AUTO_TEST_CASE(a_packed_error_document_is_read) {
    Fixture f{http_response(404, gzip(R"({"errors":[{"code":"resource_not_found","message":"not found"}]})"),
                            "Content-Encoding: gzip\r\n")};
    Error const error = f.get().error();
    BOOST_TEST(error == condition::not_found);
    BOOST_REQUIRE_EQUAL(error.errors().size(), 1U);
    BOOST_TEST(error.errors()[0].code == "resource_not_found");
}

BOOST_AUTO_TEST_CASE(it_is_not_asked_for_on_this_machine_nor_when_it_is_off) {
    for (Compression const compression : {Compression::automatic, Compression::off}) {
        Fixture f{http_response(200, gzip(organization), "Content-Encoding: gzip\r\n"), compression};
        BOOST_TEST(f.get().error() == errc::unexpected_content);
        BOOST_TEST(!f.asked());
    }
}

BOOST_AUTO_TEST_CASE(corrupt_and_truncated_data_are_errors) {
    std::string corrupt = gzip(organization);
    corrupt[20] = static_cast<char>(corrupt[20] ^ 0x40);
    std::string const truncated = gzip(organization).substr(0, 30);
    for (std::string const& body : {corrupt, truncated, std::string{organization}, std::string{}}) {
        Fixture f{http_response(200, body, "Content-Encoding: gzip\r\n")};
        Error const error = f.get().error();
        BOOST_TEST(error == errc::malformed_body, error);
        BOOST_TEST(error == condition::decode);
        BOOST_TEST(error.status() == 200);
        if (body != corrupt) BOOST_TEST(to_string(error).find("gzip") != std::string::npos, error);
    }
    // A broken error document does not change status or condition.
    Fixture f{http_response(503, corrupt, "Content-Encoding: gzip\r\n")};
    BOOST_TEST(f.get().error().status() == 503);
    BOOST_TEST(f.get().error() == condition::server_error);
}

BOOST_AUTO_TEST_CASE(encodings_that_were_not_asked_for_are_refused) {
    for (char const* const name : {"deflate", "br", "zstd", "gzip, gzip", "identity, gzip"}) {
        Fixture f{http_response(200, gzip(organization), std::string{"Content-Encoding: "} + name + "\r\n")};
        BOOST_TEST(f.get().error() == errc::unexpected_content, name);
    }
    Fixture twice{http_response(200, gzip(gzip(organization)), "Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n")};
    BOOST_TEST(twice.get().error() == errc::unexpected_content);
}

BOOST_AUTO_TEST_CASE(a_bomb_is_stopped) {
    std::string bomb = R"({"object":"organization","id":"org_1","name":"Acme")";
    bomb.append(std::size_t{64} << 20U, ' ');
    bomb += '}';
    Fixture f{http_response(200, gzip(bomb), "Content-Encoding: gzip\r\n"), Compression::on,
              [](Config& config) { config.limits.max_response_body_bytes = std::size_t{1} << 20U; }};
    Error const error = f.get().error();
    BOOST_TEST(error == errc::response_body_too_large);
    BOOST_TEST(error == condition::size_limit);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
