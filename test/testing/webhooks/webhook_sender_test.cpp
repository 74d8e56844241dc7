// Deliveries to a server in this process.
#include "testing/webhooks/webhook_sender.hpp"

#include <clerk/testing/emulator.hpp>
#include <clerk/webhook.hpp>

#include "base/webhook_signature.hpp"
#include "support/emulator_client.hpp"
#include "support/test_certificates.hpp"
#include "testing/server/certificates.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace clerk::testing {
BOOST_AUTO_TEST_SUITE(webhook_sender)

namespace {

using boost::asio::ip::tcp;
using namespace std::chrono_literals;

constexpr std::string_view secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

// Answers one request per connection with the next of `statuses`, the last one for all that follow. 0: with nothing.
class Receiver {
public:
    // Uses TLS with this certificate.
    explicit Receiver(std::vector<int> statuses, std::optional<Certificates> const& identity = {})
        : statuses_{std::move(statuses)} {
        if (identity) {
            auto& context = tls_.emplace(boost::asio::ssl::context::tls_server);
            context.use_certificate_chain(boost::asio::buffer(identity->server_pem));
            context.use_private_key(boost::asio::buffer(identity->server_key_pem), boost::asio::ssl::context::pem);
        }
        thread_ = std::thread{[this] { run(); }};
    }
    ~Receiver() {
        stopping_ = true;
        boost::system::error_code ignored;
        tcp::socket{io_}.connect(acceptor_.local_endpoint(), ignored);
        thread_.join();
    }
    [[nodiscard]] std::string url() const {
        return (tls_ ? "https" : "http") + std::string{"://127.0.0.1:"} +
               std::to_string(acceptor_.local_endpoint().port()) + "/hooks?x=1";
    }
    [[nodiscard]] std::vector<std::string> requests() {
        std::scoped_lock const lock{mutex_};
        return requests_;
    }

    [[nodiscard]] int failed_handshakes() const noexcept { return failed_handshakes_; }

private:
    void run() {
        for (std::size_t number = 0;; ++number) {
            boost::system::error_code failure;
            tcp::socket socket = acceptor_.accept(failure);
            if (failure || stopping_) return;
            int const status = statuses_[std::min(number, statuses_.size() - 1)];
            if (!tls_) {
                serve(socket, status);
                continue;
            }
            boost::asio::ssl::stream<tcp::socket> stream{std::move(socket), *tls_};
            stream.handshake(boost::asio::ssl::stream_base::server, failure);
            if (failure) {
                ++failed_handshakes_;
            } else {
                serve(stream, status);
            }
        }
    }

    template <class Stream>
    void serve(Stream& stream, int status) {
        boost::system::error_code failure;
        std::string request;
        auto const head = boost::asio::read_until(stream, boost::asio::dynamic_buffer(request), "\r\n\r\n", failure);
        auto const length = request.find("Content-Length: ");
        if (failure || length == std::string::npos) return;
        std::size_t const size = head + std::stoul(request.substr(length + 16));
        if (request.size() < size) {
            boost::asio::read(stream, boost::asio::dynamic_buffer(request),
                              boost::asio::transfer_exactly(size - request.size()), failure);
        }
        {
            std::scoped_lock const lock{mutex_};
            requests_.push_back(request);
        }
        if (status == 0) return;
        std::string const answer =
            "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        boost::asio::write(stream, boost::asio::buffer(answer), failure);
    }

