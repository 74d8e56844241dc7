/// @file
/// Reads a list page after page, to its end.
#pragma once

#include <clerk/config.hpp>
#include <clerk/export.hpp>
#include <clerk/page.hpp>
#include <clerk/result.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace clerk {
/** @opengroup{lists} */
namespace api {
template <class T>
class Walk;
}

/// Options of a walk, which reads all pages of a list. Trivially destructible.
struct PaginatorOptions {
    /// Items per request, 1…500; anything else is `errc::invalid_argument` from the first page.
    std::int64_t page_size{500};
    /// Pages requested ahead of the consumer, 0…64. 0: a page is requested only by `next_page()` or `next()`.
    /// N: up to N requests are in flight; pages are still delivered in order.
    std::size_t prefetch{0};
    /// The walk ends after this many items, those before a `resume()` included; 0 means all.
    /// The last page is cut to fit. A resumed walk may have another limit than the one before it.
    std::int64_t max_items{0};
    /// Whether the walk misses and repeats no item although items are created and deleted while it runs. Neighbouring
    /// pages overlap; a page that does not overlap the one before it by `created_at` and id is requested again from a
    /// smaller offset. `order_by` must be empty or `+created_at`, which is then sent; another order is
    /// `errc::invalid_argument` (field `order_by`), and so is a list that has no order (field `anchored`).
    bool anchored{false};
    /// Items that neighbouring pages of an anchored walk share at first, 1…250; at most half a page is used.
    /// The walk widens it by itself where many have the same `created_at` or many are deleted. Ignored when not
    /// anchored.
    std::int64_t overlap{10};
    /// Deadline of each page's call; negative: the client's `TimeoutOptions::total`, 0: none.
    std::chrono::milliseconds page_timeout{-1};
    /// Deadline of the whole walk, counted from its first request: a page that has not arrived by then ends with
    /// `errc::deadline_exceeded`. 0…1 year; 0: none.
    std::chrono::milliseconds walk_timeout{0};
    /// `CallOptions::context` of each page's call. It must outlive the pages in flight.
    void* context{};
};

/// The result of a walk. All members count from its beginning, including what was before a `resume()`.
struct WalkReport {
    std::int64_t delivered{};           ///< Items delivered, undecoded ones not counted.
    std::int64_t undecoded{};           ///< Items that could not be decoded.
    std::int64_t duplicates_dropped{};  ///< Items that came again and were not delivered again, overlaps included.
    std::int64_t drift_events{};        ///< Pages that showed that the list had changed.
    std::int64_t refetches{};           ///< Pages requested again because they did not overlap the page before.
    std::optional<std::int64_t> first_total{};  ///< `total_count` of the first page; empty before it.
    std::optional<std::int64_t> last_total{};   ///< `total_count` of the latest page.
    std::int64_t requests{};                    ///< Pages requested, refetches included, retries not.
    std::int64_t retries{};                     ///< Attempts beyond the first, of all requests whose page was used.
    std::chrono::milliseconds elapsed{};        ///< From the first request to now, or to the end.
    /// Every item that existed during the whole walk was delivered exactly once, under the conditions that `Paginator`
    /// names. False: unknown, for the reason in `doubt`.
    bool complete{};
    std::string_view doubt{};  ///< Why `complete` is false, a literal such as `the walk has not ended`; else empty.

    friend bool operator==(WalkReport const&, WalkReport const&) = default;
};

/// The report as one JSON object, member names as above, times in milliseconds (`elapsed_ms`).
[[nodiscard]] CLERK_EXPORT std::string to_json(WalkReport const& report);

