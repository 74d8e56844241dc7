#include "api/organizations/organization_lookup.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>
#include <set>
#include <utility>

namespace clerk {
namespace {

using IdLookup = api::IdLookup<Organization>;
using Ids = std::vector<std::string>;

Ids numbered(std::size_t first, std::size_t count) {
    Ids ids;
    for (std::size_t number = first; number < first + count; ++number) ids.push_back("org_" + std::to_string(number));
    return ids;
}

Organization named(std::string const& id) {
    Organization organization{};
    organization.id = id;
    organization.name = "name of " + id;
    return organization;
}

Organizations page_of(Ids const& ids, std::int64_t total) {
    Organizations page{};
    for (std::string const& id : ids) page.data.push_back(named(id));
    page.total_count = total;
    return page;
}

Ids ids_of(OrganizationsById const& found) {
    Ids ids;
    for (Organization const& organization : found) ids.push_back(organization.id);
    return ids;
}

// A service: some ids exist, some of those cannot be read, and a page may be shorter than requested.
struct Service {
    std::set<std::string> present{};
    std::set<std::string> undecodable{};  // with a readable id
    std::set<std::string> unreadable{};   // without
    std::size_t longest_page{100};
    int requests{};

    Organizations answer(api::LookupRequest const& request) {
        ++requests;
        Ids matching;
        for (std::string const& id : request.keys) {
            if (present.contains(id)) matching.push_back(id);
        }
        std::sort(matching.begin(), matching.end());
        Organizations page{};
        page.total_count = static_cast<std::int64_t>(matching.size());
        auto const first = std::min(static_cast<std::size_t>(request.offset.value_or(0)), matching.size());
        std::size_t const count =
            std::min({static_cast<std::size_t>(request.limit), longest_page, matching.size() - first});
        for (std::size_t index = 0; index < count; ++index) {
            std::string const& id = matching[first + index];
            if (unreadable.contains(id)) {
                page.undecoded.push_back({.index = index, .id = {}, .path = "$", .message = "odd"});
            } else if (undecodable.contains(id)) {
                page.undecoded.push_back({.index = index, .id = id, .path = "$", .message = "odd"});
            } else {
                page.data.push_back(named(id));
            }
        }
        return page;
    }
};

OrganizationsById look_up(IdLookup lookup, Service& service) {
    while (auto const request = lookup.next_request()) BOOST_TEST_REQUIRE(lookup.accept(service.answer(*request)));
    return lookup.take();
}

BOOST_AUTO_TEST_CASE(nothing_is_asked_for_no_ids) {
    IdLookup lookup{Ids{}};
    BOOST_TEST(!lookup.next_request().has_value());
    BOOST_TEST((lookup.take() == OrganizationsById{}));
}

BOOST_AUTO_TEST_CASE(a_request_holds_a_hundred_ids_and_each_once) {
    Ids wanted = numbered(0, 150);
    wanted.insert(wanted.begin() + 3, "org_1");
    wanted.push_back("org_149");
    IdLookup lookup{wanted};
    auto request = lookup.next_request();
    BOOST_TEST_REQUIRE(request.has_value());
    BOOST_TEST(request->keys == numbered(0, 100), boost::test_tools::per_element());
    BOOST_TEST(request->limit == 100);
    BOOST_TEST(!request->offset.has_value());
    BOOST_TEST_REQUIRE(lookup.accept(page_of(numbered(0, 100), 100)));
    request = lookup.next_request();
    BOOST_TEST_REQUIRE(request.has_value());
    BOOST_TEST(request->keys == numbered(100, 50), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(long_ids_travel_in_smaller_batches) {
    Ids wanted;
    for (char letter : {'a', 'b', 'c', 'd', 'e', 'f'}) wanted.emplace_back(1000, letter);
    IdLookup const lookup{wanted};
    BOOST_TEST(lookup.next_request().value().keys.size() == 4U);
    IdLookup const single{Ids{std::string(9000, 'a'), "org_1"}};
    BOOST_TEST(single.next_request().value().keys.size() == 1U);
}

BOOST_AUTO_TEST_CASE(items_that_were_not_requested_are_ignored) {
    IdLookup lookup{Ids{"org_1", "org_2"}};
    BOOST_TEST_REQUIRE(lookup.accept(page_of({"org_9", "org_2", "org_2"}, 3)));
    BOOST_TEST(!lookup.next_request().has_value());
    OrganizationsById const found = lookup.take();
    BOOST_TEST(ids_of(found) == Ids{"org_2"}, boost::test_tools::per_element());
    BOOST_TEST(found.missing == Ids{"org_1"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_item_without_an_id_may_be_what_is_not_found) {
    IdLookup lookup{Ids{"org_1", "org_2"}};
    BOOST_TEST_REQUIRE(lookup.accept(page_of({"org_2", ""}, 2)));
    OrganizationsById const found = lookup.take();
    BOOST_TEST(ids_of(found) == Ids{"org_2"}, boost::test_tools::per_element());
    BOOST_TEST(found.missing == Ids{}, boost::test_tools::per_element());
    BOOST_TEST(found.undecoded == Ids{"org_1"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_service_that_ignores_the_ids_is_not_walked_to_its_end) {
    IdLookup lookup{Ids{"org_1"}};
    int pages = 0;
    while (lookup.next_request() && ++pages < 100) {
        if (!lookup.accept(page_of(numbered(static_cast<std::size_t>(pages) * 1000, 100), 1'000'000))) break;
    }
    BOOST_TEST(pages == 3);
}

BOOST_AUTO_TEST_CASE(a_total_that_is_never_reached_ends_with_an_empty_page) {
    IdLookup lookup{Ids{"org_1", "org_2"}};
    BOOST_TEST_REQUIRE(lookup.accept(page_of({"org_2"}, 1'000'000)));
    BOOST_TEST(lookup.next_request().value().offset.value() == 1);
    BOOST_TEST_REQUIRE(lookup.accept(page_of({}, 1'000'000)));
    // Several pages, and one was found: the remaining ids are requested once more.
    BOOST_TEST(lookup.next_request().value().keys == Ids{"org_1"}, boost::test_tools::per_element());
    BOOST_TEST_REQUIRE(lookup.accept(page_of({}, 1'000'000)));
    BOOST_TEST(!lookup.next_request().has_value());
    BOOST_TEST(lookup.take().missing == Ids{"org_1"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_deletion_between_two_pages_hides_nothing) {
    IdLookup lookup{Ids{"org_1", "org_2", "org_3"}};
    BOOST_TEST_REQUIRE(lookup.accept(page_of({"org_1"}, 3)));
    // org_1 is deleted: org_2 moves to offset 0, and offset 1 shows org_3.
    BOOST_TEST_REQUIRE(lookup.accept(page_of({"org_3"}, 2)));
    auto const again = lookup.next_request();
    BOOST_TEST_REQUIRE(again.has_value());
    BOOST_TEST(again->keys == Ids{"org_2"}, boost::test_tools::per_element());
    BOOST_TEST(!again->offset.has_value());
    BOOST_TEST_REQUIRE(lookup.accept(page_of({"org_2"}, 1)));
    BOOST_TEST(ids_of(lookup.take()) == (Ids{"org_1", "org_2", "org_3"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_item_without_a_readable_id_may_be_any_that_is_open) {
    Service service{.present = {"org_1", "org_2"}, .unreadable = {"org_2"}};
    OrganizationsById const found = look_up(IdLookup{Ids{"org_1", "org_2", "org_3"}}, service);
    BOOST_TEST(ids_of(found) == Ids{"org_1"}, boost::test_tools::per_element());
    BOOST_TEST(found.undecoded == (Ids{"org_2", "org_3"}), boost::test_tools::per_element());
    BOOST_TEST(found.missing.empty());
    BOOST_TEST(service.requests == 1);
}

BOOST_AUTO_TEST_CASE(an_unreadable_item_does_not_affect_another_batch) {
    Ids wanted = numbered(0, 150);
    Service service{.present = {"org_0", "org_149"}, .unreadable = {"org_0"}};
    OrganizationsById const found = look_up(IdLookup{wanted}, service);
    BOOST_TEST(found.undecoded.size() == 100U);
    BOOST_TEST(found.missing.size() == 49U);
    BOOST_TEST(ids_of(found) == Ids{"org_149"}, boost::test_tools::per_element());
}

// Random services with any page length: each id is in exactly one result list, in order, and no existing one is
// reported as missing.
BOOST_DATA_TEST_CASE(every_id_is_accounted_for, boost::unit_test::data::xrange(200)) {
    auto const seed = std::random_device{}() + static_cast<unsigned>(sample);
    BOOST_TEST_INFO_SCOPE("seed " << seed);
    std::mt19937 random{seed};
    Ids wanted = numbered(0, 1 + random() % 350);
    std::shuffle(wanted.begin(), wanted.end(), random);
    Service service{};
    service.longest_page = std::size_t{1} + random() % 120;
    bool const odd = random() % 2 == 0;
    for (std::string const& id : wanted) {
        auto const dice = random() % 20;
        if (dice > 4) service.present.insert(id);
        if (odd && dice == 5) service.undecodable.insert(id);
        if (odd && dice == 6 && random() % 50 == 0) service.unreadable.insert(id);
    }
    Ids repeated = wanted;
    for (int count = 0; count < 10; ++count) repeated.push_back(wanted[random() % wanted.size()]);
    OrganizationsById const found = look_up(IdLookup{repeated}, service);

    Ids expected_data;
    for (std::string const& id : wanted) {
        bool const decoded =
            service.present.contains(id) && !service.undecodable.contains(id) && !service.unreadable.contains(id);
        if (decoded) expected_data.push_back(id);
    }
    BOOST_TEST(ids_of(found) == expected_data, boost::test_tools::per_element());
    for (Organization const& organization : found) BOOST_TEST(organization.name == "name of " + organization.id);
    for (std::string const& id : found.missing) BOOST_TEST(!service.present.contains(id));
    for (std::string const& id : found.undecoded) {
        bool const known = service.undecodable.contains(id);
        BOOST_TEST((known || !service.unreadable.empty()));
    }
    BOOST_TEST(found.data.size() + found.missing.size() + found.undecoded.size() == wanted.size());
}

}  // namespace
}  // namespace clerk
