// The permission check of the example, against the emulator.
#include "permissions.hpp"

#include "support/emulator_client.hpp"
#include "support/expect.hpp"
#include "support/printing.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <exception>
#include <future>
#include <optional>
#include <string>
#include <utility>
#include <vector>

BOOST_AUTO_TEST_SUITE(permission_server)

namespace {

using namespace std::chrono_literals;
using clerk::test::expect;

std::string const manage = "org:sys_memberships:manage";
std::string const read = "org:sys_memberships:read";

// An organization that user_1 has created.
struct Acme : clerk::test::EmulatorClient {
    explicit Acme(std::chrono::milliseconds keep, std::chrono::milliseconds latency = 0ms)
        : EmulatorClient{{.latency = latency}, [](clerk::Config& c) { c.single_flight = true; }},
          permissions{*client, keep} {
        clerk::CreateOrganizationRequest const request{.name = "Acme", .created_by = "user_1"};
        id = expect(run(api->create_organization(request))).id;
        before = emulator.requests();
    }
    bool may(std::string const& user, std::string const& permission) {
        return expect(run(permissions.may(id, user, permission)));
    }
    void join(std::string const& user, std::string const& role) {
        clerk::CreateOrganizationMembershipRequest request{};
        request.user_id = user;
        request.role = role;
        expect(run(clerk::OrganizationMembershipsApi{*client}.create_organization_membership(id, request)));
        ++before;
    }
    [[nodiscard]] std::uint64_t questions() const { return emulator.requests() - before; }

    Permissions permissions;
    std::string id{};
    std::uint64_t before{};
};

BOOST_AUTO_TEST_CASE(an_answer_is_that_of_the_members_role) {
    Acme f{1min};
    f.join("user_2", "org:member");
    BOOST_TEST(f.may("user_1", manage));
    BOOST_TEST(f.may("user_2", read));
    BOOST_TEST(!f.may("user_2", manage));
    BOOST_TEST(!f.may("user_stranger", read));
    BOOST_TEST(!expect(f.run(f.permissions.may("org_unknown", "user_1", read))));
    BOOST_TEST(f.questions() == 4U);
}

BOOST_AUTO_TEST_CASE(simultaneous_questions_about_a_member_are_one_request) {
    Acme f{0ms};
    std::vector<std::future<clerk::Result<bool>>> answers;
    for (int i = 0; i != 100; ++i) {
        auto question = f.permissions.may(f.id, "user_1", i % 2 == 0 ? manage : read);
        answers.push_back(boost::asio::co_spawn(f.io, std::move(question), boost::asio::use_future));
    }
    f.io.restart();
    f.io.run();
    for (auto& each : answers) BOOST_TEST(expect(each.get()));
    BOOST_TEST(f.questions() == 1U);
}

BOOST_AUTO_TEST_CASE(an_answer_is_kept_for_its_time_and_no_longer) {
    Acme kept{1h};
    for (int i = 0; i != 5; ++i) BOOST_TEST(kept.may("user_1", i % 2 == 0 ? manage : read));
    for (int i = 0; i != 5; ++i) BOOST_TEST(!kept.may("user_stranger", read));
    BOOST_TEST(kept.questions() == 2U);

    Acme asked{0ms};
    BOOST_TEST(!asked.may("user_2", read));
    asked.join("user_2", "org:member");
    BOOST_TEST(asked.may("user_2", read));
    BOOST_TEST(asked.questions() == 2U);
}

BOOST_AUTO_TEST_CASE(an_error_is_not_a_no_and_not_cached) {
    Acme f{1h};
    f.emulator.set_faults("status=500@count=1");
    auto const failed = f.run(f.permissions.may(f.id, "user_1", manage, {.max_attempts = 1}));
    BOOST_TEST_REQUIRE(failed.has_error());
    BOOST_TEST(failed.error().status() == 500);
    BOOST_TEST(f.may("user_1", manage));
}

BOOST_AUTO_TEST_CASE(a_question_ends_at_its_deadline_or_when_it_is_cancelled_and_the_others_continue) {
    Acme f{1h, 300ms};
    std::optional<clerk::Result<bool>> hurried, cancelled, patient;
    auto const into = [](std::optional<clerk::Result<bool>>& to) {
        return [&to](std::exception_ptr, clerk::Result<bool> result) { to = std::move(result); };
    };
    boost::asio::cancellation_signal hang_up;
    boost::asio::co_spawn(f.io, f.permissions.may(f.id, "user_1", read, {.timeout = 20ms}), into(hurried));
    boost::asio::co_spawn(f.io, f.permissions.may(f.id, "user_1", read),
                          boost::asio::bind_cancellation_slot(hang_up.slot(), into(cancelled)));
    boost::asio::co_spawn(f.io, f.permissions.may(f.id, "user_1", read), into(patient));
    f.io.restart();
    while (!hurried) f.io.run_one();
    BOOST_TEST(hurried->error() == clerk::errc::deadline_exceeded);
    hang_up.emit(boost::asio::cancellation_type::terminal);
    while (!cancelled) f.io.run_one();
    BOOST_TEST(cancelled->error() == clerk::errc::cancelled);
    BOOST_TEST(!patient.has_value());
    f.io.run();
    BOOST_TEST(expect(patient.value()));
    BOOST_TEST(f.questions() == 1U);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
