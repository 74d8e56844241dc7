// Public and private metadata, in requests and as stored. Pure.
#pragma once

#include "testing/service/body_reader.hpp"
#include "testing/service/json.hpp"
#include "testing/service/refusal.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace clerk::testing {

// Of a request. Empty: not given.
struct MetadataFields {
    std::optional<Json> public_metadata{};
    std::optional<Json> private_metadata{};

    [[nodiscard]] bool empty() const noexcept { return !public_metadata && !private_metadata; }
};

// Compact JSON.
struct StoredMetadata {
    std::string public_metadata{};
    std::string private_metadata{};
};

// Both members of a body as they are.
[[nodiscard]] MetadataFields read_metadata(BodyReader& reader);
// Null counts as not given.
[[nodiscard]] MetadataFields without_null(MetadataFields fields);
// The body of a request that contains only metadata.
[[nodiscard]] Outcome<MetadataFields> read_metadata(Json const& body);

// Errors in the size of metadata that is to be stored.
[[nodiscard]] std::optional<Failure> check_size(MetadataFields const& fields);
// The fields that a deep merge changes, with their new values.
[[nodiscard]] MetadataFields merged(std::string_view public_metadata, std::string_view private_metadata,
                                    MetadataFields const& patch);
// Replaces each field that is given.
[[nodiscard]] StoredMetadata replaced(std::string_view public_metadata, std::string_view private_metadata,
                                      MetadataFields const& fields);

}  // namespace clerk::testing
