#include "testing/service/organization_memberships/membership_list.hpp"

#include "testing/service/user_profile.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <span>

namespace clerk::testing {
namespace {

constexpr std::array<std::string_view, 6> orders{"phone_number", "email_address", "created_at",
                                                 "first_name",   "last_name",     "username"};

using Located = std::pair<Slot, Membership const*>;

bool contains(std::vector<std::string> const& texts, std::string_view text) {
    return std::find(texts.begin(), texts.end(), text) != texts.end();
}

std::string lowered(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), to_lower);
    return text;
}

// Selects the members of an organization that a list shows.
class MemberFilter {
public:
    MemberFilter(MembershipListFields fields, RoleStore const& roles) : fields_(std::move(fields)), roles_(roles) {
        for (std::string* const text : {&fields_.query, &fields_.email_address_query, &fields_.phone_number_query,
                                        &fields_.username_query, &fields_.name_query}) {
            *text = lowered(std::move(*text));
        }
        for (std::string& each : fields_.email_addresses) each = lowered(std::move(each));
        needs_profile_ = !fields_.email_addresses.empty() || !fields_.phone_numbers.empty() ||
                         !fields_.usernames.empty() || !fields_.web3_wallets.empty() || !fields_.query.empty() ||
                         !fields_.email_address_query.empty() || !fields_.phone_number_query.empty() ||
                         !fields_.username_query.empty() || !fields_.name_query.empty() ||
                         fields_.last_active_at_before || fields_.last_active_at_after || fields_.created_at_before ||
                         fields_.created_at_after;
    }

    [[nodiscard]] bool operator()(Membership const& membership, std::string_view user_id) const {
        if (!fields_.roles.empty() && !contains(fields_.roles, roles_[membership.role].key)) return false;
        if (!takes_id(user_id)) return false;
        if (!needs_profile_) return true;
        UserProfile const user = profile_of(user_id);
        return takes_texts(user) && takes_times(user) && takes_queries(user);
    }

private:
    [[nodiscard]] bool takes_id(std::string_view id) const {
        return (!fields_.users.only_some || contains(fields_.users.wanted, id)) &&
               !contains(fields_.users.excluded, id);
    }
    [[nodiscard]] bool takes_texts(UserProfile const& user) const {
        auto const one_of = [](std::vector<std::string> const& wanted, std::string_view text) {
            return wanted.empty() || contains(wanted, text);
        };
        return one_of(fields_.email_addresses, user.email_address) &&
               one_of(fields_.phone_numbers, user.phone_number) && one_of(fields_.usernames, user.username) &&
               one_of(fields_.web3_wallets, user.web3_wallet);
    }
    [[nodiscard]] bool takes_times(UserProfile const& user) const {
        auto const between = [](Milliseconds time, auto const& after, auto const& before) {
            return (!after || time > *after) && (!before || time < *before);
        };
        return between(user.created_at, fields_.created_at_after, fields_.created_at_before) &&
               between(user.last_active_at, fields_.last_active_at_after, fields_.last_active_at_before);
    }
    [[nodiscard]] bool takes_queries(UserProfile const& user) const {
        std::string name{user.first_name};
        (name += ' ') += user.last_name;
        auto const any = [&](std::initializer_list<std::string_view> texts, std::string const& query) {
            return query.empty() || std::any_of(texts.begin(), texts.end(), [&](std::string_view text) {
                       return contains_ignoring_case(text, query);
                   });
        };
        return any({user.id, name, user.email_address, user.phone_number, user.username, user.web3_wallet},
                   fields_.query) &&
               any({user.email_address}, fields_.email_address_query) &&
               any({user.phone_number}, fields_.phone_number_query) && any({user.username}, fields_.username_query) &&
               any({name}, fields_.name_query);
    }

    MembershipListFields fields_;
    RoleStore const& roles_;
    bool needs_profile_{};  // which takes time to generate
};

std::string_view text_of(UserProfile const& user, MembershipOrder order) {
    switch (order) {
        case MembershipOrder::phone_number:
            return user.phone_number;
        case MembershipOrder::email_address:
            return user.email_address;
        case MembershipOrder::first_name:
            return user.first_name;
        case MembershipOrder::last_name:
            return user.last_name;
        case MembershipOrder::username:
            return user.username;
        case MembershipOrder::created_at:
            break;
    }
    return {};
}

