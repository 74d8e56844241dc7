/// @file
/// Header fields: of a response as they arrived, and those that a client adds to its requests.
#pragma once

#include <clerk/export.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clerk {
/** @opengroup{results} */
/// A list of header fields in wire order; names compare without regard to case (RFC 9110 5.1). One buffer holds all
/// text, so keeping the headers of a response costs two allocations.
///
/// @code
/// std::string_view const ray = info->headers["cf-ray"];   // empty when absent
/// for (auto const& field : info->headers) std::cout << field.name << ": " << field.value << '\n';
/// @endcode
class CLERK_EXPORT Headers {
public:
    /// One field; the views live as long as the `Headers` they came from.
    struct Field {
        std::string_view name{};   ///< As it arrived.
        std::string_view value{};  ///< Without surrounding white space.
    };

    Headers() = default;
    /// Appends each of `fields`.
    Headers(std::initializer_list<Field> fields) {
        for (Field const& field : fields) append(field.name, field.value);
    }

    /// Iterates over the fields in wire order.
    class const_iterator {
    public:
        using value_type = Field;
        using difference_type = std::ptrdiff_t;
        const_iterator() = default;
        const_iterator(Headers const* headers, std::size_t index) noexcept : headers_{headers}, index_{index} {}
        Field operator*() const noexcept { return headers_->at(index_); }
        const_iterator& operator++() noexcept {
            ++index_;
            return *this;
        }
        const_iterator operator++(int) noexcept {
            auto const old = *this;
            ++index_;
            return old;
        }
        bool operator==(const_iterator const&) const noexcept = default;

    private:
        Headers const* headers_{};
        std::size_t index_{};
    };

    /// The first value of `name`, without surrounding white space; empty when the field is absent.
    /// A view into these `Headers`; of a temporary, a copy.
    [[nodiscard]] std::string_view operator[](std::string_view name) const& noexcept;
    [[nodiscard]] std::string operator[](std::string_view name) && {  ///< As above.
        return std::string{std::as_const(*this)[name]};
    }
    /// Whether `name` occurs at all: tells an empty value from an absent one.
    [[nodiscard]] bool contains(std::string_view name) const noexcept;
    /// How many fields there are; repeated names count each time.
    [[nodiscard]] std::size_t size() const noexcept { return spans_.size(); }
    [[nodiscard]] bool empty() const noexcept { return spans_.empty(); }  ///< Whether there are none.
    /// Iterators over the fields. Appending and clearing invalidate the views they returned.
    [[nodiscard]] const_iterator begin() const noexcept { return {this, 0}; }
    [[nodiscard]] const_iterator end() const noexcept { return {this, spans_.size()}; }  ///< See `begin()`.

    /// Appends a field, without white space around name and value. Throws `std::length_error` when all text together
    /// would exceed 4 GiB.
    void append(std::string_view name, std::string_view value);
    /// Removes all fields.
    void clear() noexcept;

private:
    struct Span {
        std::uint32_t name_begin;
        std::uint32_t value_begin;
        std::uint32_t value_end;
    };
    [[nodiscard]] Field at(std::size_t index) const noexcept;

    std::string text_{};
    std::vector<Span> spans_{};
};
/** @} */
}  // namespace clerk
