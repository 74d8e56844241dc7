#include <clerk/organization_paginator.hpp>
#include <clerk/organizations_api.hpp>

#include "core/client_core.hpp"
#include "net/wakeup.hpp"
#include "organizations/decoders.hpp"
#include "organizations/endpoint_call.hpp"
#include "organizations/requests.hpp"
#include "policy/page_cursor.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <exception>
#include <utility>

namespace clerk {

namespace asio = boost::asio;
using policy::PageRequest;
using policy::PageVerdict;

namespace {

Error refused(std::string field, std::string message) {
    ErrorDetails details{};
    details.operation = "list_organizations";
    details.field = std::move(field);
    details.message = std::move(message);
    return Error{make_error_code(errc::invalid_argument), std::move(details)};
}

Error failed(errc code, std::string message) {
    ErrorDetails details{};
    details.operation = "list_organizations";
    details.message = std::move(message);
    return Error{make_error_code(code), std::move(details)};
}

constexpr std::chrono::milliseconds longest_walk = std::chrono::hours{24} * 365;

Result<void> check(ListOrganizationsRequest const& request, PaginatorOptions const& options) {
    if (options.page_size < 1 || options.page_size > 500) return refused("page_size", "must be 1…500");
    if (options.prefetch > 64) return refused("prefetch", "must be 0…64");
    if (options.max_items < 0) return refused("max_items", "must not be negative");
    if (options.walk_timeout < std::chrono::milliseconds{0} || options.walk_timeout > longest_walk) {
        return refused("walk_timeout", "must be 0…1 year");
    }
    if (request.limit) return refused("limit", "a walk takes its page size from PaginatorOptions::page_size");
    if (request.offset && *request.offset < 0) return refused("offset", "must not be negative");
    return {};
}

// A page that was asked for before the consumer wanted it. Its call runs on a strand of its own, so that it can be
// cancelled from the consumer's thread.
struct PendingPage : std::enable_shared_from_this<PendingPage> {
    explicit PendingPage(asio::any_io_executor const& executor)
        : strand{asio::make_strand(executor)}, ready{strand} {}

    void start(asio::awaitable<Result<Organizations>> call) {
        auto const store = [self = shared_from_this()](std::exception_ptr thrown, Result<Organizations> page) {
            self->thrown = thrown;
            self->page = std::move(page);
            self->ready.wake();
        };
        asio::co_spawn(strand, std::move(call), asio::bind_cancellation_slot(signal.slot(), store));
    }
    void cancel() {
        asio::dispatch(strand, [self = shared_from_this()] { self->signal.emit(asio::cancellation_type::terminal); });
    }

    asio::any_io_executor strand;
    net::Wakeup ready;
    asio::cancellation_signal signal{};
    std::exception_ptr thrown{};
    Result<Organizations> page{};
};

policy::PageFacts facts_of(Organizations const& page) {
    policy::PageFacts facts{};
    facts.received = static_cast<std::int64_t>(page.data.size() + page.undecoded.size());
    facts.total_count = page.total_count;
    if (!page.data.empty()) {
        facts.first_id = page.data.front().id;
        facts.last_id = page.data.back().id;
    }
    return facts;
}

// Cuts a page to its first `keep` items, where an item that could not be decoded counts as one.
void cut(Organizations& page, std::int64_t keep) {
    auto const limit = static_cast<std::size_t>(std::max<std::int64_t>(keep, 0));
    if (page.data.size() + page.undecoded.size() <= limit) return;
    std::erase_if(page.undecoded, [limit](UndecodedItem const& item) { return item.index >= limit; });
    page.data.resize(std::min(page.data.size(), limit - std::min(limit, page.undecoded.size())));
}

}  // namespace

// Drives policy::PageCursor: asks it what to request, tells it what came, delivers what it says.
class OrganizationPaginator::Walk {
public:
    Walk(std::shared_ptr<core::ClientCore> core, ListOrganizationsRequest request, PaginatorOptions options)
        : core_{std::move(core)},
          request_{std::move(request)},
          options_{options},
          valid_{check(request_, options_)},
          cursor_{std::max<std::int64_t>(options.page_size, 1), std::max<std::int64_t>(request_.offset.value_or(0), 0),
                  std::max<std::int64_t>(options.max_items, 0)} {}
    ~Walk() { abandon(); }
    Walk(Walk const&) = delete;
    Walk& operator=(Walk const&) = delete;

