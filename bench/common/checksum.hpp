// A checksum that shows whether two clients have decoded the same answer.
#pragma once

#include <cstdint>
#include <string_view>

namespace clerk_bench {

// FNV-1a over id, name and time of creation of each organization, in order.
class Checksum {
public:
    void add(std::string_view id, std::string_view name, std::int64_t created_at_ms) noexcept {
        add_text(id);
        add_text(name);
        auto bits = static_cast<std::uint64_t>(created_at_ms);
        for (int i = 0; i != 8; ++i, bits >>= 8U) add_byte(static_cast<unsigned char>(bits & 0xFFU));
    }

    [[nodiscard]] std::uint64_t value() const noexcept { return value_; }

private:
    void add_text(std::string_view text) noexcept {
        for (char const c : text) add_byte(static_cast<unsigned char>(c));
        add_byte(0);
    }
    void add_byte(unsigned char byte) noexcept { value_ = (value_ ^ byte) * 0x100000001B3U; }

    std::uint64_t value_{0xCBF29CE484222325U};
};

}  // namespace clerk_bench
