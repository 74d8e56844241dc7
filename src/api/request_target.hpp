// Paths and queries. Pure.
#pragma once

#include <clerk/timestamp.hpp>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::api {

// A path of fixed text and ids in turn, beginning with text; each id is encoded as one segment.
[[nodiscard]] std::string path_of(std::initializer_list<std::string_view> parts);

// Appends query parameters to a target. Lists repeat their key; empty optionals and texts are not sent.
class QueryWriter {
public:
    // `target` has no query yet.
    explicit QueryWriter(std::string& target) noexcept : target_{target} {}

    void add(std::string_view name, std::string_view value);
    void add(std::string_view name, std::optional<bool> value);
    void add(std::string_view name, std::optional<std::int64_t> value);
    void add(std::string_view name, std::optional<Timestamp> value);  // in milliseconds
    void add(std::string_view name, std::vector<std::string> const& values);

private:
    std::string& begin(std::string_view name);

    std::string& target_;
    char separator_{'?'};
};

}  // namespace clerk::api
