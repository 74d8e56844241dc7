// Lookups by id against the emulator, and against servers that are slow or return short pages.
#include "support/emulator_client.hpp"
#include "support/printing.hpp"
#include "support/wire_server.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

namespace clerk {
BOOST_AUTO_TEST_SUITE(get_organizations)

namespace {

namespace asio = boost::asio;
namespace data = boost::unit_test::data;
using namespace std::chrono_literals;
using test::EmulatorClient;
using Ids = std::vector<std::string>;
using Session = test::WireServer::Session;

Ids all_ids(EmulatorClient& f) {
    Ids ids;
    auto pages = f.api->paginate();
    while (!pages.done()) {
        auto const page = f.run(pages.next_page());
        for (Organization const& organization : page.value()) ids.push_back(organization.id);
    }
    return ids;
}

Ids ids_of(OrganizationsById const& found) {
    Ids ids;
    for (Organization const& organization : found) ids.push_back(organization.id);
    return ids;
}

BOOST_AUTO_TEST_CASE(organizations_come_in_the_order_of_their_ids) {
    EmulatorClient f{{.organizations = 400}};
    Ids wanted = all_ids(f);
    auto const seed = std::random_device{}();
    BOOST_TEST_INFO_SCOPE("seed " << seed);
    std::shuffle(wanted.begin(), wanted.end(), std::mt19937{seed});
    wanted.resize(250);
    Ids const existing = wanted;
    wanted.insert(wanted.begin(), "org_unknown_1");
    wanted.insert(wanted.begin() + 120, "org_unknown_2");
    wanted.push_back(existing.front());

    auto const before = f.emulator.requests();
    auto const found = f.run(f.api->get_organizations(wanted));
    BOOST_TEST_REQUIRE(found.has_value());
    BOOST_TEST(ids_of(*found) == existing, boost::test_tools::per_element());
    BOOST_TEST(found->missing == (Ids{"org_unknown_1", "org_unknown_2"}), boost::test_tools::per_element());
    BOOST_TEST(found->undecoded.empty());
    BOOST_TEST(!found->data.front().name.empty());
    BOOST_TEST(f.emulator.requests() - before == 3U);
}

BOOST_AUTO_TEST_CASE(no_ids_need_no_request) {
    EmulatorClient f{};
    auto const found = f.run(f.api->get_organizations({}));
    BOOST_TEST_REQUIRE(found.has_value());
    BOOST_TEST((*found == OrganizationsById{}));
    BOOST_TEST(f.emulator.requests() == 0U);
}

BOOST_AUTO_TEST_CASE(the_ids_need_not_outlive_the_call_expression) {
    EmulatorClient f{{.organizations = 3}};
    Ids ids = all_ids(f);
    Ids const expected = ids;
    auto call = f.api->get_organizations(ids);
    ids.assign(3, "org_gone");
    BOOST_TEST(ids_of(f.run(std::move(call)).value()) == expected, boost::test_tools::per_element());
}

Ids const refused_ids{"", ".", "..", "-org_1", "+org_1", "\xff", std::string(1025, 'a')};

BOOST_DATA_TEST_CASE(an_unusable_id_is_refused, data::make(refused_ids)) {
    EmulatorClient f{};
    Ids const ids{"org_1", sample, "org_2"};
    auto const found = f.run(f.api->get_organizations(ids));
    BOOST_TEST_REQUIRE(found.has_error());
    BOOST_TEST(found.error() == errc::invalid_argument);
    BOOST_TEST(found.error().field() == "organization_id");
    BOOST_TEST(found.error().operation() == "get_organizations");
    BOOST_TEST(f.emulator.requests() == 0U);
}

BOOST_AUTO_TEST_CASE(an_error_of_the_service_ends_the_lookup) {
    EmulatorClient f{{.faults = "status=500@after=1"}, [](Config& config) { config.retry.max_attempts = 1; }};
    Ids ids;
    for (int number = 0; number < 300; ++number) ids.push_back("org_" + std::to_string(number));
    auto const found = f.run(f.api->get_organizations(ids));
    BOOST_TEST_REQUIRE(found.has_error());
    BOOST_TEST(found.error() == condition::server_error);
    BOOST_TEST(f.emulator.requests() == 2U);
}

BOOST_AUTO_TEST_CASE(short_pages_are_followed_by_offset) {
    // Two organizations a page, whatever the limit.
    test::WireServer server{[](Session& session) {
        for (std::string request; !(request = session.read_request()).empty();) {
            std::size_t const at = request.find("offset=");
            int const offset = at == std::string::npos ? 0 : std::atoi(request.c_str() + at + 7);
            std::string items;
            for (int number = offset; number < std::min(offset + 2, 5); ++number) {
                items += (items.empty() ? R"({"id":"org_)" : R"(,{"id":"org_)") + std::to_string(number) + "\"}";
            }
            session.write(test::http_response(200, R"({"data":[)" + items + R"(],"total_count":5})"));
        }
    }};
    asio::io_context io;
    Client const client{io.get_executor(), server.config()};
    Ids const ids{"org_4", "org_0", "org_1", "org_2", "org_3"};
    auto const found = test::run(io, OrganizationsApi{client}.get_organizations(ids));
    BOOST_TEST_REQUIRE(found.has_value());
    BOOST_TEST(ids_of(*found) == ids, boost::test_tools::per_element());
    BOOST_TEST(found->missing.empty());
    BOOST_TEST(server.requests().size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_service_that_ignores_the_ids_is_an_error) {
    test::WireServer server{test::always(test::http_response(
        200, R"({"data":[)" + []() {
            std::string items{R"({"id":"org_x0"})"};
            for (int number = 1; number < 100; ++number) items += R"(,{"id":"org_x)" + std::to_string(number) + "\"}";
            return items;
        }() + R"(],"total_count":100000})"))};
    asio::io_context io;
    Client const client{io.get_executor(), server.config()};
    Ids const ids{"org_1"};
    auto const found = test::run(io, OrganizationsApi{client}.get_organizations(ids));
    BOOST_TEST_REQUIRE(found.has_error());
    BOOST_TEST(found.error() == errc::pagination_stalled);
    BOOST_TEST(server.requests().size() == 3U);
}

BOOST_AUTO_TEST_CASE(undecoded_items_are_told_apart_from_missing_ones) {
    test::WireServer server{
        test::always(test::http_response(200, R"({"data":[{"id":"org_1","name":7},{"id":"org_2"}],"total_count":2})"))};
    asio::io_context io;
    Client const client{io.get_executor(), server.config()};
    Ids const ids{"org_1", "org_2", "org_3"};
    auto const found = test::run(io, OrganizationsApi{client}.get_organizations(ids));
    BOOST_TEST_REQUIRE(found.has_value());
    BOOST_TEST(ids_of(*found) == Ids{"org_2"}, boost::test_tools::per_element());
    BOOST_TEST(found->undecoded == Ids{"org_1"}, boost::test_tools::per_element());
    BOOST_TEST(found->missing == Ids{"org_3"}, boost::test_tools::per_element());
}

Ids thousand_ids() {
    Ids ids;
    for (int number = 0; number < 1000; ++number) ids.push_back("org_" + std::to_string(number));
    return ids;
}

BOOST_AUTO_TEST_CASE(one_deadline_holds_for_all_requests) {
    EmulatorClient f{{.latency = 200ms}};
    auto const begun = std::chrono::steady_clock::now();
    auto const found = f.run(f.api->get_organizations(thousand_ids(), {.timeout = 700ms}));
    auto const elapsed = std::chrono::steady_clock::now() - begun;
    BOOST_TEST_REQUIRE(found.has_error());
    BOOST_TEST(found.error() == errc::deadline_exceeded);
    BOOST_TEST((elapsed >= 690ms && elapsed < 1900ms));  // all ten take 2 s
    BOOST_TEST(f.emulator.requests() >= 1U);
}

// Cancelled at any time, inside a request or between two, it ends soon with `cancelled`.
BOOST_DATA_TEST_CASE(a_cancelled_lookup_ends, data::make({0, 30, 90, 155, 200}), milliseconds) {
    EmulatorClient f{{.latency = 50ms}};
    asio::cancellation_signal signal;
    std::optional<Result<OrganizationsById>> found;
    asio::co_spawn(
        f.io, f.api->get_organizations(thousand_ids()),
        asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr thrown, Result<OrganizationsById> result) {
            BOOST_TEST((thrown == nullptr));
            found = std::move(result);
        }));
    asio::steady_timer timer{f.io, std::chrono::milliseconds{milliseconds}};
    timer.async_wait([&](boost::system::error_code) { signal.emit(asio::cancellation_type::terminal); });
    f.io.run();
    BOOST_TEST_REQUIRE(found.has_value());
    BOOST_TEST_REQUIRE(found->has_error());
    BOOST_TEST(found->error() == errc::cancelled);
    BOOST_TEST(f.emulator.requests() < 10U);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
