#include "testing/service/seed.hpp"

#include "testing/service/random_ids.hpp"
#include "testing/service/text.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

namespace clerk::testing {
namespace {

constexpr std::uint64_t user_pool = 49'999;                   // prime, so that any stride visits different users
constexpr Milliseconds first_created_at = 1'546'300'800'000;  // 2019-01-01
constexpr std::uint64_t day = 86'400'000;
constexpr std::uint64_t created_span = 5 * 365 * day;
constexpr std::uint64_t user_seeds = 1ULL << 61U;

constexpr std::array<std::string_view, 40> first_words{
    "Acme",   "Northwind", "Blue",   "Granite",  "Lumen",   "Harbor", "Cedar",  "Vertex",    "Solstice", "Copper",
    "Bright", "Summit",    "River",  "Quantum",  "Ember",   "Willow", "Atlas",  "Nimbus",    "Juniper",  "Falcon",
    "Crest",  "Meridian",  "Aurora", "Pioneer",  "Saffron", "Tidal",  "Zenith", "Maple",     "Orchid",   "Beacon",
    "Café",   "Ångström",  "Żubr",   "São Luís", "Müller",  "東京",   "Δelta",  "Rocket 🚀", "O'Hara",   "\"Quoted\""};
constexpr std::array<std::string_view, 32> second_words{
    "Robotics", "Analytics", "Logistics", "Software", "Foods",    "Energy",   "Health",  "Media",
    "Capital",  "Studios",   "Systems",   "Networks", "Textile",  "Aviation", "Bikes",   "Books",
    "Ceramics", "Dynamics",  "Education", "Farms",    "Games",    "Hotels",   "Imports", "Labs",
    "Marine",   "Optics",    "Paper",     "Research", "Security", "Tools",    "Travel",  "Works"};
constexpr std::array<std::string_view, 8> endings{"", "", "", " Inc.", " Ltd", " GmbH", " & Sons", " Group"};
constexpr std::array<std::string_view, 5> plans{"free", "starter", "team", "business", "enterprise"};
constexpr std::array<std::string_view, 6> regions{"eu-central-1", "eu-west-2",  "us-east-1",
                                                  "us-west-2",    "ap-south-1", "ap-northeast-1"};
constexpr std::array<std::string_view, 8> features{"sso",      "audit_log", "api_access", "exports",
                                                   "webhooks", "roles",     "sandbox",    "priority_support"};
constexpr std::array<std::string_view, 6> notes{"Met at the spring fair; wants a quote before the end of the quarter.",
                                                "Prefers e-mail. \"Do not call before ten.\"",
                                                "Migrated from the old plan.\nInvoices go to the holding.",
                                                "Größere Bestellung geplant 📦 – bitte Rücksprache halten.",
                                                "担当者は日本語のみ。",
                                                "No contact since the renewal."};

template <std::size_t Size>
std::string_view pick(Noise& noise, std::array<std::string_view, Size> const& from) {
    return from[noise.below(Size)];
}

Milliseconds created_at_of(std::uint64_t number) {
    // Every eighth has the `created_at` of the one before it, because clients must handle equal keys in pages.
    if (number % 8 == 7) --number;
    return first_created_at + static_cast<Milliseconds>(mix(number ^ 0xC0FFEEU) % created_span);
}

std::string public_metadata_of(Noise& noise) {
    std::string json = R"({"plan":")";
    json += pick(noise, plans);
    json += R"(","seats":)";
    append_number(json, static_cast<std::int64_t>(noise.below(500)));
    json += R"(,"region":")";
    json += pick(noise, regions);
    json += R"(","features":[)";
    for (std::uint64_t i = 0, count = noise.below(5); i != count; ++i) {
        if (i != 0) json += ',';
        append_json_string(json, features[(noise.next() + i) % features.size()]);
    }
    json += R"(],"branding":{"primary_color":"#)";
    for (int i = 0; i != 6; ++i) json += "0123456789abcdef"[noise.below(16)];
    json += R"(","dark_mode":)";
    json += noise.chance(50) ? "true" : "false";
    json += R"(,"locale":{"language":")";
    json += noise.chance(70) ? "en" : "de";
    json += R"(","time_zone":null}})";
    if (noise.chance(30)) {
        json += R"(,"motto":)";
        append_json_string(json, pick(noise, notes));
    }
    json += '}';
    return json;
}

