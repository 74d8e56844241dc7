// One stored organization, kept small: a million of them must fit in memory.
#pragma once

#include "testing/service/names.hpp"
#include "testing/service/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace clerk::testing {

struct OrganizationRecord {
    static constexpr std::size_t id_size = 31;  // "org_" and 27 digits of base 62
    static constexpr Milliseconds never_active = -1;

    std::array<char, id_size> id_chars{};
    bool live{};
    bool admin_delete_enabled{true};
    Milliseconds created_at{};
    Milliseconds updated_at{};
    Milliseconds last_active_at{never_active};
    std::int64_t max_allowed_memberships{};
    std::uint32_t members{};
    std::uint32_t pending_invitations{};
    NameIndex created_by{no_name};
    NameIndex role_set{no_name};
    std::uint32_t logo{};  // 0: none, else a number, so that every upload has its own URL

    [[nodiscard]] std::string_view id() const noexcept { return {id_chars.data(), id_size}; }
    void set_id(std::string_view id) noexcept { std::copy_n(id.begin(), id_size, id_chars.begin()); }

    [[nodiscard]] std::string_view name() const noexcept { return view(0, name_size_); }
    // Empty: none.
    [[nodiscard]] std::string_view slug() const noexcept { return view(name_size_, slug_size_); }
    // JSON: an object or null.
    [[nodiscard]] std::string_view public_metadata() const noexcept {
        return view(name_size_ + slug_size_, public_size_);
    }
    [[nodiscard]] std::string_view private_metadata() const noexcept {
        return std::string_view{texts_}.substr(name_size_ + slug_size_ + public_size_);
    }
    // The arguments may be views of the current texts.
    void set_texts(std::string_view name, std::string_view slug, std::string_view public_metadata,
                   std::string_view private_metadata) {
        std::string texts{};
        texts.reserve(name.size() + slug.size() + public_metadata.size() + private_metadata.size());
        texts.append(name).append(slug).append(public_metadata).append(private_metadata);
        name_size_ = static_cast<std::uint32_t>(name.size());
        slug_size_ = static_cast<std::uint32_t>(slug.size());
        public_size_ = static_cast<std::uint32_t>(public_metadata.size());
        texts_ = std::move(texts);
    }

private:
    [[nodiscard]] std::string_view view(std::size_t from, std::size_t size) const noexcept {
        return std::string_view{texts_}.substr(from, size);
    }

    std::uint32_t name_size_{};
    std::uint32_t slug_size_{};
    std::uint32_t public_size_{};
    std::string texts_{};  // name, slug and both metadata in one allocation
};

}  // namespace clerk::testing
