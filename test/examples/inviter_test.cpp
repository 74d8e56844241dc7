// The example that invites a list of addresses, against the emulator.
#include "inviter.hpp"

#include "support/emulator_client.hpp"
#include "support/expect.hpp"
#include "support/printing.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

BOOST_AUTO_TEST_SUITE(invite_addresses)

namespace {

namespace data = boost::unit_test::data;
using namespace std::chrono_literals;
using clerk::test::expect;

using Texts = std::vector<std::string>;

Texts guests(int count) {
    Texts addresses;
    for (int number = 0; number != count; ++number)
        addresses.push_back("guest" + std::to_string(number) + "@a.example");
    return addresses;
}

struct Acme : clerk::test::EmulatorClient {
    explicit Acme(clerk::testing::EmulatorOptions options = {})
        : EmulatorClient{std::move(options), [](clerk::Config& c) { c.rate_limit.mode = clerk::RateLimiting::off; }} {
        clerk::CreateOrganizationRequest const request{.name = "Acme", .created_by = "user_1"};
        id = expect(run(api->create_organization(request))).id;
    }
    // Runs the example once; returns why it stopped.
    std::string invite(Texts const& addresses) {
        clerk::Config const config = config_for(emulator);
        clerk::Client process{io.get_executor(), config};
        Inviter inviter{process, id, "org:member", 5s, out};
        return run(inviter.invite(addresses));
    }
    // The number of invitations for each address.
    std::map<std::string, int> invited() {
        std::map<std::string, int> counts;
        clerk::ListOrganizationInvitationsRequest const all{};
        auto pages = clerk::OrganizationInvitationsApi{*client}.paginate(id, all);
        while (!pages.done()) {
            for (auto const& each : expect(run(pages.next_page()))) ++counts[each.email_address];
        }
        return counts;
    }
    void expect_each_once(Texts const& addresses) {
        auto const counts = invited();
        BOOST_TEST(counts.size() == addresses.size());
        for (std::string const& each : addresses) {
            auto const found = counts.find(each);
            BOOST_TEST((found == counts.end() ? 0 : found->second) == 1, each);
        }
    }

    std::string id{};
    std::ostringstream out{};
};

BOOST_AUTO_TEST_CASE(addresses_are_the_first_column) {
    std::istringstream csv{"email,name\n\"Ada@A.example\",Ada\r\nbob@a.example\n\n,nobody\n eve@a.example ;x\n"};
    BOOST_TEST(read_addresses(csv) == (Texts{"ada@a.example", "bob@a.example", "eve@a.example"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(all_are_invited_and_not_again) {
    Acme f;
    Texts twice = guests(23);
    twice.push_back(twice.front());
    BOOST_TEST(f.invite(twice) == "");
    f.expect_each_once(guests(23));
    std::uint64_t const requests = f.emulator.requests();
    BOOST_TEST(f.invite(guests(23)) == "");
    BOOST_TEST(f.emulator.requests() == requests + 1);  // it has read the invitations
    BOOST_TEST(f.invite(guests(25)) == "");
    f.expect_each_once(guests(25));
}

BOOST_AUTO_TEST_CASE(one_that_was_revoked_or_has_expired_is_not_invited_again) {
    Acme f;
    BOOST_TEST(f.invite(guests(2)) == "");
    clerk::ListOrganizationInvitationsRequest const all{};
    clerk::OrganizationInvitationsApi invitations{*f.client};
    auto const page = expect(f.run(invitations.list_organization_invitations(f.id, all)));
    clerk::RevokeOrganizationInvitationRequest const revoke{};
    expect(f.run(invitations.revoke_organization_invitation(f.id, page.data.at(0).id, revoke)));
    f.emulator.advance_clock(31 * 24h);
    BOOST_TEST(f.invite(guests(2)) == "");
    f.expect_each_once(guests(2));
}

BOOST_AUTO_TEST_CASE(one_that_is_refused_does_not_stop_the_others) {
    Acme f;
    auto const creator =
        expect(f.run(clerk::OrganizationMembershipsApi{*f.client}.get_organization_membership(f.id, "user_1")));
    Texts addresses = guests(24);
    addresses[3] = creator.public_user_data->identifier.value();
    addresses[17] = "no.address@";
    BOOST_TEST(f.invite(addresses) == "");
    BOOST_TEST(f.out.str().find("refused " + addresses[3] + ": " + addresses[3] + " is already a member") !=
               std::string::npos);
    BOOST_TEST(f.out.str().find("refused no.address@: ") != std::string::npos);
    Texts good = guests(24);
    good.erase(good.begin() + 17);
    good.erase(good.begin() + 3);
    f.expect_each_once(good);
}

// Before or after the effect: the sender cannot distinguish them.
BOOST_DATA_TEST_CASE(lost_answers_invite_nobody_twice, data::make<std::string>({"after", "before"}), when) {
    Acme f;
    f.emulator.set_faults("cut-" + when +
                          "-effect@on=create_organization_invitation,create_organization_invitation_bulk@every=2");
    std::string problem = f.invite(guests(55));
    for (int runs = 1; !problem.empty() && runs != 20; ++runs) problem = f.invite(guests(55));
    BOOST_TEST(problem == "");
    BOOST_TEST(f.emulator.faults_injected() >= 3U);
    BOOST_TEST(f.out.str().find("refused") == std::string::npos);  // it has read the invitations before it continued
    f.expect_each_once(guests(55));
}

BOOST_AUTO_TEST_CASE(a_service_that_never_answers_clearly_ends_it) {
    Acme f;
    f.emulator.set_faults("cut-before-effect@on=create_organization_invitation_bulk");
    BOOST_TEST(f.invite(guests(20)) != "");
    BOOST_TEST(f.emulator.faults_injected() == 3U);
    BOOST_TEST(f.invited().empty());
}

BOOST_AUTO_TEST_CASE(at_the_hourly_limit_it_stops_and_continues_an_hour_later) {
    Acme f{{.rate_limit = clerk::testing::RateLimit::production}};
    std::string const problem = f.invite(guests(520));
    BOOST_TEST(problem.find("too_many_requests") != std::string::npos, problem);
    f.expect_each_once(guests(500));
    f.emulator.advance_clock(1h);
    BOOST_TEST(f.invite(guests(520)) == "");
    f.expect_each_once(guests(520));
}

BOOST_AUTO_TEST_CASE(no_room_and_no_such_role_end_it) {
    Acme f;
    clerk::UpdateOrganizationRequest const full{.max_allowed_memberships = 5};
    expect(f.run(f.api->update_organization(f.id, full)));
    BOOST_TEST(f.invite(guests(20)).find("organization_membership_quota_exceeded") != std::string::npos);
    Inviter inviter{*f.client, f.id, "org:unknown", 5s, f.out};
    BOOST_TEST(f.run(inviter.invite(guests(2))).find("resource_not_found") != std::string::npos);
    BOOST_TEST(f.invited().empty());
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
