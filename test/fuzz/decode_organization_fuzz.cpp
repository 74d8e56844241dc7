// The decoders of a single object. Input: how to cut the body, a line end, the body.
#include "fuzz/decoding.hpp"

namespace clerk::fuzz {
namespace {

template <class T>
void decode_as(std::string_view pattern, std::string_view body, Tree const& tree) {
    compare_readers<T>(body);
    auto const decoded = decode_both_ways<T>(pattern, body);
    json::object const* const object = tree.object();
    if (!decoded.value) {
        if (object == nullptr || !tree.is_utf8) return;
        json::value const* const needed = object->if_contains(std::same_as<T, DeletedObject> ? "deleted" : "id");
        bool const has_what_it_needs =
            needed != nullptr && (needed->is_bool() || (needed->is_string() && !needed->get_string().empty()));
        check(!has_what_it_needs || !must_be_taken<T>(*object), "a good object is not refused");
        return;
    }
    check(object != nullptr, "only a JSON object is taken");
    std::string const written = to_json(*decoded.value);
    Decoder<T> decoder{max_depth};
    auto const again = decode(decoder, {written});
    check(again.value == decoded.value, "what is written decodes to the same");
    compare<T>(*decoded.value, *object);
    if constexpr (!std::same_as<T, DeletedObject>) check(!decoded.value->id.empty(), "an organization has an id");
}

}  // namespace

void run(std::string_view input) {
    std::string_view const pattern = take_line(input);
    auto const tree = parse_tree(input);
    decode_as<Organization>(pattern, input, tree);
    decode_as<OrganizationWithLogo>(pattern, input, tree);
    decode_as<DeletedObject>(pattern, input, tree);
}

}  // namespace clerk::fuzz