std::string private_metadata_of(Noise& noise) {
    if (noise.chance(10)) return "{}";
    std::string json = R"({"crm_id":"crm_)";
    append_number(json, static_cast<std::int64_t>(noise.below(100'000'000)));
    json += R"(","billing":{"customer":"cus_)";
    append_number(json, static_cast<std::int64_t>(noise.below(1'000'000'000)));
    json += R"(","vat":)";
    json += noise.chance(50) ? "null" : R"("DE123456789")";
    json += R"(,"discount":)";
    json += noise.chance(80) ? "0" : "0.125";
    json += '}';
    if (noise.chance(60)) {
        json += R"(,"note":)";
        append_json_string(json, pick(noise, notes));
    }
    json += '}';
    return json;
}

std::uint64_t members_count_of(Noise& noise) {
    std::uint64_t const kind = noise.below(100);
    if (kind < 60) return 1 + noise.below(5);
    if (kind < 90) return 6 + noise.below(15);
    if (kind < 99) return 21 + noise.below(60);
    return 81 + noise.below(170);
}

// Users of the pool are added when an organization first needs them.
class UserPool {
public:
    explicit UserPool(Users& users) : users_(users) {}

    NameIndex operator[](std::uint64_t number) {
        NameIndex& index = indexes_[number];
        if (index == no_name) index = users_.add(random_id("user_", user_seeds + number));
        return index;
    }

private:
    Users& users_;
    std::vector<NameIndex> indexes_ = std::vector<NameIndex>(user_pool, no_name);
};

SeededOrganization make_organization(Noise& noise, std::uint64_t number) {
    SeededOrganization organization{};
    organization.id = random_id("org_", number);
    organization.name = pick(noise, first_words);
    (organization.name += ' ') += pick(noise, second_words);
    organization.name += pick(noise, endings);
    organization.slug = slug_from_name(organization.name);
    append_number(organization.slug += '-', static_cast<std::int64_t>(number + 1));
    organization.public_metadata = public_metadata_of(noise);
    organization.private_metadata = private_metadata_of(noise);
    organization.created_at = created_at_of(number);
    organization.updated_at = organization.created_at + static_cast<Milliseconds>(noise.below(200 * day));
    organization.last_active_at = noise.chance(70)
                                      ? organization.updated_at + static_cast<Milliseconds>(noise.below(30 * day))
                                      : OrganizationRecord::never_active;
    organization.max_allowed_memberships = noise.chance(50) ? 0 : 5 * static_cast<std::int64_t>(1 + noise.below(100));
    organization.pending_invitations = noise.chance(80) ? 0 : static_cast<std::uint32_t>(noise.below(12));
    organization.admin_delete_enabled = noise.chance(90);
    organization.has_logo = noise.chance(40);
    organization.role_set_key = noise.chance(25) ? std::optional<std::string>{"role_set:default"} : std::nullopt;
    return organization;
}

// The first member has created the organization.
std::vector<NameIndex> pick_members(Noise& noise, UserPool& users, std::uint64_t wanted) {
    std::uint64_t const realistic = members_count_of(noise);
    std::uint64_t const count = wanted != 0 ? wanted : realistic;
    std::uint64_t const first = noise.below(user_pool);
    std::uint64_t const stride = 1 + noise.below(user_pool - 1);
    std::vector<NameIndex> members{};
    members.reserve(count);
    for (std::uint64_t i = 0; i != count; ++i) members.push_back(users[(first + i * stride) % user_pool]);
    return members;
}

constexpr std::array<std::string_view, 4> titles{"Engineer", "Designer", "Accountant", "Größe"};

void seed_members(ServiceState& state, Slot slot, std::vector<NameIndex> const& members, Milliseconds created_at,
                  Noise& noise) {
    state.memberships.reserve(slot, members.size());
    for (NameIndex const user : members) {
        bool const admin = user == members.front() || noise.chance(10);
        Milliseconds const joined_at =
            user == members.front() ? created_at : created_at + static_cast<Milliseconds>(noise.below(300 * day));
        RoleIndex const role = admin ? state.roles.creator_role() : state.roles.member_role();
        Membership& membership = state.memberships.add(slot, user, role, joined_at);
        if (!noise.chance(10)) continue;
        std::string metadata = R"({"title":)";
        append_json_string(metadata, pick(noise, titles));
        metadata += '}';
        membership.metadata = std::make_unique<StoredMetadata>(StoredMetadata{metadata, "{}"});
    }
}

// Pending ones do not expire, so that they are the same at any time.
void seed_invitations(ServiceState& state, Slot slot, std::uint32_t pending, NameIndex inviter, Milliseconds created_at,
                      Noise& noise) {
    std::uint32_t const all = pending == 0 ? 0 : pending + static_cast<std::uint32_t>(noise.below(4));
    for (std::uint32_t i = 0; i != all; ++i) {
        Invitation invitation{};
        invitation.organization = slot;
        invitation.email_address =
            "invited." + std::to_string(noise.below(1'000'000)) + '.' + std::to_string(i) + "@example.org";
        invitation.role = noise.chance(10) ? state.roles.creator_role() : state.roles.member_role();
        invitation.inviter = noise.chance(80) ? inviter : no_name;
        if (i >= pending) invitation.status = static_cast<InvitationStatus>(1 + noise.below(3));
        invitation.metadata = {"{}", "{}"};
        invitation.created_at = created_at + static_cast<Milliseconds>(noise.below(300 * day));
        invitation.updated_at = invitation.created_at;
        if (i >= pending) invitation.expires_at = invitation.created_at + static_cast<Milliseconds>(30 * day);
        state.invitations.add(std::move(invitation));
    }
}

}  // namespace

void seed(ServiceState& state, EmulatorOptions const& options) {
    state.organizations.reserve(options.organizations);
    UserPool users{state.users};
    for (std::uint64_t number = 0; number != options.organizations; ++number) {
        Noise noise{number};
        SeededOrganization organization = make_organization(noise, number);
        std::vector<NameIndex> const members = pick_members(noise, users, options.members_per_organization);
        organization.created_by = members.front();
        organization.members = static_cast<std::uint32_t>(members.size());
        if (organization.max_allowed_memberships != 0) {  // there is room for a few more
            std::int64_t const least = std::int64_t{organization.members} + organization.pending_invitations + 5;
            organization.max_allowed_memberships = std::max(organization.max_allowed_memberships, least);
        }
        Slot const slot = state.organizations.insert(organization);
        Noise details{number ^ 0xFACADEU};
        seed_members(state, slot, members, organization.created_at, details);
        seed_invitations(state, slot, organization.pending_invitations, members.front(), organization.created_at,
                         details);
    }
}

}  // namespace clerk::testing
