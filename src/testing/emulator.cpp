#include <clerk/testing/emulator.hpp>

#include "base/webhook_signature.hpp"
#include "testing/faults/fault_injector.hpp"
#include "testing/server/certificates.hpp"
#include "testing/server/server.hpp"
#include "testing/service/service.hpp"
#include "testing/webhooks/webhook_sender.hpp"
#include "testing/webhooks/webhook_url.hpp"

#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <system_error>

namespace clerk::testing {
namespace {

EmulatorOptions checked(EmulatorOptions options) {
    using namespace std::chrono_literals;
    if (options.threads < 1 || options.threads > 64) {
        throw std::invalid_argument{"EmulatorOptions::threads must be from 1 to 64"};
    }
    if (options.latency < 0ms || options.latency > 1h) {
        throw std::invalid_argument{"EmulatorOptions::latency must be from 0 to an hour"};
    }
    if (options.members_per_organization > 49'999) {
        throw std::invalid_argument{"EmulatorOptions::members_per_organization must be at most 49999"};
    }
    for (char const c : options.secret_key) {
        if (c <= ' ' || c > '~')
            throw std::invalid_argument{"EmulatorOptions::secret_key must be printable ASCII without spaces"};
    }
    return options;
}

}  // namespace

namespace {

std::unique_ptr<WebhookSender> make_webhook_sender(EmulatorOptions const& options) {
    if (options.webhook_url.empty()) return {};
    auto key = base::webhook_key(options.webhook_secret);
    if (!key) throw std::invalid_argument{"EmulatorOptions::webhook_secret must be whsec_ and base64"};
    return std::make_unique<WebhookSender>(parse_webhook_url(options.webhook_url), *std::move(key),
                                           options.webhook_ca_file);
}

}  // namespace

class Emulator::Server {
public:
    explicit Server(EmulatorOptions const& options)
        : faults(FaultPlan{parse_fault_spec(options.faults)}),  // first, because it may throw and the rest takes time
          webhooks(make_webhook_sender(options)),
          service(options),
          certificates(make_certificates()),
          server(service, faults, certificates,
                 ServerOptions{options.port, options.latency, options.threads, webhooks.get()}),
          base_url("https://127.0.0.1:" + std::to_string(server.port()) + "/v1") {}

    FaultInjector faults;
    std::unique_ptr<WebhookSender> webhooks;  // null: there is none
    Service service;
    Certificates certificates;
    HttpsServer server;
    std::string base_url;
};

Emulator::Emulator(EmulatorOptions options, ThisBuild)
    : server_(std::make_unique<Server>(checked(std::move(options)))) {}
Emulator::~Emulator() = default;

std::string const& Emulator::base_url() const noexcept { return server_->base_url; }
std::uint16_t Emulator::port() const noexcept { return server_->server.port(); }
std::string const& Emulator::secret_key() const noexcept { return server_->service.secret_key(); }
std::string const& Emulator::ca_pem() const noexcept { return server_->certificates.ca_pem; }
std::uint64_t Emulator::requests() const noexcept { return server_->service.requests(); }
std::uint64_t Emulator::connections() const noexcept { return server_->server.connections(); }
std::size_t Emulator::organizations() const { return server_->service.organizations(); }
void Emulator::set_faults(std::string_view spec) { server_->faults.follow(FaultPlan{parse_fault_spec(spec)}); }
std::uint64_t Emulator::faults_injected() const noexcept { return server_->faults.injected(); }
void Emulator::advance_clock(std::chrono::milliseconds by) {
    if (by.count() < 0) throw std::invalid_argument{"the emulator's clock does not go back"};
    server_->service.advance_clock(by);
}
void Emulator::accept_organization_invitation(std::string_view invitation_id, std::string_view user_id) {
    auto const now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
    Acceptance const accepted = server_->service.accept_invitation(invitation_id, user_id, now.count());
    if (!server_->webhooks) return;
    auto const time = now + server_->service.ahead();
    server_->webhooks->publish("create_organization_membership", accepted.membership, time);
    server_->webhooks->publish("accept_organization_invitation", accepted.invitation, time);
}
std::uint64_t Emulator::webhooks_delivered() const noexcept {
    return server_->webhooks ? server_->webhooks->delivered() : 0;
}
std::uint64_t Emulator::webhooks_failed() const noexcept { return server_->webhooks ? server_->webhooks->failed() : 0; }
void Emulator::stop() {
    server_->server.stop();
    if (server_->webhooks) server_->webhooks->stop();
}

void Emulator::write_ca_file(std::filesystem::path const& path) const {
    errno = 0;
    std::ofstream file{path, std::ios::binary | std::ios::trunc};
    file << ca_pem();
    file.close();
    if (!file) {
        int const reason = errno != 0 ? errno : EIO;
        throw std::system_error{reason, std::generic_category(), "cannot write " + path.string()};
    }
}

}  // namespace clerk::testing
