#include "testing/service/organizations/organization_store.hpp"

#include "support/printing.hpp"

#include "testing/service/seed.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace json = boost::json;
using namespace clerk::testing;

BOOST_AUTO_TEST_SUITE(store)

namespace {

// A simple reference implementation that stores and lists organizations.
struct Model {
    struct Organization {
        std::string name;
        std::string slug;
        Milliseconds created_at;
        std::size_t members;
    };
    std::map<std::string, Organization> organizations{};

    [[nodiscard]] std::vector<std::string> sorted(OrganizationOrder order, bool descending) const {
        std::vector<decltype(organizations)::const_pointer> entries{};
        for (auto const& entry : organizations) entries.push_back(&entry);
        std::sort(entries.begin(), entries.end(), [order](auto const* left, auto const* right) {
            auto const& [left_id, l] = *left;
            auto const& [right_id, r] = *right;
            if (order == OrganizationOrder::name) return std::tie(l.name, left_id) < std::tie(r.name, right_id);
            if (order == OrganizationOrder::members_count)
                return std::tie(l.members, left_id) < std::tie(r.members, right_id);
            return std::tie(l.created_at, left_id) < std::tie(r.created_at, right_id);
        });
        std::vector<std::string> ids{};
        for (auto const* entry : entries) ids.push_back(entry->first);
        if (descending) std::reverse(ids.begin(), ids.end());
        return ids;
    }
};

struct SeededState : ServiceState {
    explicit SeededState(std::size_t count) : ServiceState(EmulatorOptions{}) {
        EmulatorOptions options{};
        options.organizations = count;
        seed(*this, options);
    }
};

std::string id_of(OrganizationStore const& store, Slot slot) {
    std::string text{};
    store.append_json(text, slot, {});
    return text.substr(text.find("org_"), OrganizationRecord::id_size);
}

std::vector<std::string> ids_of(OrganizationStore const& store, OrganizationPage const& page) {
    std::vector<std::string> ids{};
    for (Slot const slot : page.slots) ids.push_back(id_of(store, slot));
    return ids;
}

}  // namespace

