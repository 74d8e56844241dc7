// Public and private metadata: as a request gives them, and as they are stored. Pure.
#pragma once

#include "testing/service/body_reader.hpp"
#include "testing/service/json.hpp"
#include "testing/service/refusal.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace clerk::testing {

// Of a request. Nothing: not given.
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
// The body of a request that is about metadata alone.
[[nodiscard]] Outcome<MetadataFields> read_metadata(Json const& body);

// What is wrong with the size of metadata that is to be stored.
[[nodiscard]] std::optional<Failure> check_size(MetadataFields const& fields);
// The fields that a deep merge changes, with their new values.
[[nodiscard]] MetadataFields merged(std::string_view public_metadata, std::string_view private_metadata,
                                    MetadataFields const& patch);
// Each field that is given, as text, in place of the present one.
[[nodiscard]] StoredMetadata replaced(std::string_view public_metadata, std::string_view private_metadata,
                                      MetadataFields const& fields);

}  // namespace clerk::testing
