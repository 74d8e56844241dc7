#include "testing/webhooks/webhook_queue.hpp"

#include "testing/webhooks/webhook_event_body.hpp"
#include "testing/webhooks/webhook_url.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <stdexcept>
#include <string>

namespace clerk::testing {
BOOST_AUTO_TEST_SUITE(webhook_queue)

namespace {

using namespace std::chrono_literals;

base::TimePoint at(std::chrono::milliseconds time) { return base::TimePoint{1h + time}; }
std::chrono::milliseconds due(WebhookQueue const& queue) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(queue.next_due().value() - at(0ms));
}

BOOST_AUTO_TEST_CASE(messages_go_in_the_order_of_their_events) {
    WebhookQueue queue{10};
    BOOST_TEST(!queue.next_due().has_value());
    BOOST_TEST(queue.push("a", "1", at(0ms)));
    BOOST_TEST(queue.push("b", "2", at(0ms)));
    BOOST_TEST(queue.take().id == "a");
    WebhookQueue::Message const message = queue.take();
    BOOST_TEST(message.id == "b");
    BOOST_TEST(message.body == "2");
    BOOST_TEST(queue.size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_failure_is_tried_again_later_and_holds_up_no_other_message) {
    WebhookQueue queue{10};
    queue.push("a", "", at(0ms));
    queue.push("b", "", at(0ms));
    BOOST_TEST(queue.put_back(queue.take(), at(10ms)));
    BOOST_TEST(queue.take().id == "b");
    BOOST_TEST(due(queue).count() == 110);
    std::vector<std::chrono::milliseconds::rep> waits;
    for (;;) {
        waits.push_back(due(queue).count());
        if (!queue.put_back(queue.take(), at(0ms))) break;
    }
    BOOST_TEST(waits == (std::vector<std::chrono::milliseconds::rep>{110, 1000, 5000, 30'000}),
               boost::test_tools::per_element());
    BOOST_TEST(queue.size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_full_queue_loses_what_is_new) {
    WebhookQueue queue{2};
    BOOST_TEST(queue.push("a", "", at(0ms)));
    BOOST_TEST(queue.push("b", "", at(0ms)));
    BOOST_TEST(!queue.push("c", "", at(0ms)));
    BOOST_TEST(queue.take().id == "a");
    BOOST_TEST(queue.push("d", "", at(0ms)));
    BOOST_TEST(queue.take().id == "b");
}

BOOST_AUTO_TEST_CASE(an_event_is_that_of_the_service) {
    BOOST_TEST(event_type_of("create_organization") == "organization.created");
    BOOST_TEST(event_type_of("delete_organization_logo") == "organization.updated");
    BOOST_TEST(event_type_of("delete_organization") == "organization.deleted");
    BOOST_TEST(event_type_of("merge_organization_membership_metadata") == "organizationMembership.updated");
    BOOST_TEST(event_type_of("revoke_organization_invitation") == "organizationInvitation.revoked");
    BOOST_TEST(event_type_of("get_organization").empty());
    BOOST_TEST(event_type_of("").empty());
    BOOST_TEST(webhook_event_body("organization.deleted", R"({"id":"org_1"})", 1'654'013'202'977ms) ==
               R"({"data":{"id":"org_1"},"instance_id":"ins_emulator","object":"event",)"
               R"("timestamp":1654013202977,"type":"organization.deleted"})");
}

BOOST_AUTO_TEST_CASE(a_url_is_https_or_leads_to_this_machine) {
    WebhookUrl const plain = parse_webhook_url("http://127.0.0.1:8080/hooks/clerk?a=b");
    BOOST_TEST(!plain.tls);
    BOOST_TEST(plain.host == "127.0.0.1");
    BOOST_TEST(plain.port == "8080");
    BOOST_TEST(plain.authority == "127.0.0.1:8080");
    BOOST_TEST(plain.target == "/hooks/clerk?a=b");
    WebhookUrl const remote = parse_webhook_url("https://example.com");
    BOOST_TEST(remote.tls);
    BOOST_TEST(remote.port == "443");
    BOOST_TEST(remote.target == "/");
    WebhookUrl const ipv6 = parse_webhook_url("http://[::1]/");
    BOOST_TEST(ipv6.host == "::1");
    BOOST_TEST(ipv6.authority == "[::1]");
    BOOST_TEST(parse_webhook_url("http://localhost/x").port == "80");
    for (char const* const url : {"", "/x", "ftp://localhost", "http://example.com/", "http://10.0.0.1/", "https://",
                                  "https://user@example.com/", "https://example.com/#a", "http://localhost/a b",
                                  "http://localhost/\r\nX: y", "http://localhost:0/"}) {
        BOOST_CHECK_THROW((void)parse_webhook_url(url), std::invalid_argument);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::testing