/// An asynchronous walk over all items of a list that match a request, by limit and offset.
///
/// Ends on an empty page, at the total that the service last reported, or at `max_items`; a short or over-long page
/// moves the offset by what arrived. A service whose pages repeat, or whose total keeps growing, ends the walk with
/// `errc::pagination_stalled` instead of looping. After an error the position is kept: the next call continues there.
///
/// Offset pages shift when items are created or deleted during the walk: a plain walk may miss some and repeat others.
/// An anchored walk (`PaginatorOptions::anchored`) does not: every item that matches during the whole walk is delivered
/// exactly once. An item that is created, deleted, or starts or stops matching during the walk is delivered at most
/// once. This requires that
/// - the service orders by `created_at`, and each of its answers shows the list at one moment;
/// - no `created_at` is edited during the walk;
/// - items with the same `created_at` come in the same order each time, where more than half a page of them share one.
///   Smaller groups may come in any order.
/// An anchored walk requests at least 2 items per page, lets neighbouring pages overlap, and requests a page again when
/// it does not overlap. It stores only the ids of one `created_at`, at most 5,000. Its `report()` says whether it is
/// complete: it is not when an answer of the service contradicted these conditions.
///
/// Use one paginator from one coroutine at a time; different paginators may run at once, in any threads. Cancelling
/// `next_page()` or `next()` keeps the position. Destroying the paginator cancels the pages in flight. It keeps the
/// client's core alive, but must not outlive the executor's context. One that has been moved from may only be destroyed
/// or assigned to.
///
/// @code
/// clerk::ListOrganizationsRequest everything{.order_by = "+created_at"};
/// auto pages = organizations.paginate(everything, {.prefetch = 4});
/// while (!pages.done()) {
///     auto page = co_await pages.next_page();
///     if (!page) { std::cerr << page.error() << '\n'; break; }
///     for (clerk::Organization const& organization : *page) std::cout << organization.name << '\n';
/// }
/// @endcode
template <class T>
class Paginator {
public:
    Paginator(Paginator&&) noexcept;  ///< Takes over the walk of the other.
    /// Ends the walk that this object held.
    Paginator& operator=(Paginator&&) noexcept;
    Paginator(Paginator const&) = delete;
    Paginator& operator=(Paginator const&) = delete;
    ~Paginator();

    /// Whether the walk is over: nothing is left to deliver, or it was stopped with `errc::pagination_stalled`. False
    /// before the first page.
    [[nodiscard]] bool done() const noexcept;
    /// The next page; an empty one when the walk is over. Errors: those of the list's operation, and
    /// `errc::pagination_stalled`; `errc::invalid_argument` for unusable options. Do not mix with `next()` inside a
    /// page.
    [[nodiscard]] boost::asio::awaitable<Result<Page<T>>> next_page();
    /// The next item; empty at the end. Items that cannot be decoded are skipped and counted in `undecoded()`.
    /// Errors: those of `next_page()`.
    /// @code
    /// for (;;) {
    ///     auto next = co_await pages.next();
    ///     if (!next || !*next) break;   // an error, or the end
    ///     std::cout << (*next)->name << '\n';
    /// }
    /// @endcode
    [[nodiscard]] boost::asio::awaitable<Result<std::optional<T>>> next();

    /// Offset of the next page; of an anchored walk, in the list as it was when its last page was answered. With
    /// `next()`, the rest of the current page counts as delivered.
    [[nodiscard]] std::int64_t position() const noexcept;
    /// Items delivered so far in whole pages, undecoded ones not counted.
    [[nodiscard]] std::int64_t delivered() const noexcept;
    /// Items that could not be decoded so far. `UndecodedItem::index` counts from the start of the page as it arrived.
    [[nodiscard]] std::int64_t undecoded() const noexcept;
    /// `total_count` of the latest page; empty before the first.
    [[nodiscard]] std::optional<std::int64_t> total_count() const noexcept;
    /// The walk so far. Pages that are in flight count as `requests` only.
    [[nodiscard]] WalkReport report() const;
    /// The position after the last page that was delivered, for `resume()`: one line of printable ASCII, opaque,
    /// usually below 1 KB. With `next()`, the rest of the current page counts as delivered. Holds ids of items, no
    /// names, metadata or key.
    [[nodiscard]] std::string checkpoint() const;

    /// For the API classes.
    explicit Paginator(std::shared_ptr<api::Walk<T>> walk) noexcept;

private:
    std::shared_ptr<api::Walk<T>> walk_;
};
/** @} */
}  // namespace clerk
