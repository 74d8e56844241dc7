// Exports many organizations while another client deletes, creates and updates them, and compares with the
// organizations that existed throughout.
#include "support/emulator_client.hpp"
#include "support/sanitized.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/test/unit_test.hpp>

#include <random>
#include <string>
#include <unordered_set>
#include <utility>

namespace clerk {
BOOST_AUTO_TEST_SUITE(anchored_export)

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using test::EmulatorClient;
using Ids = std::unordered_set<std::string>;

#ifdef CLERK_TEST_SANITIZED
constexpr std::size_t count = 20'000;
#else
constexpr std::size_t count = 200'000;
#endif

// Changes the list until it is stopped.
class Mutator {
public:
    Mutator(OrganizationsApi& api, std::uint32_t seed) : api_{api}, random_{seed} {}

    awaitable<void> run() {
        while (!stopped) {
            std::size_t const kind = below(10);
            if (kind < 2) {
                co_await create();
            } else {
                co_await change_some(kind);
            }
        }
    }

    bool stopped{};
    Ids deleted{};  // recorded before the request is sent
    std::size_t changes{};

private:
    std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>{0, bound - 1}(random_); }

    awaitable<void> create() {
        CreateOrganizationRequest request{};
        request.name = "Created beside it " + std::to_string(changes);
        // Created now or in the past, so that it can be anywhere in the list.
        if (below(2) == 0) request.created_at = Timestamp{1'546'300'800'000ms + std::chrono::minutes{below(2'600'000)}};
        auto const created = co_await api_.create_organization(request);
        BOOST_REQUIRE(created.has_value());
        ++changes;
    }
    awaitable<void> change_some(std::size_t kind) {
        ListOrganizationsRequest request{};
        request.order_by = "+created_at";
        request.limit = kind == 9 ? 30 : 3;
        request.offset = static_cast<std::int64_t>(below(count));
        auto const some = co_await api_.list_organizations(request);
        BOOST_REQUIRE(some.has_value());
        for (Organization const& organization : *some) {
            if (stopped) break;
            ++changes;
            if (kind < 4) {
                UpdateOrganizationRequest update{};
                update.name = "Changed beside it " + std::to_string(changes);
                auto const updated = co_await api_.update_organization(organization.id, update);
                BOOST_REQUIRE((updated.has_value() || updated.error() == condition::not_found));
            } else {
                deleted.insert(organization.id);
                auto const removed = co_await api_.delete_organization(organization.id);
                BOOST_REQUIRE((removed.has_value() || removed.error() == condition::not_found));
            }
        }
    }

    OrganizationsApi& api_;
    std::mt19937 random_;
};

awaitable<Ids> all_ids(OrganizationsApi& api) {
    ListOrganizationsRequest const everything{};
    auto pages = api.paginate(everything, {.prefetch = 8});
    Ids ids;
    while (!pages.done()) {
        auto const page = co_await pages.next_page();
        BOOST_REQUIRE(page.has_value());
        for (Organization const& organization : *page) ids.insert(organization.id);
    }
    co_return ids;
}

BOOST_AUTO_TEST_CASE(a_moving_list_is_exported_whole) {
    std::uint32_t const seed = std::random_device{}();
    BOOST_TEST_CONTEXT("seed " << seed) {
        EmulatorClient f{{.organizations = count}};
        Ids const before = f.run(all_ids(*f.api));
        BOOST_REQUIRE_EQUAL(before.size(), count);

        Mutator mutator{*f.api, seed};
        ListOrganizationsRequest const everything{};
        auto pages = f.api->paginate(everything, {.page_size = 200, .prefetch = 8, .anchored = true});
        Ids delivered;
        std::size_t doubled = 0;
        auto const walk = [&]() -> awaitable<bool> {
            while (!pages.done()) {
                auto const page = co_await pages.next_page();
                BOOST_REQUIRE(page.has_value());
                for (Organization const& organization : *page)
                    doubled += delivered.insert(organization.id).second ? 0 : 1;
            }
            mutator.stopped = true;
            co_return true;
        };
        for (int i = 0; i != 12; ++i)
            asio::co_spawn(f.io, mutator.run(), [](std::exception_ptr thrown) {
                if (thrown) std::rethrow_exception(thrown);
            });
        f.run(walk());

        std::size_t missed = 0;
        for (std::string const& id : before) missed += delivered.contains(id) || mutator.deleted.contains(id) ? 0 : 1;
        WalkReport const report = pages.report();
        BOOST_TEST_MESSAGE(to_json(report) << ", changes " << mutator.changes);
        BOOST_TEST_CONTEXT(to_json(report)) {
            BOOST_TEST(missed == 0U);
            BOOST_TEST(doubled == 0U);
            BOOST_TEST(report.complete);
            BOOST_TEST(report.delivered == static_cast<std::int64_t>(delivered.size()));
            BOOST_TEST(report.drift_events > 0);
            BOOST_TEST(mutator.deleted.size() > 10U);
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
