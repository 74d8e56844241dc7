// Paths and queries of the organizations API. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::organizations {

// `/organizations/{id}` and `suffix`; the id is encoded as one segment.
[[nodiscard]] std::string organization_target(std::string_view id, std::string_view suffix);

// Appends query parameters to a target. Arrays repeat their key; empty optionals are not sent.
class QueryWriter {
public:
    // `target` has no query yet.
    explicit QueryWriter(std::string& target) noexcept : target_{target} {}

    void add(std::string_view name, std::string_view value);
    void add(std::string_view name, std::optional<bool> value);
    void add(std::string_view name, std::optional<std::int64_t> value);
    void add(std::string_view name, std::vector<std::string> const& values);

private:
    std::string& begin(std::string_view name);

    std::string& target_;
    char separator_{'?'};
};

}  // namespace clerk::organizations
