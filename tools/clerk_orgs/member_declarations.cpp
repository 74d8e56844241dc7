// The commands on memberships and invitations.
#include "declarations.hpp"
#include "option_kinds.hpp"
#include "values.hpp"

namespace clerk_orgs {
namespace {

CLI::Option* add_organization(CLI::App& app, std::string& target) {
    return add_value(app, "ORGANIZATION", "", target, "Organization id, org_...", parse_id);
}

CLI::Option* add_user(CLI::App& app, std::string const& name, std::string& target, std::string const& description) {
    return add_word(app, name, name == "USER" ? "" : "U", target, description);
}

/// The options that select a list: that of an organization, of a user, or of the instance.
struct ListOf {
    CLI::Option* organization{};
    CLI::Option* user{};

    /// Only the list of an organization supports the option.
    void of_organization(CLI::Option* option) const { option->needs(organization); }
    /// The list of a user does not support the option.
    void not_of_user(CLI::Option* option) const { option->excludes(user); }
};

template <class List>
ListOf add_list_of(CLI::App& app, List& list) {
    CLI::Option* const organization = add_organization(app, list.organization_id);
    CLI::Option* const user = add_user(app, "--user", list.user_id, "Of this user, instead of ORGANIZATION");
    return {organization, user->excludes(organization)};
}

constexpr char const* list_details =
    "Without ORGANIZATION and --user the list is that of all organizations of the application.";

constexpr char const* bulk_details =
    "FILE is an array of JSON objects, or one object per line, with the members email_address, role, inviter_user_id, "
    "public_metadata, private_metadata, redirect_url, expires_in_days and notify; the first two are required. The "
    "service creates all of them or none.";

}  // namespace

void Declarations::declare_memberships() {
    begin_group("memberships", "Manages the members of organizations");

    CLI::App& lists = add_command("list", "Prints one page of memberships", list_memberships,
                                  {"clerk-orgs memberships list org_2abc --role org:admin --output table",
                                   "clerk-orgs memberships list --user user_2abc --limit 100"},
                                  list_details);
    clerk::ListOrganizationMembershipsRequest& request = list_memberships.request;
    ListOf const list = add_list_of(lists, list_memberships);
    add_page(lists, request.limit, request.offset);
    list.not_of_user(add_word(lists, "--order-by", "O", request.order_by,
                              "phone_number, email_address, created_at, first_name, last_name or username; + before it "
                              "ascends, - descends"));
    auto const add_filter = [&](std::string const& name, std::vector<std::string>& target, std::string const& text) {
        list.of_organization(add_texts(lists, name, "T", target, text + "; repeatable"));
    };
    add_filter("--role", request.role, "With this role");
    add_filter("--user-id", request.user_id, "Only this user, -U without");
    add_filter("--email-address", request.email_address, "With this address");
    add_filter("--phone-number", request.phone_number, "With this number");
    add_filter("--username", request.username, "With this name");
    add_filter("--web3-wallet", request.web3_wallet, "With this wallet");
    list.of_organization(add_text(lists, "--query", "Q", request.query, "Part of an address, number, id or name"));
    auto const add_query = [&](std::string const& name, std::string& target, std::string const& text) {
        list.of_organization(add_text(lists, name, "Q", target, text));
    };
    add_query("--email-address-query", request.email_address_query, "Part of an email address");
    add_query("--phone-number-query", request.phone_number_query, "Part of a phone number");
    add_query("--username-query", request.username_query, "Part of a user name");
    add_query("--name-query", request.name_query, "Part of a first or last name");
    auto const add_time = [&](std::string const& name, std::optional<clerk::Timestamp>& target,
                              std::string const& text) {
        list.of_organization(add_value(lists, name, "TIME", target, text, parse_time));
    };
    add_time("--created-after", request.created_at_after, "Users that were created after it, as 2026-01-31T12:00:00Z");
    add_time("--created-before", request.created_at_before, "Users that were created before it");
    add_time("--last-active-after", request.last_active_at_after, "Users whose last activity was after it");
    add_time("--last-active-before", request.last_active_at_before, "Users whose last activity was before it");
    add_output(lists);

    CLI::App& gets = add_command("get", "Prints the membership of a user in an organization", get_membership,
                                 {"clerk-orgs memberships get org_2abc user_2abc",
                                  "clerk-orgs memberships get org_2abc user_2abc --output table"});
    add_organization(gets, get_membership.organization_id)->required();
    add_user(gets, "USER", get_membership.user_id, "User id")->required();
    add_output(gets);

    CLI::App& creates = add_command("create", "Makes a user a member of an organization", create_membership,
                                    {"clerk-orgs memberships create org_2abc user_2abc --role org:member",
                                     "clerk-orgs memberships create org_2abc user_2abc --role org:admin --dry-run"});
    add_organization(creates, create_membership.organization_id)->required();
    add_user(creates, "USER", create_membership.request.user_id, "User id")->required();
    add_text(creates, "--role", "R", create_membership.request.role, "Key of the role, org:member")->required();
    add_metadata(creates, create_membership.request, "JSON object", parse_metadata);
    add_dry_run(creates);

    CLI::App& updates = add_command("update", "Gives a member another role", update_membership,
                                    {"clerk-orgs memberships update org_2abc user_2abc --role org:admin",
                                     "clerk-orgs memberships update org_2abc user_2abc --role org:member --dry-run"});
    add_organization(updates, update_membership.organization_id)->required();
    add_user(updates, "USER", update_membership.user_id, "User id")->required();
    add_text(updates, "--role", "R", update_membership.request.role, "Key of the role, org:member")->required();
    add_dry_run(updates);

    CLI::App& merges = add_command(
        "merge-metadata", "Merges metadata of a membership deeply; a null removes its key", merge_membership,
        {R"(clerk-orgs memberships merge-metadata org_2abc user_2abc --public-metadata '{"team":"sales"}')",
         "clerk-orgs memberships merge-metadata org_2abc user_2abc --private-metadata @private.json"});
    add_organization(merges, merge_membership.organization_id)->required();
    add_user(merges, "USER", merge_membership.user_id, "User id")->required();
    add_metadata(merges, merge_membership.request, "JSON object", parse_metadata);
    add_dry_run(merges);

    CLI::App& deletes = add_command(
        "delete", "Removes a member from an organization", delete_membership,
        {"clerk-orgs memberships delete org_2abc user_2abc", "clerk-orgs memberships delete org_2abc user_2abc --yes"});
    add_organization(deletes, delete_membership.organization_id)->required();
    add_user(deletes, "USER", delete_membership.user_id, "User id")->required();
    add_yes(deletes, delete_membership.yes);
    add_dry_run(deletes);
    end_group();
}

void Declarations::declare_invitations() {
    begin_group("invitations", "Manages invitations to organizations");

    CLI::App& lists = add_command("list", "Prints one page of invitations", list_invitations,
                                  {"clerk-orgs invitations list org_2abc --status pending --output table",
                                   "clerk-orgs invitations list --query @example.com --limit 100"},
                                  list_details);
    clerk::ListOrganizationInvitationsRequest& request = list_invitations.request;
    ListOf const list = add_list_of(lists, list_invitations);
    add_page(lists, request.limit, request.offset);
    list.not_of_user(add_word(lists, "--order-by", "O", request.order_by,
                              "created_at or email_address; + before it ascends, - descends; default -created_at"));
    add_texts(lists, "--status", "pending|accepted|revoked|expired", request.status, "With this status; repeatable");
    list.of_organization(add_text(lists, "--email-address", "E", request.email_address, "To this address"));
    CLI::Option* const query = add_text(lists, "--query", "Q", list_invitations.query, "Part of the address");
    query->excludes(list.organization);
    list.not_of_user(query);
    add_output(lists);

    CLI::App& gets = add_command("get", "Prints one invitation", get_invitation,
                                 {"clerk-orgs invitations get org_2abc orginv_2abc",
                                  "clerk-orgs invitations get org_2abc orginv_2abc --output table"});
    add_organization(gets, get_invitation.organization_id)->required();
    add_text(gets, "INVITATION", "", get_invitation.invitation_id, "Invitation id, orginv_...")->required();
    add_output(gets);

    CLI::App& creates =
        add_command("create", "Invites an email address to an organization", create_invitation,
                    {"clerk-orgs invitations create org_2abc --email-address ann@example.com --role org:member",
                     "clerk-orgs invitations create org_2abc --email-address ann@example.com --role org:member "
                     "--expires-in-days 7 --dry-run"});
    clerk::CreateOrganizationInvitationRequest& invitation = create_invitation.request;
    add_organization(creates, create_invitation.organization_id)->required();
    add_text(creates, "--email-address", "E", invitation.email_address, "Who is invited")->required();
    add_text(creates, "--role", "R", invitation.role, "Key of the role to have, org:member")->required();
    add_text(creates, "--inviter-user-id", "U", invitation.inviter_user_id, "User who invites");
    add_text(creates, "--redirect-url", "URL", invitation.redirect_url, "Where the person is sent after accepting");
    add_integer(creates, "--expires-in-days", invitation.expires_in_days, "1 to 365; the service's default is 30");
    add_value(creates, "--notify", "true|false", invitation.notify, "Whether an email is sent; default true",
              parse_boolean);
    add_metadata(creates, invitation, "JSON object, for the membership", parse_metadata);
    add_dry_run(creates);

    CLI::App& bulk = add_command("bulk", "Invites at most ten email addresses at once", create_invitations,
                                 {"clerk-orgs invitations bulk org_2abc invitations.json",
                                  R"(echo '{"email_address":"ann@example.com","role":"org:member"}' | )"
                                  "clerk-orgs invitations bulk org_2abc - --dry-run"},
                                 bulk_details);
    add_organization(bulk, create_invitations.organization_id)->required();
    add_value(bulk, "FILE", "", create_invitations.requests, "The invitations; - is standard input", read_invitations)
        ->required();
    add_dry_run(bulk);

    CLI::App& revokes = add_command("revoke", "Ends a pending invitation", revoke_invitation,
                                    {"clerk-orgs invitations revoke org_2abc orginv_2abc",
                                     "clerk-orgs invitations revoke org_2abc orginv_2abc --yes"});
    add_organization(revokes, revoke_invitation.organization_id)->required();
    add_text(revokes, "INVITATION", "", revoke_invitation.invitation_id, "Invitation id, orginv_...")->required();
    add_text(revokes, "--requesting-user-id", "U", revoke_invitation.request.requesting_user_id, "User who revokes");
    add_yes(revokes, revoke_invitation.yes);
    add_dry_run(revokes);
    end_group();
}

}  // namespace clerk_orgs