    [[nodiscard]] bool done() const noexcept { return cursor_.done() && item_ >= items_.data.size(); }

    // `self` keeps the walk alive while the coroutine runs, should the paginator go first.
    asio::awaitable<Result<Organizations>> next_page([[maybe_unused]] std::shared_ptr<Walk> self) {
        if (!valid_) co_return valid_.error();
        if (cursor_.stalled()) co_return stalled();
        if (cursor_.done()) co_return Organizations{};
        Result<Organizations> page{};
        if (options_.prefetch == 0) {
            page = co_await fetch_now();
        } else {
            page = co_await take_pending();
        }
        if (!page) {
            // A wait that was cancelled leaves the pages in flight for the next call; a page that failed does not.
            if (pending_.size() != cursor_.in_flight()) forget_in_flight();
            co_return page;
        }
        PageVerdict const verdict = cursor_.accept(facts_of(*page));
        if (verdict.discard_in_flight) abandon();
        if (cursor_.stalled()) co_return stalled();
        if (options_.prefetch != 0) request_ahead();
        cut(*page, verdict.keep);
        delivered_ += static_cast<std::int64_t>(page->data.size());
        undecoded_ += static_cast<std::int64_t>(page->undecoded.size());
        co_return page;
    }

    asio::awaitable<Result<std::optional<Organization>>> next(std::shared_ptr<Walk> self) {
        while (item_ >= items_.data.size()) {
            if (cursor_.done() && !cursor_.stalled()) co_return std::optional<Organization>{};
            Result<Organizations> page = co_await next_page(self);
            if (!page) co_return page.error();
            items_ = std::move(*page);
            item_ = 0;
        }
        co_return std::optional<Organization>{std::move(items_.data[item_++])};
    }

    // Nobody will ask for more: cancels the pages in flight.
    void abandon() {
        for (auto const& page : pending_) page->cancel();
        pending_.clear();
    }

    [[nodiscard]] policy::PageCursor const& cursor() const noexcept { return cursor_; }
    [[nodiscard]] std::int64_t delivered() const noexcept { return delivered_; }
    [[nodiscard]] std::int64_t undecoded() const noexcept { return undecoded_; }

private:
    [[nodiscard]] asio::awaitable<Result<Organizations>> fetch(PageRequest const& wanted) {
        request_.limit = wanted.limit;
        request_.offset = wanted.offset;
        auto const timeout = time_for_a_page();
        auto request = timeout ? organizations::list_organizations(request_)
                               : failed(errc::deadline_exceeded, "the time for the whole walk is over");
        return organizations::call<Organizations>(core_, std::move(request),
                                                  CallOptions{.timeout = timeout.value_or(options_.page_timeout)},
                                                  static_cast<std::size_t>(wanted.limit));
    }

    // What CallOptions::timeout understands; empty when the walk has none left.
    [[nodiscard]] std::optional<std::chrono::milliseconds> time_for_a_page() {
        using std::chrono::steady_clock;
        if (options_.walk_timeout.count() == 0) return options_.page_timeout;
        auto const now = steady_clock::now();
        if (!walk_deadline_) walk_deadline_ = now + options_.walk_timeout;
        auto const left = std::chrono::ceil<std::chrono::milliseconds>(*walk_deadline_ - now);
        if (left.count() <= 0) return {};
        auto const page = options_.page_timeout.count() < 0 ? core_->options().timeout.total : options_.page_timeout;
        return page.count() == 0 ? left : std::min(page, left);
    }

