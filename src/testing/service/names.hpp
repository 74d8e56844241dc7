// Interned texts.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace clerk::testing {

// Index of an interned text; `no_name` for none.
using NameIndex = std::uint32_t;
inline constexpr NameIndex no_name = ~NameIndex{};

class Names {
public:
    NameIndex intern(std::string_view text) {
        if (auto const known = index_.find(text); known != index_.end()) return known->second;
        auto const index = static_cast<NameIndex>(texts_.size());
        index_.emplace(texts_.emplace_back(text), index);
        return index;
    }
    [[nodiscard]] std::optional<NameIndex> find(std::string_view text) const {
        auto const known = index_.find(text);
        return known == index_.end() ? std::nullopt : std::optional{known->second};
    }
    [[nodiscard]] std::string_view text(NameIndex index) const { return texts_[index]; }

private:
    std::deque<std::string> texts_{};  // a deque: the map points at its elements
    std::unordered_map<std::string_view, NameIndex> index_{};
};

}  // namespace clerk::testing
