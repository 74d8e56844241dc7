// Tests the recommendations of the guides.
#include <boost/asio.hpp>
#include <clerk.hpp>
#include <clerk/testing/emulator.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <utility>

BOOST_AUTO_TEST_SUITE(docs_recommendations)

namespace {

namespace asio = boost::asio;
using clerk::awaitable;
using std::chrono::milliseconds;

// A client of an emulator with these faults.
struct Service {
    explicit Service(std::string const& faults) {
        emulator.set_faults(faults);
        clerk::Config config{.secret_key = clerk::Secret{emulator.secret_key()}, .base_url = emulator.base_url()};
        config.tls.ca_pem = emulator.ca_pem();
        client.emplace(io.get_executor(), config);
    }

    template <class T>
    T run(awaitable<T> coroutine) {
        auto result = asio::co_spawn(io, std::move(coroutine), asio::use_future);
        io.restart();
        io.run();
        return result.get();
    }

    clerk::testing::Emulator emulator{};
    asio::io_context io{};
    std::optional<clerk::Client> client{};
};

clerk::CreateOrganizationRequest marked_request() {
    clerk::CreateOrganizationRequest request{.name = "Acme", .slug = "acme"};
    request.private_metadata = boost::json::object{{"request", "7d1c0f"}};
    return request;
}

// "After an ambiguous create" in docs/errors.md.
awaitable<std::string> create_and_look(clerk::OrganizationsApi organizations) {
    clerk::CreateOrganizationRequest const request = marked_request();
    auto created = co_await organizations.create_organization(request);
    if (created || !created.error().may_have_taken_effect()) co_return "certain";
    auto existing = co_await organizations.get_organization("acme");
    if (existing) {
        bool const own = existing->private_metadata == *request.private_metadata;
        co_return own ? "created" : "of another";
    }
    co_return existing.error() == clerk::condition::not_found ? "not created" : "unknown";
}

awaitable<clerk::Result<clerk::Organization>> create_another(clerk::OrganizationsApi organizations) {
    clerk::CreateOrganizationRequest const request{.name = "Another", .slug = "acme"};
    co_return co_await organizations.create_organization(request);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_mark_in_the_metadata_tells_what_became_of_an_ambiguous_create) {
    Service worked{"close-after-effect@on=create_organization@count=1"};
    BOOST_TEST(worked.run(create_and_look(clerk::OrganizationsApi{*worked.client})) == "created");

    Service failed{"close-before-effect@on=create_organization@count=1"};
    clerk::OrganizationsApi const organizations{*failed.client};
    BOOST_TEST(failed.run(create_and_look(organizations)) == "not created");
    BOOST_TEST(failed.run(create_and_look(organizations)) == "certain");  // the same request again
    BOOST_TEST(failed.emulator.organizations() == 1U);
}

BOOST_AUTO_TEST_CASE(an_organization_of_the_same_slug_is_distinguished) {
    Service service{""};
    clerk::OrganizationsApi const organizations{*service.client};
    BOOST_TEST(service.run(create_another(organizations)).has_value());
    service.emulator.set_faults("close-before-effect@on=create_organization@count=1");
    BOOST_TEST(service.run(create_and_look(organizations)) == "of another");
}

// "Deadlines" in docs/tuning.md: when the first attempt is not answered, a third of the time leaves enough for another
// one of the same length.
BOOST_AUTO_TEST_CASE(a_third_of_the_deadline_leaves_a_second_attempt) {
    Service service{"hang-after-effect@count=1; latency=20"};
    auto const list = [](clerk::OrganizationsApi api,
                         milliseconds left) -> awaitable<clerk::Result<clerk::Organizations>> {
        clerk::ListOrganizationsRequest const request{};
        clerk::CallOptions const options{.timeout = left, .attempt_timeout = left / 3};
        co_return co_await api.list_organizations(request, options);
    };
    BOOST_TEST(service.run(list(clerk::OrganizationsApi{*service.client}, milliseconds{1500})).has_value());
    BOOST_TEST(service.emulator.requests() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
