#include "testing/service/organization_invitations/invitation_fields.hpp"

#include "testing/service/body_reader.hpp"

#include <algorithm>

namespace clerk::testing {
namespace {

constexpr std::size_t max_bulk = 10;
constexpr std::int64_t default_days = 30;
constexpr std::int64_t max_days = 365;
constexpr Milliseconds day = 86'400'000;

// Text, one @, and a host name with a dot.
std::optional<ApiRefusal> check_email_address(std::string const& text) {
    auto const at = text.find('@');
    bool const one = at != std::string::npos && text.find('@', at + 1) == std::string::npos;
    auto const dot = text.rfind('.');
    bool const good = one && at != 0 && dot != std::string::npos && dot > at + 1 && dot + 1 != text.size() &&
                      text.find_first_of(" \t\r\n<>,") == std::string::npos;
    if (good) return std::nullopt;
    return refusals::param_format_invalid("email_address", "must be a valid email address.");
}

std::optional<ApiRefusal> check_url(std::string const& text) {
    auto const scheme = text.find("://");
    if (scheme != std::string::npos && scheme != 0 && scheme + 3 != text.size()) return std::nullopt;
    return refusals::param_format_invalid("redirect_url", "must be a valid url.");
}

}  // namespace

Outcome<NewInvitation> read_new_invitation(Json const& body) {
    BodyReader reader{body};
    NewInvitation fields{};
    fields.email_address = reader.required_text("email_address", check_email_address);
    fields.role = reader.required_text("role");
    fields.inviter_user_id = value_of(reader.text("inviter_user_id"));
    fields.metadata = without_null(read_metadata(reader));
    (void)reader.text("redirect_url", check_url);  // checked only: it would be used in the email, which is not sent
    std::int64_t const days = value_of(reader.count("expires_in_days")).value_or(default_days);
    if (days < 1 || days > max_days) {
        reader.refuse(refusals::param_value_invalid(
            "expires_in_days", "must be greater than or equal to 1 and less than or equal to 365."));
    }
    fields.lifetime = std::clamp<std::int64_t>(days, 1, max_days) * day;
    (void)reader.boolean("notify");
    reader.refuse_unknown({"email_address", "role", "inviter_user_id", "public_metadata", "private_metadata",
                           "redirect_url", "expires_in_days", "notify"});
    return reader.finish(fields);
}

Outcome<std::vector<NewInvitation>> read_new_invitations(Json const& body) {
    if (body.kind != Json::Kind::array) return Failure{refusals::request_body_invalid()};
    if (body.items.empty()) return Failure{refusals::param_value_invalid("invitations", "must not be empty.")};
    if (body.items.size() > max_bulk) return Failure{refusals::param_array_too_large("invitations", max_bulk)};
    std::vector<NewInvitation> all{};
    std::vector<ApiRefusal> problems{};
    for (Json const& item : body.items) {
        if (!item.is_object()) return Failure{refusals::request_body_invalid()};
        auto fields = read_new_invitation(item);
        if (fields) {
            all.push_back(std::move(*fields));
        } else {
            Failure const failure = fields.error();
            problems.insert(problems.end(), failure.refusals.begin(), failure.refusals.end());
        }
    }
    if (!problems.empty()) return Failure{std::move(problems)};
    for (auto each = all.begin(); each != all.end(); ++each) {
        if (std::any_of(all.begin(), each, [each](NewInvitation const& earlier) {
                return equals_ignoring_case(earlier.email_address, each->email_address);
            })) {
            return Failure{
                refusals::about("email_address", refusals::plain(422, "form_param_duplicate", "duplicate values",
                                                                 each->email_address + " contains duplicate values"))};
        }
    }
    return all;
}

namespace refusals {

ApiRefusal invitation_not_unique() {
    return plain(400, "organization_invitation_not_unique", "organization invitation not unique",
                 "Organizations cannot have duplicate pending invitations for an email address.");
}
ApiRefusal invitation_not_found() {
    return plain(404, "resource_not_found", "not found", "Given organization invitation not found.");
}
ApiRefusal invitation_not_pending() {
    return plain(404, "organization_invitation_not_pending", "not pending",
                 "The organization invitation is not in the 'pending' status.");
}

}  // namespace refusals

std::vector<ApiRefusal> invitation_refusals() {
    using namespace refusals;
    // The emulator returns those whose texts are defined here only for fault rules.
    return {
        invitation_not_unique(),
        plain(400, "organization_invitation_already_accepted", "invitation has already been accepted",
              "This invitation has already been accepted. Sign in instead."),
        plain(400, "organization_invitation_revoked_code", "invitation has been revoked",
              "This invitation has been revoked and cannot be used anymore."),
        invitation_not_pending(),
    };
}

}  // namespace clerk::testing
