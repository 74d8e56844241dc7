// The users of the instance, by id.
#pragma once

#include "testing/service/names.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace clerk::testing {

class Users {
public:
    // Without `ids`, every id is that of a user.
    explicit Users(std::span<std::string const> known) : every_id_(known.empty()) {
        for (std::string const& id : known) names_.intern(id);
    }

    // Adds a user of the organizations created at the start.
    NameIndex add(std::string_view id) { return names_.intern(id); }
    // Empty: there is no such user.
    [[nodiscard]] std::optional<NameIndex> find_or_add(std::string_view id) {
        return every_id_ && !id.empty() ? std::optional{names_.intern(id)} : names_.find(id);
    }
    [[nodiscard]] bool exists(std::string_view id) const { return !id.empty() && (every_id_ || find(id)); }
    // Empty: there is no such user, or no request has used the id yet.
    [[nodiscard]] std::optional<NameIndex> find(std::string_view id) const { return names_.find(id); }
    [[nodiscard]] std::string_view id(NameIndex user) const { return names_.text(user); }

private:
    Names names_{};
    bool every_id_;
};

}  // namespace clerk::testing
