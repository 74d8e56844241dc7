/// @file
/// The three states of a PATCH member.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

namespace clerk {
/** @opengroup{values} */
/// A member of a PATCH or PUT body: absent (not changed), null, or a value.
///
/// @code
/// clerk::UpdateOrganizationRequest request{.name = "New name", .slug = nullptr};   // everything else is left alone
/// @endcode
template <class T>
class PatchField {
public:
    /// Absent: the member is not sent.
    constexpr PatchField() noexcept = default;
    /// JSON null.
    constexpr PatchField(std::nullptr_t) noexcept : null_{true} {}  // NOLINT(google-explicit-constructor)
    /// A value.
    template <class U = T>
    requires(std::constructible_from<T, U &&> && !std::same_as<std::remove_cvref_t<U>, PatchField> &&
             !std::same_as<std::remove_cvref_t<U>, std::nullptr_t>) constexpr PatchField(U&& value)
        : value_{std::in_place, std::forward<U>(value)} {}  // NOLINT(google-explicit-constructor)

    [[nodiscard]] constexpr bool is_absent() const noexcept { return !null_ && !value_.has_value(); }  ///< Not sent.
    [[nodiscard]] constexpr bool is_null() const noexcept { return null_; }                 ///< Sent as null.
    [[nodiscard]] constexpr bool has_value() const noexcept { return value_.has_value(); }  ///< Sent as a value.
    /// The value. Precondition: `has_value()`.
    [[nodiscard]] constexpr T const& operator*() const noexcept { return *value_; }
    [[nodiscard]] constexpr T const* operator->() const noexcept { return &*value_; }  ///< As above.

    friend constexpr bool operator==(PatchField const&, PatchField const&) = default;

private:
    std::optional<T> value_{};
    bool null_{};
};
/** @} */
}  // namespace clerk
