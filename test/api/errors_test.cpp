// Errors of the service as the caller gets them.
#include "support/emulator_client.hpp"
#include "support/wire_server.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

namespace clerk {
BOOST_AUTO_TEST_SUITE(errors)

namespace {

using test::EmulatorClient;
using test::WireServer;

BOOST_AUTO_TEST_CASE(an_error_of_the_service_arrives_whole) {
    EmulatorClient f{{.faults = "error=unsupported_subscription_plan_features@on=create_organization"}};
    CreateOrganizationRequest request{};
    request.name = "Acme";
    auto const created = f.run(f.api->create_organization(request));
    BOOST_TEST_REQUIRE(created.has_error());
    Error const error = created.error();
    BOOST_TEST(error.status() == 402);
    BOOST_TEST(error == condition::client_error);
    BOOST_TEST(error.message() ==
               "Some features are not supported in your current plan. Upgrade your subscription to unlock them.");
    BOOST_TEST_REQUIRE(error.errors().size() == 1U);
    BOOST_TEST(error.errors().front().code == "unsupported_subscription_plan_features");
    BOOST_TEST(error.errors().front().message == "Unsupported plan features");
    BOOST_TEST(error.errors().front().meta.text() == R"({"unsupported_features":["organization_role_sets"]})");
    BOOST_TEST(!error.may_have_taken_effect());
    BOOST_TEST(f.emulator.organizations() == 0U);
    BOOST_TEST(f.run(f.api->list_organizations()).has_value());
}

BOOST_AUTO_TEST_CASE(metadata_beyond_what_the_service_takes_is_its_own_refusal) {
    EmulatorClient f{{.organizations = 1}};
    std::string const id = f.run(f.api->list_organizations()).value().data.front().id;
    MergeOrganizationMetadataRequest merge{};
    merge.public_metadata = boost::json::object{{"a", std::string(8200, 'x')}};
    Error const error = f.run(f.api->merge_organization_metadata(id, merge)).error();
    BOOST_TEST(error == condition::unprocessable);
    BOOST_TEST(error.errors().front().code == "form_param_exceeds_allowed_size");
    BOOST_TEST(error.errors().front().param_name() == "public_metadata");
    BOOST_TEST(error.message() == "public_metadata should not exceed 8192 bytes.");
}

BOOST_AUTO_TEST_CASE(no_message_holds_the_key_that_a_service_sends_back) {
    WireServer const server{test::always(test::http_response(
        403, R"({"errors":[{"code":"c","message":"m","long_message":"the key sk_test_wire is not allowed"}]})"))};
    boost::asio::io_context io;
    Client const client{io.get_executor(), server.config()};
    OrganizationsApi api{client};
    Error const error = test::run(io, api.get_organization("org_1")).error();
    BOOST_TEST(error.message() == "the key [redacted] is not allowed");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
