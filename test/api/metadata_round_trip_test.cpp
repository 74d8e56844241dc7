// Metadata that may be sent can be read back, by itself, in a list and in a walk; and the metadata of one organization
// does not affect others.
#include "support/emulator_client.hpp"
#include "support/wire_server.hpp"
#include "testing/raw_client.hpp"

#include <boost/json/object.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clerk {
BOOST_AUTO_TEST_SUITE(metadata)

namespace {

namespace data = boost::unit_test::data;
using test::EmulatorClient;
using test::WireServer;

constexpr std::size_t deepest = 64;

std::string nested(std::size_t levels) {
    std::string text;
    for (std::size_t level = 1; level < levels; ++level) text += R"({"a":)";
    return text + "{}" + std::string(levels - 1, '}');
}

boost::json::object nested_object(std::size_t levels) {
    boost::json::object object;
    for (std::size_t level = 1; level < levels; ++level) object = boost::json::object{{"a", std::move(object)}};
    return object;
}

OrganizationPaginator anchored_walk(EmulatorClient& f) { return f.api->paginate({}, {.anchored = true}); }

// Sent without the checks of this library, as another client would.
void store(EmulatorClient& f, std::string const& id, std::string const& metadata) {
    testing::Connection connection{f.emulator};
    auto const stored =
        connection.exchange(testing::request("PUT", "/v1/organizations/" + id + "/metadata",
                                             R"({"private_metadata":)" + metadata + "}", testing::json_type));
    BOOST_TEST_REQUIRE(stored.result_int() == 200U, stored.body());
}

BOOST_AUTO_TEST_CASE(the_deepest_that_may_be_sent_is_read_back_everywhere) {
    EmulatorClient f{{.organizations = 3}};
    std::string const id = f.run(f.api->list_organizations()).value().data.at(1).id;
    ReplaceOrganizationMetadataRequest replace{};
    replace.public_metadata = Metadata::parse(nested(deepest)).value();
    replace.private_metadata = nested_object(deepest);
    BOOST_TEST_REQUIRE(f.run(f.api->replace_organization_metadata(id, replace)).has_value());

    auto const got = f.run(f.api->get_organization(id));
    BOOST_TEST_REQUIRE(got.has_value(), got.error());
    BOOST_TEST(got->private_metadata.text() == nested(deepest));
    auto const page = f.run(f.api->list_organizations());
    BOOST_TEST_REQUIRE(page.has_value(), page.error());
    BOOST_TEST(page->size() == 3U);
    auto walk = anchored_walk(f);
    auto const walked = f.run(walk.next_page());
    BOOST_TEST_REQUIRE(walked.has_value(), walked.error());
    BOOST_TEST(walked->size() == 3U);
    BOOST_TEST(walk.report().undecoded == 0);
}

BOOST_AUTO_TEST_CASE(what_is_deeper_is_refused_by_name_before_it_is_sent) {
    EmulatorClient f{};
    boost::json::object const too_deep = nested_object(deepest + 1);
    CreateOrganizationRequest create{};
    create.name = "Acme";
    create.public_metadata = too_deep;
    UpdateOrganizationRequest update{};
    update.private_metadata = too_deep;
    MergeOrganizationMetadataRequest merge{};
    merge.public_metadata = too_deep;
    ReplaceOrganizationMetadataRequest replace{};
    replace.private_metadata = too_deep;
    auto const refused = [&](auto task, std::string_view field) {
        auto const result = f.run(std::move(task));
        BOOST_TEST_REQUIRE(result.has_error());
        BOOST_TEST(result.error().code() == errc::invalid_argument);
        BOOST_TEST(result.error().field() == field);
        BOOST_TEST(result.error().message() == "nests deeper than 64 levels");
    };
    refused(f.api->create_organization(create), "public_metadata");
    refused(f.api->update_organization("org_1", update), "private_metadata");
    refused(f.api->merge_organization_metadata("org_1", merge), "public_metadata");
    refused(f.api->replace_organization_metadata("org_1", replace), "private_metadata");
    BOOST_TEST(Metadata::parse(nested(deepest + 1)).error().message() == "nests deeper than 64 levels");
    BOOST_TEST(f.emulator.requests() == 0U);
}

BOOST_AUTO_TEST_CASE(metadata_that_nests_too_deeply_fails_only_that_organization) {
    EmulatorClient f{{.organizations = 3}};
    std::string const id = f.run(f.api->list_organizations()).value().data.at(1).id;
    store(f, id, nested(deepest + 1));
    BOOST_TEST(f.run(f.api->get_organization(id)).error().code() == errc::json_too_deep);
    auto const page = f.run(f.api->list_organizations());
    BOOST_TEST_REQUIRE(page.has_value(), page.error());
    BOOST_TEST(page->size() == 2U);
    BOOST_TEST_REQUIRE(page->undecoded.size() == 1U);
    BOOST_TEST(page->undecoded.front().id == id);

    EmulatorClient deeper{{.organizations = 3}, [](Config& config) { config.limits.max_json_depth = deepest + 1; }};
    store(deeper, id, nested(deepest + 1));
    BOOST_TEST(deeper.run(deeper.api->get_organization(id)).value().private_metadata.text() == nested(deepest + 1));
    BOOST_TEST(deeper.run(deeper.api->list_organizations()).value().size() == 3U);
}

std::string const long_number(400, '9');
std::vector<std::string> const odd_numbers{
    "1e400",   "-1e400",    "1e-400",          "0e9999",           "-0",
    "-0.0e-0", long_number, "-" + long_number, "0." + long_number, long_number + "e-400"};
// Numbers that parsers cannot represent.
std::vector<std::string> const absurd_numbers{"1e2147483648", "-1e2147483648", "1e-2147483649", "1e999999999999"};

// The service stores numbers as any client wrote them.
BOOST_DATA_TEST_CASE(a_number_of_any_size_is_kept_as_it_is_written, data::make(odd_numbers), number) {
    EmulatorClient f{{.organizations = 3}};
    std::string const id = f.run(f.api->list_organizations()).value().data.at(1).id;
    std::string const metadata = R"({"a":)" + number + R"(,"b":[)" + number + "]}";
    store(f, id, metadata);
    auto const got = f.run(f.api->get_organization(id));
    BOOST_TEST_REQUIRE(got.has_value(), got.error());
    BOOST_TEST(got->private_metadata.text() == metadata);
    auto const page = f.run(f.api->list_organizations());
    BOOST_TEST_REQUIRE(page.has_value(), page.error());
    BOOST_TEST_REQUIRE(page->size() == 3U);
    BOOST_TEST(page->data[1].private_metadata.text() == metadata);
    auto walk = anchored_walk(f);
    auto const walked = f.run(walk.next_page());
    BOOST_TEST_REQUIRE(walked.has_value(), walked.error());
    BOOST_TEST(walked->size() == 3U);
}

// A page of three organizations; the second one has `member`.
Organizations page_with(std::string const& member) {
    std::string const body =
        R"({"data":[{"id":"org_1"},{"id":"org_2",)" + member + R"(,"name":"B"},{"id":"org_3"}],"total_count":3})";
    WireServer const server{test::always(test::http_response(200, body))};
    boost::asio::io_context io;
    Client const client{io.get_executor(), server.config()};
    OrganizationsApi api{client};
    auto const page = test::run(io, api.list_organizations());
    BOOST_TEST_REQUIRE(page.has_value(), page.error());
    BOOST_TEST_REQUIRE(page->size() >= 2U);
    BOOST_TEST(page->data.front().id == "org_1");
    BOOST_TEST(page->data.back().id == "org_3");
    BOOST_TEST(page->size() + page->undecoded.size() == 3U);
    return *page;
}

BOOST_DATA_TEST_CASE(a_number_that_is_not_an_integer_fails_only_that_organization,
                     data::make(odd_numbers) + data::make(absurd_numbers), number) {
    Organizations const page = page_with(R"("members_count":)" + number);
    bool const is_zero = number.find_first_of("123456789") >= number.find('e');
    BOOST_TEST(page.size() == (is_zero ? 3U : 2U));
    if (!page.undecoded.empty()) {
        BOOST_TEST(page.undecoded.front().id == "org_2");
        BOOST_TEST(page.undecoded.front().path == "$.data[1].members_count");
    }
}

BOOST_DATA_TEST_CASE(an_absurd_number_is_kept_as_it_is_written, data::make(absurd_numbers), number) {
    Organizations const page = page_with(R"("private_metadata":{"a":[)" + number + R"(]},"something_new":)" + number);
    BOOST_TEST_REQUIRE(page.size() == 3U);
    BOOST_TEST(page.data[1].private_metadata.text() == R"({"a":[)" + number + "]}");
    BOOST_TEST(page.data[1].additional_fields.text() == R"({"something_new":)" + number + "}");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
