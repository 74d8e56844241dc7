// Finds the end of an array's item without parsing it.
#pragma once

#include "base/json_scan.hpp"

#include <cstddef>
#include <string_view>

namespace clerk::organizations {

// Looks at strings and brackets only: what is skipped need not be understood.
class ItemSkipper {
public:
    // The next character is the item's first.
    void start() noexcept { *this = {}; }

    // How much of `piece` belongs to the item. `is_done()` once its end was found.
    std::size_t skip(std::string_view piece) noexcept {
        char const* const begin = piece.data();
        char const* const end = begin + piece.size();
        for (char const* at = begin; at != end; ++at) {
            if (in_string_) {
                if (!escaped_) at = base::find_json_escape(at, end);
                if (at == end) break;
                in_string_ = escaped_ || *at != '"';
                escaped_ = !escaped_ && *at == '\\';
            } else if (*at == '"') {
                in_string_ = true;
            } else if (*at == '{' || *at == '[') {
                ++levels_;
            } else if (*at == '}' || *at == ']' || (*at == ',' && levels_ == 0)) {
                // On the array's own level they belong to the array.
                done_ = levels_ <= 1;
                if (levels_ == 0) return static_cast<std::size_t>(at - begin);
                --levels_;
                if (done_) return static_cast<std::size_t>(at - begin) + 1;
            }
        }
        return piece.size();
    }

    [[nodiscard]] bool is_done() const noexcept { return done_; }
    // Whether what was skipped so far ends inside a string.
    [[nodiscard]] bool is_in_string() const noexcept { return in_string_; }

private:
    std::size_t levels_{};
    bool in_string_{};
    bool escaped_{};
    bool done_{};
};

}  // namespace clerk::organizations