    [[nodiscard]] asio::awaitable<Result<Organizations>> fetch_now() {
        cursor_.discard_in_flight();  // of a call that ended with an exception
        auto const wanted = cursor_.next_request(1);
        return fetch(wanted.value());
    }

    void request_ahead() {
        while (auto const wanted = cursor_.next_request(options_.prefetch)) {
            auto page = std::make_shared<PendingPage>(core_->executor());
            page->start(fetch(*wanted));
            pending_.push_back(std::move(page));
        }
    }

    asio::awaitable<Result<Organizations>> take_pending() {
        request_ahead();
        auto const page = pending_.front();
        // An earlier wait for this page may have been cancelled.
        if (page->ready.wait_again()) {
            bool const throws = co_await asio::this_coro::throw_if_cancelled();
            co_await asio::this_coro::throw_if_cancelled(false);
            auto const [cancelled] = co_await page->ready.wait();
            co_await asio::this_coro::throw_if_cancelled(throws);
            if (cancelled) co_return failed(errc::cancelled, "cancelled while waiting for the next page");
        }
        if (!pending_.empty()) pending_.pop_front();  // empty when the walk was abandoned meanwhile
        if (page->thrown) {
            forget_in_flight();
            std::rethrow_exception(page->thrown);
        }
        co_return std::move(page->page);
    }

    void forget_in_flight() {
        abandon();
        cursor_.discard_in_flight();
    }

    [[nodiscard]] static Error stalled() {
        return failed(errc::pagination_stalled, "the pages repeat or grow without end, so the walk was stopped");
    }

    std::shared_ptr<core::ClientCore> core_;
    ListOrganizationsRequest request_;
    PaginatorOptions options_;
    Result<void> valid_;
    policy::PageCursor cursor_;
    std::deque<std::shared_ptr<PendingPage>> pending_{};  // oldest first, as the cursor handed them out
    Organizations items_{};                               // the page that next() is walking through
    std::size_t item_{};
    std::int64_t delivered_{};
    std::int64_t undecoded_{};
    std::optional<std::chrono::steady_clock::time_point> walk_deadline_{};
};

OrganizationPaginator::OrganizationPaginator(std::shared_ptr<Walk> walk) noexcept : walk_{std::move(walk)} {}
OrganizationPaginator::OrganizationPaginator(OrganizationPaginator&&) noexcept = default;
OrganizationPaginator& OrganizationPaginator::operator=(OrganizationPaginator&& other) noexcept {
    if (this != &other) {
        if (walk_) walk_->abandon();
        walk_ = std::move(other.walk_);
    }
    return *this;
}
OrganizationPaginator::~OrganizationPaginator() {
    if (walk_) walk_->abandon();
}

bool OrganizationPaginator::done() const noexcept { return walk_->done(); }
asio::awaitable<Result<Organizations>> OrganizationPaginator::next_page() { return walk_->next_page(walk_); }
asio::awaitable<Result<std::optional<Organization>>> OrganizationPaginator::next() { return walk_->next(walk_); }
std::int64_t OrganizationPaginator::position() const noexcept { return walk_->cursor().position(); }
std::int64_t OrganizationPaginator::delivered() const noexcept { return walk_->delivered(); }
std::int64_t OrganizationPaginator::undecoded() const noexcept { return walk_->undecoded(); }
std::optional<std::int64_t> OrganizationPaginator::total_count() const noexcept {
    return walk_->cursor().total_count();
}

OrganizationPaginator OrganizationsApi::paginate(ListOrganizationsRequest const& request, PaginatorOptions options) {
    return OrganizationPaginator{std::make_shared<OrganizationPaginator::Walk>(core_, request, options)};
}
OrganizationPaginator OrganizationsApi::paginate(PaginatorOptions options) {
    return paginate(ListOrganizationsRequest{}, options);
}

}  // namespace clerk
