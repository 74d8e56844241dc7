// Finds the end of an array's item that the parser gave up.
#pragma once

#include <cstddef>
#include <string_view>

namespace clerk::organizations {

// Looks at brackets outside strings only: what is skipped need not be understood.
class ItemSkipper {
public:
    // `levels` objects and arrays are open, the item included; `outside` of them stay open after it.
    void start(std::size_t levels, std::size_t outside) noexcept {
        levels_ = levels;
        outside_ = outside;
        in_string_ = escaped_ = false;
        active_ = true;
    }
    void stop() noexcept { active_ = false; }
    [[nodiscard]] bool active() const noexcept { return active_; }

    // How much of `piece` belongs to the item. Inactive once the end was found.
    std::size_t skip(std::string_view piece) noexcept {
        for (std::size_t index = 0; index < piece.size(); ++index) {
            char const character = piece[index];
            if (in_string_) {
                in_string_ = escaped_ || character != '"';
                escaped_ = !escaped_ && character == '\\';
            } else if (character == '"') {
                in_string_ = true;
            } else if (character == '{' || character == '[') {
                ++levels_;
            } else if ((character == '}' || character == ']') && --levels_ == outside_) {
                active_ = false;
                return index + 1;
            }
        }
        return piece.size();
    }

private:
    std::size_t levels_{};
    std::size_t outside_{};
    bool in_string_{};
    bool escaped_{};
    bool active_{};
};

}  // namespace clerk::organizations