// Equal keys: in the order in which the memberships were created.
MembershipPage page_of(std::vector<Located> const& all, Users const& users, MembershipListFields const& fields) {
    struct Keyed {
        std::string text{};
        Located located{};
    };
    std::vector<Keyed> keyed{};
    keyed.reserve(all.size());
    bool const by_time = fields.order.property == MembershipOrder::created_at;
    for (Located const& each : all) {
        keyed.push_back({by_time ? std::string{}
                                 : std::string{text_of(profile_of(users.id(each.second->user)), fields.order.property)},
                         each});
    }
    auto const less = [by_time](Keyed const& left, Keyed const& right) {
        Membership const& l = *left.located.second;
        Membership const& r = *right.located.second;
        if (by_time && l.created_at != r.created_at) return l.created_at < r.created_at;
        if (int const order = left.text.compare(right.text); order != 0) return order < 0;
        return l.number < r.number;
    };
    auto const before = [&](Keyed const& left, Keyed const& right) {
        return fields.order.descending ? less(right, left) : less(left, right);
    };
    // Sorts only the items of the page, because there may be very many others.
    auto const first = keyed.begin() + static_cast<std::ptrdiff_t>(std::min(fields.page.offset, keyed.size()));
    auto const last = first + std::min(static_cast<std::ptrdiff_t>(fields.page.limit), keyed.end() - first);
    std::nth_element(keyed.begin(), first, keyed.end(), before);
    std::nth_element(first, last, keyed.end(), before);
    std::sort(first, last, before);
    MembershipPage page{};
    page.total_count = keyed.size();
    std::transform(first, last, std::back_inserter(page.memberships), [](Keyed const& each) { return each.located; });
    return page;
}

}  // namespace

Outcome<MembershipListFields> read_membership_list(QueryParams const& params) {
    constexpr std::size_t most = 100;
    MembershipListFields fields{};
    QueryReader query{params};
    query.page(fields.page);
    query.order(std::span<std::string_view const>{orders}, fields.order);
    query.ids("user_id", fields.users, most);
    query.texts("email_address", fields.email_addresses, most);
    query.texts("phone_number", fields.phone_numbers, most);
    query.texts("username", fields.usernames, most);
    query.texts("web3_wallet", fields.web3_wallets, most);
    query.texts("role", fields.roles, most);
    query.text("query", fields.query);
    query.text("email_address_query", fields.email_address_query);
    query.text("phone_number_query", fields.phone_number_query);
    query.text("username_query", fields.username_query);
    query.text("name_query", fields.name_query);
    query.time("last_active_at_before", fields.last_active_at_before);
    query.time("last_active_at_after", fields.last_active_at_after);
    query.time("created_at_before", fields.created_at_before);
    query.time("created_at_after", fields.created_at_after);
    return query.finish(fields);
}

Outcome<MembershipListFields> read_instance_membership_list(QueryParams const& params) {
    MembershipListFields fields{};
    QueryReader query{params};
    query.page(fields.page);
    query.order(std::span<std::string_view const>{orders}, fields.order);
    return query.finish(fields);
}

Outcome<MembershipListFields> read_user_membership_list(QueryParams const& params) {
    MembershipListFields fields{};
    QueryReader query{params};
    query.page(fields.page);
    return query.finish(fields);
}

MembershipPage list_of_organization(MembershipStore const& store, RoleStore const& roles, Users const& users,
                                    Slot organization, MembershipListFields const& fields) {
    MemberFilter const filter{fields, roles};
    std::vector<Located> found{};
    for (Membership const& each : store.of(organization)) {
        if (filter(each, users.id(each.user))) found.emplace_back(organization, &each);
    }
    return page_of(found, users, fields);
}

MembershipPage list_of_user(MembershipStore const& store, Users const& users, NameIndex user,
                            MembershipListFields const& fields) {
    std::vector<Located> found{};
    for (Slot organization = 0; organization != store.organizations(); ++organization) {
        if (Membership const* const each = store.find(organization, user)) found.emplace_back(organization, each);
    }
    return page_of(found, users, fields);
}

MembershipPage list_of_instance(MembershipStore const& store, Users const& users, MembershipListFields const& fields) {
    if (fields.order.property == MembershipOrder::created_at) {
        MembershipPage page{};
        page.total_count = store.size();
        store.visit_by_created_at(fields.page.offset, fields.order.descending,
                                  [&](Slot organization, Membership const& each) {
                                      page.memberships.emplace_back(organization, &each);
                                      return page.memberships.size() != fields.page.limit;
                                  });
        return page;
    }
    std::vector<Located> all{};
    all.reserve(store.size());
    for (Slot organization = 0; organization != store.organizations(); ++organization) {
        for (Membership const& each : store.of(organization)) all.emplace_back(organization, &each);
    }
    return page_of(all, users, fields);
}

}  // namespace clerk::testing
