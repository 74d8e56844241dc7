#include "testing/service/stored_metadata.hpp"

#include "testing/service/metadata_merge.hpp"

#include <utility>
#include <vector>

namespace clerk::testing {
namespace {

// Of compact JSON. The service publishes the limit of 8 KB but not how it counts.
constexpr std::size_t max_metadata_bytes = 8192;

std::optional<Json> merged(std::string_view stored, std::optional<Json> const& patch) {
    if (!patch) return std::nullopt;
    Json value = parse_json(stored).value_or(Json{});
    merge_metadata(value, *patch);
    return value;
}

std::string replaced(std::string_view stored, std::optional<Json> const& value) {
    return value ? to_text(*value) : std::string{stored};
}

}  // namespace

MetadataFields read_metadata(BodyReader& reader) {
    MetadataFields fields{};
    fields.public_metadata = reader.metadata("public_metadata");
    fields.private_metadata = reader.metadata("private_metadata");
    return fields;
}

MetadataFields without_null(MetadataFields fields) {
    for (auto* const field : {&fields.public_metadata, &fields.private_metadata}) {
        if (*field && (*field)->is_null()) field->reset();
    }
    return fields;
}

Outcome<MetadataFields> read_metadata(Json const& body) {
    BodyReader reader{body};
    MetadataFields fields = read_metadata(reader);
    reader.refuse_unknown({"public_metadata", "private_metadata"});
    return reader.finish(fields);
}

std::optional<Failure> check_size(MetadataFields const& fields) {
    std::vector<ApiRefusal> refusals{};
    auto const check = [&refusals](std::string_view name, std::optional<Json> const& value) {
        if (!value || to_text(*value).size() <= max_metadata_bytes) return;
        refusals.push_back(refusals::param_too_large(name, max_metadata_bytes));
    };
    check("public_metadata", fields.public_metadata);
    check("private_metadata", fields.private_metadata);
    if (refusals.empty()) return std::nullopt;
    return Failure{std::move(refusals)};
}

MetadataFields merged(std::string_view public_metadata, std::string_view private_metadata,
                      MetadataFields const& patch) {
    return {merged(public_metadata, patch.public_metadata), merged(private_metadata, patch.private_metadata)};
}

StoredMetadata replaced(std::string_view public_metadata, std::string_view private_metadata,
                        MetadataFields const& fields) {
    return {replaced(public_metadata, fields.public_metadata), replaced(private_metadata, fields.private_metadata)};
}

}  // namespace clerk::testing
