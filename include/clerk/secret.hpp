/// @file
/// A string that cannot be printed and is wiped on destruction.
#pragma once

#include <clerk/export.hpp>

#include <string>
#include <string_view>

namespace clerk {
/** @opengroup{client} */
/// The Clerk secret key (`sk_test_…` or `sk_live_…`). There is no `operator<<` and no conversion to a string; the
/// memory is overwritten on destruction and on assignment.
class CLERK_EXPORT Secret {
public:
    /// Empty: not usable, `Client` refuses it.
    Secret() noexcept = default;
    explicit Secret(std::string_view text) : text_{text} {}  ///< Copies `text`.
    Secret(Secret const&) = default;                         ///< A second copy in memory.
    Secret(Secret&& other) noexcept;                         ///< Leaves `other` empty.
    Secret& operator=(Secret const& other);                  ///< Wipes what was there.
    Secret& operator=(Secret&& other) noexcept;              ///< Wipes what was there; leaves `other` empty.
    ~Secret();

    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }  ///< Whether there is no text.
    /// The text itself, for the code that sends it.
    [[nodiscard]] std::string_view reveal() const noexcept { return text_; }

private:
    void wipe() noexcept;

    std::string text_{};
};

/// The key in the environment variable `variable`; empty when it is unset. Surrounding white space is dropped.
/// Not safe against another thread that changes the environment at the same time.
[[nodiscard]] CLERK_EXPORT Secret secret_key_from_env(char const* variable = "CLERK_SECRET_KEY");
/** @} */
}  // namespace clerk
