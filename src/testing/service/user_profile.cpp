#include "testing/service/user_profile.hpp"

#include "testing/service/json.hpp"
#include "testing/service/random_ids.hpp"

#include <array>
#include <cstdint>

namespace clerk::testing {
namespace {

constexpr Milliseconds first_user_created_at = 1'546'300'800'000;  // 2019-01-01
constexpr std::uint64_t milliseconds_a_day = 86'400'000;

constexpr std::array<std::string_view, 24> first_names{
    "Ada", "Grace",  "Alan",  "Edsger", "Barbara", "Ken",   "Dennis", "Margaret", "Donald", "Frances", "John", "Radia",
    "Zoë", "Łukasz", "Søren", "Jürgen", "Noël",    "Aoife", "Mei",    "Kenji",    "Ines",   "Omar",    "Lila", "Ravi"};
constexpr std::array<std::string_view, 24> last_names{
    "Lovelace", "Hopper", "Turing", "Dijkstra", "Liskov", "Thompson", "Ritchie", "Hamilton",
    "Knuth",    "Allen",  "Backus", "Perlman",  "Müller", "Nowak",    "Ødegård", "O'Brien",
    "Tanaka",   "García", "Chen",   "Haddad",   "Patel",  "Novák",    "Silva",   "Jansen"};

std::uint64_t hash_of(std::string_view text) noexcept {
    std::uint64_t hash = 0xCBF29CE484222325U;
    for (char const c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    return hash;
}

std::string spelled(std::uint64_t number, std::size_t count, std::string_view alphabet) {
    std::string text{};
    for (; text.size() != count; number /= alphabet.size()) text += alphabet[number % alphabet.size()];
    return text;
}

void append_text_or_null(std::string& out, std::string_view text) {
    if (text.empty()) {
        out += "null";
    } else {
        append_json_string(out, text);
    }
}

}  // namespace

UserProfile profile_of(std::string_view user_id) {
    Noise noise{hash_of(user_id)};
    UserProfile profile{};
    profile.id = user_id;
    std::string_view const first = first_names[noise.below(first_names.size())];
    std::string_view const last = last_names[noise.below(last_names.size())];
    std::string const unique = spelled(noise.next(), 8, "0123456789abcdef");
    if (!noise.chance(5)) profile.first_name = first;
    if (!noise.chance(10)) profile.last_name = last;
    profile.email_address = slug_from_name(first) + '.' + slug_from_name(last) + '.' + unique + "@example.com";
    if (noise.chance(40)) profile.phone_number = "+1555" + spelled(noise.next(), 7, "0123456789");
    if (noise.chance(60)) profile.username = slug_from_name(first) + '_' + unique;
    if (noise.chance(10)) profile.web3_wallet = "0x" + spelled(noise.next(), 16, "0123456789abcdef");
    profile.created_at = first_user_created_at + static_cast<Milliseconds>(noise.below(5 * 365 * milliseconds_a_day));
    profile.last_active_at = profile.created_at + static_cast<Milliseconds>(noise.below(400 * milliseconds_a_day));
    profile.has_image = noise.chance(50);
    return profile;
}

void append_json(std::string& out, UserProfile const& profile, PublicUserData form) {
    bool const member = form == PublicUserData::of_member;
    std::string image = "https://img.clerk.com/";
    image += profile.id;
    append_json_string(out += R"({"user_id":)", profile.id);
    append_text_or_null(out += R"(,"first_name":)", profile.first_name);
    append_text_or_null(out += R"(,"last_name":)", profile.last_name);
    if (member) append_json_string(out += R"(,"profile_image_url":)", image);
    append_json_string(out += R"(,"image_url":)", image);
    (out += R"(,"has_image":)") += profile.has_image ? "true" : "false";
    append_json_string(out += R"(,"identifier":)", profile.email_address);
    if (member) {
        append_text_or_null(out += R"(,"username":)", profile.username);
        out += R"(,"banned":false,"deprovisioned":false)";
    }
    out += '}';
}

}  // namespace clerk::testing
