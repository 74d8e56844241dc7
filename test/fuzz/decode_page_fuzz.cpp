// The decoder of a page. Input: how to cut the body, a line end, the body.
#include "fuzz/decoding.hpp"

namespace clerk::fuzz {
namespace {

// Every item that was not decoded is invalid according to the tree, and every other one equals the tree.
void compare_items(Organizations const& page, json::array const& items, bool is_utf8) {
    check(page.data.size() + page.undecoded.size() == items.size(), "every item is accounted for");
    auto next = page.data.begin();
    auto odd = page.undecoded.begin();
    for (std::size_t index = 0; index < items.size(); ++index) {
        json::object const* const item = items[index].if_object();
        if (odd != page.undecoded.end() && odd->index == index) {
            json::value const* const id = item != nullptr ? item->if_contains("id") : nullptr;
            bool const has_id = id != nullptr && id->is_string() && !id->get_string().empty();
            check(!is_utf8 || !has_id || !must_be_taken<Organization>(*item), "a good item is not refused");
            ++odd;
            continue;
        }
        check(item != nullptr, "only an object is an item");
        compare<Organization>(*next++, *item);
    }
    check(odd == page.undecoded.end(), "undecoded items are in order");
}

void check_undecoded(Organizations const& page) {
    for (UndecodedItem const& item : page.undecoded) {
        check(item.path.starts_with("$.data[" + std::to_string(item.index) + "]"), "an undecoded item has its path");
        check(item.path.size() < 128 && !item.message.empty() && item.message.size() < 128, "and says why, shortly");
    }
}

}  // namespace

void run(std::string_view input) {
    std::string_view const pattern = take_line(input);
    auto const tree = parse_tree(input);
    auto const decoded = decode_both_ways<Organizations>(pattern, input);
    json::object const* const object = tree.object();
    json::value const* const data = object != nullptr ? object->if_contains("data") : nullptr;
    json::value const* const total = object != nullptr ? object->if_contains("total_count") : nullptr;
    bool const is_page =
        data != nullptr && data->is_array() && total != nullptr && total->is_int64() && total->get_int64() >= 0;
    if (!decoded.value) return check(!is_page || !tree.is_utf8, "a page is not refused for its items");

    Organizations const& page = *decoded.value;
    check(page.total_count >= 0, "a count is not negative");
    check_undecoded(page);
    if (!tree.value) {
        check(!page.undecoded.empty(), "what is not JSON lies inside an item");
    } else {
        check(object != nullptr && data != nullptr && data->is_array(), "only a page is taken");
        check(same(std::optional{page.total_count}, *total), "the count is what the tree says");
        json::object unknown = *object;
        unknown.erase("data");
        unknown.erase("total_count");
        check(same(page.additional_fields, unknown), "what is unknown is kept");
        compare_items(page, data->get_array(), tree.is_utf8);
    }
    std::string const written = to_json(page);
    Decoder<Organizations> decoder{max_depth};
    auto const again = decode(decoder, {written});
    check(again.value.has_value() && again.value->data == page.data && again.value->undecoded.empty() &&
              again.value->total_count == page.total_count && again.value->additional_fields == page.additional_fields,
          "what is written decodes to the same");
}

}  // namespace clerk::fuzz
