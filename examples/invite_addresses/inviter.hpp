// Invites addresses to an organization, each of them at most once, however often it is run.
#pragma once
#include <algorithm>
#include <chrono>
#include <clerk.hpp>
#include <istream>
#include <ostream>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

// In lower case, because the service ignores case too.
inline std::string lower(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return text;
}

// The first field of each line, if it is an address; other lines, such as a header line, are skipped.
inline std::vector<std::string> read_addresses(std::istream& csv) {
    std::vector<std::string> addresses;
    for (std::string line; std::getline(csv, line);) {
        std::string address = line.substr(0, line.find_first_of(",;\r"));
        std::erase_if(address, [](char c) { return c == '"' || c == ' '; });
        if (address.find('@') != std::string::npos) addresses.push_back(lower(address));
    }
    return addresses;
}

class Inviter {
public:
    // `patience`: how long a call may wait for the service's hourly limits.
    // `out` gets a line for each address: invited now, invited before, or refused.
    Inviter(clerk::Client const& client, std::string organization, std::string role, std::chrono::milliseconds patience,
            std::ostream& out)
        : api_{client},
          organization_{std::move(organization)},
          role_{std::move(role)},
          patience_{patience},
          out_{out} {}

    // Returns why it stopped before the end; empty when all are invited or refused. Another run continues with the
    // rest.
    clerk::awaitable<std::string> invite(std::vector<std::string> waiting) {
        if (auto problem = co_await leave_out_invited(waiting); !problem.empty()) co_return problem;
        std::size_t one_by_one = 0;  // so many are sent one by one, because one of them was refused
        for (int unclear = 0; !waiting.empty();) {
            std::size_t const count = one_by_one != 0 ? 1 : std::min(waiting.size(), clerk::max_invitations_at_once);
            clerk::Result<void> const sent = co_await send(waiting, count);
            if (sent) {
                for (std::size_t i = 0; i != count; ++i) out_ << "invited " << waiting[i] << '\n';
                unclear = 0;
            } else if (sent.error().may_have_taken_effect()) {
                // Nothing is sent again before the invitations have been read again.
                if (++unclear == 3) co_return to_string(sent.error());
                if (auto problem = co_await leave_out_invited(waiting); !problem.empty()) co_return problem;
                continue;
            } else if (sent.error().status() != 400 && sent.error().status() != 422) {
                co_return to_string(sent.error());
            } else if (count != 1) {
                one_by_one = count;  // all or none were invited
                continue;
            } else {
                out_ << "refused " << waiting[0] << ": " << sent.error().message() << '\n';
            }
            waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(count));
            if (one_by_one != 0) --one_by_one;
        }
        co_return std::string{};
    }

private:
    // The first `count` addresses.
    clerk::awaitable<clerk::Result<void>> send(std::vector<std::string> const& addresses, std::size_t count) {
        std::vector<clerk::CreateOrganizationInvitationRequest> requests(count);
        for (std::size_t i = 0; i != count; ++i) {
            requests[i].email_address = addresses[i];
            requests[i].role = role_;
        }
        clerk::CallOptions const options{.timeout = patience_};
        if (count == 1) {
            auto const sent = co_await api_.create_organization_invitation(organization_, requests[0], options);
            if (!sent) co_return sent.error();
        } else {
            auto const sent = co_await api_.create_organization_invitation_bulk(organization_, requests, options);
            if (!sent) co_return sent.error();
        }
        co_return clerk::Result<void>{};
    }

    // Removes duplicates and all addresses that were ever invited. Returns an error text when the invitations could not
    // be read.
    clerk::awaitable<std::string> leave_out_invited(std::vector<std::string>& addresses) {
        std::unordered_set<std::string> seen;
        clerk::ListOrganizationInvitationsRequest const all{};
        auto pages = api_.paginate(organization_, all, {.anchored = true});
        while (!pages.done()) {
            auto const page = co_await pages.next_page();
            if (!page) co_return to_string(page.error());
            for (clerk::OrganizationInvitation const& each : *page) seen.insert(lower(each.email_address));
        }
        if (!pages.report().complete) co_return "who is invited is not known: " + std::string{pages.report().doubt};
        std::erase_if(addresses, [&](std::string const& each) {
            if (seen.insert(each).second) return false;
            out_ << "already invited " << each << '\n';
            return true;
        });
        co_return std::string{};
    }

    clerk::OrganizationInvitationsApi api_;
    std::string organization_;
    std::string role_;
    std::chrono::milliseconds patience_;
    std::ostream& out_;
};