    boost::asio::io_context io_{};
    tcp::acceptor acceptor_{io_, {boost::asio::ip::address_v4::loopback(), 0}};
    std::optional<boost::asio::ssl::context> tls_{};
    std::vector<int> statuses_;
    std::atomic<int> failed_handshakes_{};
    std::mutex mutex_{};
    std::vector<std::string> requests_{};
    std::atomic<bool> stopping_{};
    std::thread thread_{};
};

template <class Condition>
bool await(Condition condition) {
    for (int i = 0; i < 1000 && !condition(); ++i) std::this_thread::sleep_for(5ms);
    return condition();
}

Result<WebhookEvent> verified(std::string const& request) {
    std::size_t const head_end = request.find("\r\n\r\n");
    Headers headers;
    for (std::size_t begin = request.find("\r\n") + 2; begin < head_end;) {
        std::size_t const end = request.find("\r\n", begin);
        std::size_t const colon = request.find(':', begin);
        headers.append(request.substr(begin, colon - begin), request.substr(colon + 1, end - colon - 1));
        begin = end + 2;
    }
    return verify_webhook(headers, std::string_view{request}.substr(head_end + 4), Secret{secret},
                          std::chrono::system_clock::now());
}

struct Fixture {
    explicit Fixture(std::vector<int> statuses)
        : receiver{std::move(statuses)}, sender{parse_webhook_url(receiver.url()), base::webhook_key(secret).value()} {}
    Receiver receiver;
    WebhookSender sender;
};

BOOST_AUTO_TEST_CASE(an_event_arrives_signed_and_once) {
    Fixture f{{204}};
    f.sender.publish("create_organization", R"({"object":"organization","id":"org_1","name":"Acme"})", 1ms);
    f.sender.publish("get_organization", "{}", 2ms);
    f.sender.publish("delete_organization", R"({"object":"organization","id":"org_1","deleted":true})", 3ms);
    BOOST_TEST(await([&] { return f.sender.delivered() == 2; }));
    auto const requests = f.receiver.requests();
    BOOST_TEST_REQUIRE(requests.size() == 2U);
    BOOST_TEST(requests[0].starts_with("POST /hooks?x=1 HTTP/1.1\r\nHost: 127.0.0.1:"));
    auto const created = verified(requests[0]);
    BOOST_TEST_REQUIRE(created.has_value(), created.error());
    BOOST_TEST(created->type == "organization.created");
    BOOST_TEST(std::get<Organization>(created->data).name == "Acme");
    auto const deleted = verified(requests[1]);
    BOOST_TEST(std::get<DeletedObject>(deleted.value().data).id.value() == "org_1");
    BOOST_TEST(created->id != deleted->id);
    BOOST_TEST(f.sender.failed() == 0U);
}

BOOST_AUTO_TEST_CASE(what_is_not_accepted_comes_again_as_the_same_message) {
    Fixture f{{500, 0, 200}};
    f.sender.publish("update_organization", R"({"id":"org_1"})", 1ms);
    BOOST_TEST(await([&] { return f.sender.delivered() == 1; }));
    auto const requests = f.receiver.requests();
    BOOST_TEST_REQUIRE(requests.size() == 3U);
    BOOST_TEST(verified(requests[0]).value().id == verified(requests[2]).value().id);
}

BOOST_AUTO_TEST_CASE(a_missing_receiver_delays_neither_a_caller_nor_the_end) {
    std::string const url = Receiver{{200}}.url();
    auto const begun = std::chrono::steady_clock::now();
    {
        WebhookSender sender{parse_webhook_url(url), base::webhook_key(secret).value()};
        for (int i = 0; i < 1200; ++i) sender.publish("update_organization", R"({"id":"org_1"})", 1ms);
        BOOST_TEST(await([&] { return sender.failed() >= 150; }));  // 1000 wait, and a few are being delivered
        sender.stop();
        BOOST_TEST(sender.delivered() == 0U);
    }
    BOOST_TEST((std::chrono::steady_clock::now() - begun < 20s));
}

BOOST_AUTO_TEST_CASE(invitations_in_bulk_are_one_event_each) {
    Fixture f{{204}};
    f.sender.publish("create_organization_invitation_bulk",
                     R"({"data":[{"object":"organization_invitation","id":"a"},{"id":"b"}],"total_count":2})", 1ms);
    BOOST_TEST(await([&] { return f.sender.delivered() == 2; }));
    auto const requests = f.receiver.requests();
    BOOST_TEST_REQUIRE(requests.size() == 2U);
    for (std::string const& request : requests) {
        BOOST_TEST(request.find(R"("type":"organizationInvitation.created")") != std::string::npos);
    }
    BOOST_TEST(requests[0].find(R"({"data":{"object":"organization_invitation","id":"a"},)") != std::string::npos);
    BOOST_TEST(requests[1].find(R"({"data":{"id":"b"},)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_event_has_the_time_of_the_emulators_clock) {
    Receiver receiver{{204}};
    EmulatorOptions options{};
    options.webhook_url = receiver.url();
    options.webhook_secret = secret;
    test::EmulatorClient f{options};
    f.emulator.advance_clock(240h);
    CreateOrganizationRequest request{};
    request.name = "Acme";
    BOOST_TEST(f.run(f.api->create_organization(request)).has_value());
    BOOST_TEST(await([&] { return f.emulator.webhooks_delivered() == 1; }));
    auto const event = verified(receiver.requests().at(0));
    BOOST_TEST_REQUIRE(event.has_value(), event.error());
    BOOST_TEST((event->occurred_at > std::chrono::system_clock::now() + 239h));
}

BOOST_AUTO_TEST_CASE(an_accepted_invitation_is_two_events) {
    Receiver receiver{{204}};
    EmulatorOptions options{.organizations = 1};
    options.webhook_url = receiver.url();
    options.webhook_secret = secret;
    test::EmulatorClient f{options};
    std::string const organization = f.run(f.api->list_organizations()).value().data.at(0).id;
    OrganizationInvitationsApi invitations{*f.client};
    CreateOrganizationInvitationRequest request{};
    request.email_address = "ada@example.com";
    request.role = "org:member";
    auto const invitation = f.run(invitations.create_organization_invitation(organization, request)).value();
    f.emulator.accept_organization_invitation(invitation.id, "user_ada");
    BOOST_TEST(await([&] { return f.emulator.webhooks_delivered() == 3; }));
    auto const requests = receiver.requests();
    BOOST_TEST_REQUIRE(requests.size() == 3U);
    auto const joined = verified(requests[1]);
    BOOST_TEST_REQUIRE(joined.has_value(), joined.error());
    BOOST_TEST(joined->type == "organizationMembership.created");
    auto const& membership = std::get<OrganizationMembership>(joined->data);
    BOOST_TEST(membership.organization.id == organization);
    BOOST_TEST(membership.public_user_data.value().user_id == "user_ada");
    auto const accepted = verified(requests[2]);
    BOOST_TEST_REQUIRE(accepted.has_value(), accepted.error());
    BOOST_TEST(accepted->type == "organizationInvitation.accepted");
    BOOST_TEST(std::get<OrganizationInvitation>(accepted->data).id == invitation.id);
    BOOST_TEST(std::get<OrganizationInvitation>(accepted->data).status.value() == "accepted");
}

// A file that is removed at the end of the test.
struct CaFile {
    explicit CaFile(std::string const& pem) { std::ofstream{path} << pem; }
    ~CaFile() { std::filesystem::remove(path); }
    CaFile(CaFile const&) = delete;
    CaFile& operator=(CaFile const&) = delete;

    std::filesystem::path path{
        std::filesystem::temp_directory_path() /
        ("clerk_webhook_" + std::to_string(std::chrono::steady_clock::now().time_since_epoch().count()) + ".pem")};
};

BOOST_AUTO_TEST_CASE(a_receiver_over_tls_needs_a_certificate_of_the_authorities) {
    Certificates const identity = make_certificates();
    CaFile const trusted{identity.ca_pem};
    CaFile const other{make_certificates().ca_pem};
    Receiver receiver{{204}, identity};
    auto const send = [&](std::string const& ca_file) {
        auto sender = std::make_unique<WebhookSender>(parse_webhook_url(receiver.url()),
                                                      base::webhook_key(secret).value(), ca_file);
        sender->publish("update_organization", R"({"id":"org_1"})", 1ms);
        return sender;
    };
    auto const delivering = send(trusted.path.string());
    BOOST_TEST(await([&] { return delivering->delivered() == 1; }));
    BOOST_TEST(verified(receiver.requests().at(0)).has_value());
    int refused = 0;
    for (std::string const& ca_file : {other.path.string(), std::string{}}) {
        auto const refusing = send(ca_file);
        BOOST_TEST(await([&] { return receiver.failed_handshakes() > refused; }));
        refused = receiver.failed_handshakes();
        BOOST_TEST(refusing->delivered() == 0U);
    }
    BOOST_TEST(receiver.requests().size() == 1U);
    BOOST_CHECK_THROW(send("/nonexistent/ca.pem"), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(a_certificate_for_another_host_is_refused) {
    test::Authority authority;
    auto const issued = authority.issue({.alternative_names = "DNS:example.com"});
    CaFile const trusted{authority.pem()};
    Receiver receiver{{204}, Certificates{authority.pem(), issued.certificate_pem, issued.key_pem}};
    WebhookSender sender{parse_webhook_url(receiver.url()), base::webhook_key(secret).value(), trusted.path.string()};
    sender.publish("update_organization", R"({"id":"org_1"})", 1ms);
    BOOST_TEST(await([&] { return receiver.failed_handshakes() >= 1; }));
    BOOST_TEST(receiver.requests().empty());
}

BOOST_AUTO_TEST_CASE(options_that_cannot_work_are_refused) {
    EmulatorOptions options{};
    options.webhook_url = "http://127.0.0.1:1/";
    BOOST_CHECK_THROW(Emulator{options}, std::invalid_argument);
    options.webhook_secret = secret;
    options.webhook_url = "http://example.com/";
    BOOST_CHECK_THROW(Emulator{options}, std::invalid_argument);
    options.webhook_url = "http://127.0.0.1:1/";
    Emulator const emulator{options};
    BOOST_TEST(emulator.webhooks_delivered() == 0U);
    BOOST_TEST(emulator.webhooks_failed() == 0U);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::testing
