#include "api/pagination/walk_options.hpp"

#include "base/local_error.hpp"

#include <chrono>

namespace clerk::api {

namespace {

constexpr std::chrono::milliseconds longest_walk = std::chrono::hours{24} * 365;

}  // namespace

Result<void> check(std::string_view operation, PaginatorOptions const& options, std::optional<std::int64_t> limit,
                   std::optional<std::int64_t> offset, std::string_view const* order_by) {
    auto const refused = [operation](char const* field, char const* message) {
        return base::local_error(operation, errc::invalid_argument, message, field);
    };
    if (options.page_size < 1 || options.page_size > 500) return refused("page_size", "must be 1…500");
    if (options.prefetch > 64) return refused("prefetch", "must be 0…64");
    if (options.max_items < 0) return refused("max_items", "must not be negative");
    if (options.walk_timeout < std::chrono::milliseconds{0} || options.walk_timeout > longest_walk) {
        return refused("walk_timeout", "must be 0…1 year");
    }
    if (limit) return refused("limit", "a walk takes its page size from PaginatorOptions::page_size");
    if (offset && *offset < 0) return refused("offset", "must not be negative");
    if (!options.anchored) return {};
    if (options.overlap < 1 || options.overlap > 250) return refused("overlap", "must be 1…250");
    if (order_by == nullptr) return refused("anchored", "an anchored walk needs a list with an order");
    if (!order_by->empty() && *order_by != keyset_order) {
        return refused("order_by", "an anchored walk uses the order +created_at");
    }
    return {};
}

PaginatorOptions usable(PaginatorOptions options) noexcept {
    options.page_size = std::max<std::int64_t>(options.page_size, 1);
    options.max_items = std::max<std::int64_t>(options.max_items, 0);
    options.overlap = std::max<std::int64_t>(options.overlap, 1);
    return options;
}

}  // namespace clerk::api
