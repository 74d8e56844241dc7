// Decodes the body of an answer for one of the other clients.
#pragma once

#include "common/bench_options.hpp"
#include "peers/decoders/plain_organization.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace clerk_bench {

// The content of an answer.
struct Decoded {
    std::int64_t organizations{};
    std::uint64_t checksum{};  // 0 unless requested
};

class Decoder {
public:
    virtual ~Decoder() = default;
    // Throws std::exception when the body is not as expected. May write behind the end of `body`, within its capacity.
    [[nodiscard]] virtual Decoded decode(std::string& body, bool with_checksum) = 0;
};

// Bytes behind a body that must be readable for simdjson.
inline constexpr std::size_t body_padding = 64;

template <class Metadata>
[[nodiscard]] Decoded describe(Organization<Metadata> const& organization, bool with_checksum) {
    if (!with_checksum) return {.organizations = 1};
    Checksum checksum;
    add(checksum, organization);
    return {.organizations = 1, .checksum = checksum.value()};
}

template <class Metadata>
[[nodiscard]] Decoded describe(Page<Metadata> const& page, bool with_checksum) {
    auto const count = static_cast<std::int64_t>(page.data.size());
    if (!with_checksum) return {.organizations = count};
    Checksum checksum;
    for (auto const& organization : page.data) add(checksum, organization);
    return {.organizations = count, .checksum = checksum.value()};
}

// Whether the answers are pages.
[[nodiscard]] inline bool expects_page(Options const& options) { return options.list != 0; }

[[nodiscard]] std::unique_ptr<Decoder> make_boost_json_decoder(bool pages);
[[nodiscard]] std::unique_ptr<Decoder> make_nlohmann_decoder(bool pages);
[[nodiscard]] std::unique_ptr<Decoder> make_simdjson_decoder(bool pages);

// For `--decode NAME`: none, boost-json, nlohmann or simdjson. Null for none.
[[nodiscard]] std::unique_ptr<Decoder> make_decoder(Options const& options);

}  // namespace clerk_bench
