/// @file
/// An in-process HTTPS server that behaves like Clerk's organizations API, for tests of programs that use this library.
#pragma once

#include <clerk/build_settings.hpp>
#include <clerk/export.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::testing {
/** @opengroup{testing} */
/// The service's published rate limits.
enum class RateLimit {
    off,          ///< No limit.
    development,  ///< 100 requests / 10 s, and those of `production` for single operations.
    /// 1000 requests / 10 s; 10 / 10 s for the update and the metadata writes of an organization together, and the same
    /// for a membership; 250 invitations and 50 bulk invitations an hour.
    production,
};

/// How the emulator behaves. The defaults switch limits, latency and faults off.
struct EmulatorOptions {
    /// 0: any free port. Always on 127.0.0.1.
    std::uint16_t port{};
    /// Realistic organizations created at the start, the same ones every time; up to 1,000,000 and more.
    std::size_t organizations{};
    /// Members of each of these organizations, at most 49,999. 0: a realistic number, one to 250.
    std::size_t members_per_organization{};
    /// The accepted key. Empty: `sk_test_emulator`.
    std::string secret_key{};
    /// Ids of the users of the instance, in addition to those of the organizations created at the start. Empty: every
    /// id is that of an existing user.
    std::vector<std::string> users{};
    /// False: a slug in a request is 403 `organization_slugs_disabled`, and answers carry null.
    bool slugs_enabled{true};
    /// False: every request is answered with 403 `organization_not_enabled_in_instance`.
    bool organizations_enabled{true};
    /// Create beyond this is 403 `organization_quota_exceeded`. 0: no quota.
    std::size_t max_organizations{};
    /// Beyond it: 429 `too_many_requests` with `Retry-After`.
    RateLimit rate_limit{RateLimit::off};
    /// Added before every answer, at most an hour.
    std::chrono::milliseconds latency{};
    /// Server threads, 1…64. Connections are assigned in turn.
    std::size_t threads{1};
    /// Faults, see `Emulator::set_faults()`. Empty: none.
    std::string faults{};
    /// Where an event is sent for every change that a request makes, and for an accepted invitation, signed and in the
    /// service's form: an `https://` URL, or an `http://` URL on this machine. Empty: nowhere. An event that is not
    /// answered with 2xx within 5 s is sent up to four times more, after 0.1, 1, 5 and 30 s. At most 1,000 events wait.
    std::string webhook_url{};
    /// The signing secret of the webhook: `whsec_` and base64.
    std::string webhook_secret{};
    /// PEM file with the authorities that the receiver's certificate is verified with. Empty: the system's.
    std::string webhook_ca_file{};
};

/// The server. It listens from construction to destruction and makes its own certificate authority, so nothing has to
/// be installed or written to disk. All members are thread-safe. What it emulates, and what it chooses where the
/// service is not documented, is in docs/emulator.md.
///
/// @code
/// clerk::testing::EmulatorOptions options{};
/// options.organizations = 100;
/// clerk::testing::Emulator emulator{options};
///
/// clerk::Config config{};
/// config.secret_key = clerk::Secret{emulator.secret_key()};
/// config.base_url = emulator.base_url();
/// config.tls.ca_pem = emulator.ca_pem();
/// @endcode
class CLERK_EXPORT Emulator {
public:
    /// Makes the certificates and the organizations, then listens; clients may connect when it returns.
    /// @throws std::system_error when the port cannot be bound, std::invalid_argument for options out of range or
    /// faults that are not understood, std::runtime_error when OpenSSL cannot make a certificate. The last parameter is
    /// not for callers: see `Client`.
    explicit Emulator(EmulatorOptions options = {}, ThisBuild = {});
    /// Calls stop().
    ~Emulator();
    Emulator(Emulator const&) = delete;
    Emulator& operator=(Emulator const&) = delete;

    /// `https://127.0.0.1:PORT/v1`.
    [[nodiscard]] std::string const& base_url() const noexcept;
    /// The port it listens on, or did before stop().
    [[nodiscard]] std::uint16_t port() const noexcept;
    /// The key that requests must have.
    [[nodiscard]] std::string const& secret_key() const noexcept;
    /// The certificate authority that clients must trust, PEM. New for every emulator.
    [[nodiscard]] std::string const& ca_pem() const noexcept;
    /// Writes `ca_pem()` to `path`. @throws std::system_error
    void write_ca_file(std::filesystem::path const& path) const;
    /// Produces faults from now on: slow, failing and missing answers, broken connections. `spec` is a list of rules
    /// such as `status=503@p=0.01; close-after-effect@on=create_organization@count=3; seed=7`, in the language of
    /// docs/emulator.md. It replaces the earlier rules and counts from zero; an empty `spec` ends all faults. Which
    /// requests are affected depends only on `spec` and the order in which requests arrive. Faults in progress
    /// continue.
    /// @throws std::invalid_argument naming the rule and what is wrong with it; then nothing changes.
    void set_faults(std::string_view spec);
    /// How often a rule has been applied to a request or a connection since the start.
    [[nodiscard]] std::uint64_t faults_injected() const noexcept;
    /// Requests taken so far, errors and those left without an answer included.
    [[nodiscard]] std::uint64_t requests() const noexcept;
    /// TCP connections accepted so far.
    [[nodiscard]] std::uint64_t connections() const noexcept;
    /// Events that the webhook has answered with 2xx.
    [[nodiscard]] std::uint64_t webhooks_delivered() const noexcept;
    /// Events that could not be delivered, or were dropped because too many waited.
    [[nodiscard]] std::uint64_t webhooks_failed() const noexcept;
    /// Organizations held now.
    [[nodiscard]] std::size_t organizations() const;
    /// Advances the clock of the service, which sets timestamps, expires invitations and ends rate limits. Certificates
    /// and connections are not affected.
    /// @throws std::invalid_argument when `by` is negative or the sum of all calls would exceed 100 years.
    void advance_clock(std::chrono::milliseconds by);
    /// Does what an invited user does: the user becomes a member with the invitation's role and metadata. The webhook,
    /// if there is one, gets `organizationMembership.created` and `organizationInvitation.accepted`.
    /// @throws std::invalid_argument when there is no such pending invitation, no such user, or it is a member already.
    void accept_organization_invitation(std::string_view invitation_id, std::string_view user_id);
    /// Stops listening, closes every connection and waits for the threads; idempotent.
    void stop();

private:
    class CLERK_NO_EXPORT Server;
    std::unique_ptr<Server> server_;
};
/** @} */
}  // namespace clerk::testing
