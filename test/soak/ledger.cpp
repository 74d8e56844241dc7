#include "soak/ledger.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace clerk::soak {

bool Counter::may_be(std::int64_t number) const noexcept {
    return number == certain_ || std::find(uncertain_.begin(), uncertain_.end(), number) != uncertain_.end();
}

void Entry::check(Organization const& organization, Findings& findings) const {
    auto const wrong = [&](std::string const& what) { findings.report(name + " (" + id + "): " + what); };
    if (organization.name != name) wrong("is called " + organization.name);
    if (!id.empty() && organization.id != id) wrong("has the id " + organization.id);
    if (!memberships.may_be(organization.max_allowed_memberships.value_or(-1))) {
        wrong("max_allowed_memberships is " + std::to_string(organization.max_allowed_memberships.value_or(-1)));
    }
    boost::json::object const metadata = organization.public_metadata.object();
    auto const* const found = metadata.if_contains("version");
    std::int64_t const* const number = found != nullptr ? found->if_int64() : nullptr;
    if (!version.may_be(number != nullptr ? *number : 0)) {
        wrong("public_metadata is " + std::string{organization.public_metadata.text()});
    }
}

Verdict verify(std::vector<Entry> const& entries, std::vector<Organization> const& organizations,
               std::string_view prefix, Findings& findings) {
    std::unordered_map<std::string_view, Organization const*> by_name{};
    for (Organization const& organization : organizations) {
        if (!organization.name.starts_with(prefix)) continue;
        if (!by_name.emplace(organization.name, &organization).second) {
            findings.report(organization.name + " exists twice");
        }
    }
    Verdict verdict{};
    for (Entry const& entry : entries) {
        auto const found = by_name.find(entry.name);
        bool const there = found != by_name.end();
        if (there && entry.existence == Existence::no) findings.report(entry.name + " exists but should not");
        if (!there && entry.existence == Existence::yes) findings.report(entry.name + " is lost");
        if (entry.existence == Existence::unknown) {
            ++(there ? verdict.unknown_and_there : verdict.unknown_and_not_there);
        }
        if (!there) continue;
        entry.check(*found->second, findings);
        by_name.erase(found);
    }
    for (auto const& [name, organization] : by_name) findings.report(std::string{name} + " was created by no call");
    return verdict;
}

}  // namespace clerk::soak
