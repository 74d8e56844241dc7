// The decoders of a single object. Input: how to cut the body, a line end, the body.
#include "fuzz/decoding.hpp"

namespace clerk::fuzz {
namespace {

using organizations::FieldMask;

template <class T>
void decode_as(std::string_view pattern, std::string_view body, Tree const& tree, FieldMask known) {
    auto const decoded = decode_both_ways<T>(pattern, body);
    json::object const* const object = tree.object();
    if (!decoded.value) {
        if (object == nullptr || !tree.is_utf8) return;
        json::value const* const needed = object->if_contains(std::same_as<T, DeletedObject> ? "deleted" : "id");
        bool const has_what_it_needs =
            needed != nullptr && (needed->is_bool() || (needed->is_string() && !needed->get_string().empty()));
        if constexpr (!std::same_as<T, OrganizationWithLogo>) {
            check(!has_what_it_needs || !must_be_taken<T>(*object, known), "a good object is not refused");
        }
        return;
    }
    check(object != nullptr, "only a JSON object is taken");
    std::string const written = to_json(*decoded.value);
    Decoder<T> decoder{max_depth};
    auto const again = decode(decoder, {written});
    check(again.value == decoded.value, "what is written decodes to the same");
    if constexpr (!std::same_as<T, OrganizationWithLogo>) compare<T>(*decoded.value, *object, known);
    if constexpr (!std::same_as<T, DeletedObject>) check(!decoded.value->id.empty(), "an organization has an id");
}

}  // namespace

void run(std::string_view input) {
    std::string_view const pattern = take_line(input);
    auto const tree = parse_tree(input);
    decode_as<Organization>(pattern, input, tree, organizations::organization_fields);
    decode_as<OrganizationWithLogo>(pattern, input, tree, organizations::organization_with_logo_fields);
    decode_as<DeletedObject>(pattern, input, tree, organizations::deleted_object_fields);
}

}  // namespace clerk::fuzz
