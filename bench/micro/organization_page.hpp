// A generated answer to a list of organizations: the same bytes in every run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace clerk::bench {

// One page as compact JSON, about 814 bytes per organization: every member that a list carries, some
// names beyond ASCII, some members null, and metadata as billing and CRM systems store it.
class OrganizationPageWriter {
public:
    [[nodiscard]] std::string write(std::size_t count) {
        std::string page{R"({"data":[)"};
        for (std::size_t index = 0; index < count; ++index) {
            if (index != 0) page += ',';
            write_organization(page, index);
        }
        return page += R"(],"total_count":)" + std::to_string(count) + '}';
    }

    void write_organization(std::string& page, std::size_t index) {
        std::string const number = std::to_string(1000 + index);
        bool const is_foreign = index % 8 == 0;
        page += R"({"object":"organization","id":"org_)" + letters(27);
        page += R"(","name":")" + std::string{is_foreign ? "Müller & Söhne " : "Northwind Traders "} + number;
        page += R"(","slug":")" + std::string{is_foreign ? "mueller-und-soehne-" : "northwind-traders-"} + number;
        page += R"(","image_url":"https://img.clerk.com/)" + letters(100);
        page += R"(","has_image":)" + std::string{index % 3 == 0 ? "true" : "false"};
        page += R"(,"members_count":)" + std::to_string(below(500));
        page += R"(,"pending_invitations_count":)" + std::to_string(below(10));
        page += R"(,"max_allowed_memberships":)" + std::to_string(below(1000));
        page += R"(,"admin_delete_enabled":)" + std::string{index % 5 == 0 ? "false" : "true"};
        page += R"(,"public_metadata":{"plan":"enterprise","seats":)" + std::to_string(below(1000));
        page += R"(,"features":["sso","audit","scim"],"theme":{"primary":"#3366ff","dark":true}})";
        page += R"(,"private_metadata":{"crm_id":"crm_)" + letters(14);
        page += R"(","billing":{"customer":"cus_)" + letters(14);
        page += R"(","balance":)" + std::to_string(below(100'000)) + ".25";
        page += R"(,"past_due":null}},"created_by":"user_)" + letters(27);
        page += R"(","created_at":17)" + std::to_string(10'000'000'000 + below(9'999'999));
        page += R"(,"updated_at":17)" + std::to_string(20'000'000'000 + below(9'999'999));
        page += R"(,"last_active_at":)";
        page += index % 4 == 0 ? std::string{"null"} : "17" + std::to_string(30'000'000'000 + below(9'999'999));
        page += R"(,"role_set_key":"role_set:default"})";
    }

private:
    std::string letters(std::size_t count) {
        constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        std::string text;
        while (text.size() != count) text += alphabet[below(alphabet.size())];
        return text;
    }

    // Not std::uniform_int_distribution: its numbers differ between standard libraries.
    std::size_t below(std::size_t limit) { return random_() % limit; }

    std::mt19937 random_{7};
};

}  // namespace clerk::bench