BOOST_AUTO_TEST_CASE(lists_like_the_model_after_any_changes) {
    for (unsigned seed = 0; seed != 8; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            std::mt19937 random{seed};
            ServiceState state{EmulatorOptions{}};
            OrganizationStore& store = state.organizations;
            Model model{};
            auto const any_id = [&] {
                auto at = model.organizations.begin();
                std::advance(at, random() % model.organizations.size());
                return at->first;
            };
            for (int step = 0; step != 4000; ++step) {
                Milliseconds const now = 1'700'000'000'000 + step;
                auto const action = random() % 10;
                if (action < 5 || model.organizations.empty()) {
                    NewOrganization fields{};
                    fields.name = "name " + std::to_string(random() % 50);
                    if (random() % 2 == 0) fields.created_by = "user_" + std::to_string(random() % 20);
                    fields.created_at = static_cast<Milliseconds>(random() % 100);  // many ties
                    auto const slot = store.create(fields, now);
                    BOOST_TEST_REQUIRE(slot.has_value());
                    if (fields.created_by) store.set_members_count(*slot, 1);
                    model.organizations[id_of(store, *slot)] = {fields.name, "", *fields.created_at,
                                                                fields.created_by ? std::size_t{1} : 0};
                } else if (action < 8) {
                    std::string const id = any_id();
                    OrganizationChanges fields{};
                    if (random() % 2 == 0) fields.name = "renamed " + std::to_string(random() % 50);
                    if (random() % 2 == 0) fields.created_at = static_cast<Milliseconds>(random() % 100);
                    BOOST_TEST_REQUIRE(store.update(id, fields, now).has_value());
                    if (fields.name) model.organizations[id].name = **fields.name;
                    if (fields.created_at) model.organizations[id].created_at = **fields.created_at;
                } else {
                    std::string const id = any_id();
                    store.remove(store.find(id).value());
                    BOOST_TEST(!store.find(id).has_value());
                    model.organizations.erase(id);
                }
                BOOST_TEST_REQUIRE(store.size() == model.organizations.size());
                if (step % 200 != 199) continue;

                for (OrganizationOrder const order :
                     {OrganizationOrder::created_at, OrganizationOrder::name, OrganizationOrder::members_count}) {
                    OrganizationListFields fields{};
                    fields.order = {order, random() % 2 == 0};
                    fields.page.limit = 1 + random() % 500;
                    std::vector<std::string> walked{};
                    store.prepare(order);
                    for (;; fields.page.offset += fields.page.limit) {
                        OrganizationPage const page = store.list(fields);
                        BOOST_TEST(page.total_count == model.organizations.size());
                        if (page.slots.empty()) break;
                        auto const ids = ids_of(store, page);
                        walked.insert(walked.end(), ids.begin(), ids.end());
                    }
                    auto const sorted = model.sorted(order, fields.order.descending);
                    BOOST_TEST(walked == sorted);

                    // The same with a filter that selects every organization with such a name.
                    fields.query = "NAME 1";
                    fields.page.offset = random() % 5;
                    OrganizationPage const page = store.list(fields);
                    std::vector<std::string> wanted{};
                    for (std::string const& id : sorted) {
                        if (model.organizations.at(id).name.find("name 1") != std::string::npos) wanted.push_back(id);
                    }
                    BOOST_TEST(page.total_count >= wanted.size());  // slugs keep the names of which they were made
                    auto const ids = ids_of(store, page);
                    BOOST_TEST(
                        ids.size() ==
                        std::min(fields.page.limit, page.total_count - std::min(fields.page.offset, page.total_count)));
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(seeds_the_same_sequence_every_time) {
    constexpr std::size_t count = 3000;
    SeededState const state{count};
    SeededState const more{count + 500};
    OrganizationStore const& store = state.organizations;
    OrganizationStore const& longer = more.organizations;
    BOOST_TEST_REQUIRE(store.size() == count);

    OrganizationListFields everything{};
    everything.page.limit = count;
    std::set<std::string> ids{};
    std::set<std::string> slugs{};
    std::set<std::int64_t> times{};
    std::size_t bytes = 0;
    std::size_t logos = 0;
    std::size_t role_sets = 0;
    std::size_t active = 0;
    std::size_t non_ascii = 0;
    OrganizationInclude all{};
    all.members_count = true;
    for (Slot const slot : store.list(everything).slots) {
        std::string text{};
        store.append_json(text, slot, all);
        bytes += text.size();
        json::object const organization = json::parse(text).as_object();
        std::string const id{organization.at("id").as_string().c_str()};
        ids.insert(id);
        slugs.emplace(organization.at("slug").as_string().c_str());
        times.insert(organization.at("created_at").as_int64());
        BOOST_TEST(organization.at("updated_at").as_int64() >= organization.at("created_at").as_int64());
        BOOST_TEST(organization.at("members_count").as_int64() >= 1);
        BOOST_TEST(organization.at("public_metadata").at("branding").at("locale").is_object());
        BOOST_TEST(organization.at("private_metadata").is_object());
        logos += organization.at("has_image").as_bool() ? 1 : 0;
        role_sets += organization.at("role_set_key").is_null() ? 0 : 1;
        active += organization.contains("last_active_at") ? 1 : 0;
        non_ascii +=
            std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) > 127; }) ? 1 : 0;

        std::string again{};
        longer.append_json(again, *longer.find(id), all);
        BOOST_TEST(again == text);
    }
    BOOST_TEST(ids.size() == count);
    BOOST_TEST(slugs.size() == count);
    BOOST_TEST(times.size() < count);          // some ties
    BOOST_TEST(times.size() > count * 3 / 4);  // not many
    BOOST_TEST(bytes / count > 700U);
    BOOST_TEST(bytes / count < 900U);
    for (std::size_t const some : {logos, role_sets, active, non_ascii}) {
        BOOST_TEST(some > count / 10);
        BOOST_TEST(some < count * 9 / 10);
    }
}

BOOST_AUTO_TEST_CASE(finds_seeded_members) {
    SeededState const state{2000};
    OrganizationStore const& store = state.organizations;
    OrganizationListFields everything{};
    everything.page.limit = 2000;
    OrganizationPage const all = store.list(everything);
    std::string text{};
    store.append_json(text, all.slots.front(), {});
    std::string const user{json::parse(text).at("created_by").as_string().c_str()};
    OrganizationListFields of_user = everything;
    of_user.users = {{user}, {}, true};
    OrganizationListFields without_user = everything;
    without_user.users.excluded = {user};
    OrganizationPage const with = store.list(of_user);
    OrganizationPage const without = store.list(without_user);
    BOOST_TEST(with.total_count >= 1U);
    BOOST_TEST(with.total_count + without.total_count == all.total_count);
    BOOST_TEST((std::find(with.slots.begin(), with.slots.end(), all.slots.front()) != with.slots.end()));
}

BOOST_AUTO_TEST_SUITE_END()
