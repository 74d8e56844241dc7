// Deliveries of webhooks, forged and genuine. Input: id, timestamp and signatures, each with a line end; the body.
#include "base/ascii.hpp"
#include "base/webhook_signature.hpp"
#include "fuzz/decoding.hpp"

#include <clerk/webhook.hpp>

#include <array>
#include <string>
#include <variant>

namespace clerk::fuzz {
namespace {

constexpr std::string_view secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
constexpr std::string_view sent = "1649367553";
constexpr std::chrono::sys_seconds now{std::chrono::seconds{1'649'367'553}};

constexpr std::array<std::pair<std::string_view, std::size_t>, 9> alternatives{{
    {"organization.created", 1},
    {"organization.updated", 1},
    {"organization.deleted", 2},
    {"organizationMembership.created", 3},
    {"organizationMembership.updated", 3},
    {"organizationMembership.deleted", 3},
    {"organizationInvitation.created", 4},
    {"organizationInvitation.accepted", 4},
    {"organizationInvitation.revoked", 4},
}};

// Of the data of an event; 0: text.
std::size_t alternative_of(std::string_view type) {
    for (auto const& [known, index] : alternatives) {
        if (known == type) return index;
    }
    return 0;
}

Result<WebhookEvent> verify(std::string_view id, std::string_view timestamp, std::string_view signatures,
                            std::string_view body) {
    Headers headers;
    headers.append("svix-id", id);
    headers.append("svix-timestamp", timestamp);
    headers.append("svix-signature", signatures);
    ExactCopy const copy{body};
    return verify_webhook(headers, copy.view(), Secret{secret}, now);
}

std::string signature_of(std::string_view id, std::string_view timestamp, std::string_view body) {
    return base::sign_webhook(base::webhook_key(secret).value(), {id, timestamp, body});
}

void check_event(WebhookEvent const& event, std::string_view id, std::string_view body) {
    check(event.id == id && event.sent_at == now, "what the headers say is kept");
    check(event.data.index() == alternative_of(event.type), "the type says what the data is");
    Tree const tree = parse_tree(body);
    json::object const* const envelope = tree.object();
    if (envelope == nullptr) return;  // it nests deeper than the tree
    json::value const* const data = envelope->if_contains("data");
    check(data != nullptr && data->is_object(), "the data is an object");
    check(same(event.type, envelope->at("type")), "the type is the body's");
    auto const* const text = std::get_if<std::string>(&event.data);
    check(text == nullptr || same(Metadata::from_valid_text(*text), *data), "data of an unknown type is kept");
    if (auto const* const organization = std::get_if<Organization>(&event.data)) {
        check(same(organization->id, data->as_object().at("id")), "a typed member is the body's");
    }
}

}  // namespace

void run(std::string_view input) {
    std::string_view const id = base::trim(take_line(input));
    std::string_view const timestamp = base::trim(take_line(input));
    std::string_view const signatures = base::trim(take_line(input));

    auto const forged = verify(id, timestamp, signatures, input);
    bool const is_genuine = signatures.find(signature_of(id, timestamp, input)) != std::string_view::npos;
    check(!forged || is_genuine, "only what is signed is genuine");
    if (!forged) check(!to_string(forged.error()).empty(), "an error says something");
    if (id.empty()) return;

    std::string const signature = signature_of(id, sent, input);
    auto const event = verify(id, sent, std::string{signatures} + ' ' + signature, input);
    if (event) {
        check_event(*event, id, input);
    } else {
        auto const code = event.error().code();
        check(code == errc::malformed_body || code == errc::json_too_deep, "what is signed is genuine");
        check(event.error().field().starts_with('$'), "an error has a path");
    }
    auto const changed = verify(id, sent, signature, std::string{input} + ' ');
    check(changed.error().code() == webhook_errc::signature_mismatch, "what was changed is not genuine");
}

}  // namespace clerk::fuzz
