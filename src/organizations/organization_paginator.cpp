#include <clerk/organization_paginator.hpp>
#include <clerk/organizations_api.hpp>

#include "core/client_core.hpp"
#include "net/wakeup.hpp"
#include "organizations/decoders.hpp"
#include "organizations/requests.hpp"
#include "organizations/walk_checkpoint.hpp"
#include "organizations/walk_cursor.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <exception>
#include <utility>

namespace clerk {

namespace asio = boost::asio;
using policy::PageRequest;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr char const* anchored_order = "+created_at";

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

constexpr milliseconds longest_walk = std::chrono::hours{24} * 365;

Result<void> check(ListOrganizationsRequest const& request, PaginatorOptions const& options) {
    if (options.page_size < 1 || options.page_size > 500) return refused("page_size", "must be 1…500");
    if (options.prefetch > 64) return refused("prefetch", "must be 0…64");
    if (options.max_items < 0) return refused("max_items", "must not be negative");
    if (options.walk_timeout < milliseconds{0} || options.walk_timeout > longest_walk) {
        return refused("walk_timeout", "must be 0…1 year");
    }
    if (request.limit) return refused("limit", "a walk takes its page size from PaginatorOptions::page_size");
    if (request.offset && *request.offset < 0) return refused("offset", "must not be negative");
    if (!options.anchored) return {};
    if (options.overlap < 1 || options.overlap > 250) return refused("overlap", "must be 1…250");
    if (!request.order_by.empty() && request.order_by != anchored_order) {
        return refused("order_by", "an anchored walk goes by +created_at");
    }
    return {};
}

struct FetchedPage {
    Organizations page{};
    int attempts{};
};

asio::awaitable<Result<FetchedPage>> fetch_page(std::shared_ptr<core::ClientCore> core, Result<http::Request> request,
                                                CallOptions options, std::size_t reserve) {
    if (!request) co_return request.error();
    organizations::Decoder<Organizations> decoder{core->options().limits.max_json_depth, reserve};
    http::ResponseHead head;
    auto const performed = co_await core->perform(*request, decoder, &head, options);
    if (!performed) co_return performed.error();
    co_return FetchedPage{decoder.take(), head.attempts};
}

// A page that was asked for before the consumer wanted it. Its call runs on a strand of its own, so that it can be
// cancelled from the consumer's thread.
struct PendingPage : std::enable_shared_from_this<PendingPage> {
    explicit PendingPage(asio::any_io_executor const& executor) : strand{asio::make_strand(executor)}, ready{strand} {}

    void start(asio::awaitable<Result<FetchedPage>> call) {
        auto const store = [self = shared_from_this()](std::exception_ptr thrown, Result<FetchedPage> page) {
            self->thrown = thrown;
            self->page = std::move(page);
            self->finished.store(true, std::memory_order_release);
            self->ready.wake();
        };
        asio::co_spawn(strand, std::move(call), asio::bind_cancellation_slot(signal.slot(), store));
    }
    [[nodiscard]] bool has_come() const noexcept { return finished.load(std::memory_order_acquire); }
    void cancel() {
        asio::dispatch(strand, [self = shared_from_this()] { self->signal.emit(asio::cancellation_type::terminal); });
    }

    asio::any_io_executor strand;
    net::Wakeup ready;
    asio::cancellation_signal signal{};
    std::exception_ptr thrown{};
    Result<FetchedPage> page{};
    std::atomic<bool> finished{};
};

}  // namespace

// Drives a cursor: asks it what to request, tells it what came, delivers what it leaves of a page.
class OrganizationPaginator::Walk {
public:
    Walk(std::shared_ptr<core::ClientCore> core, ListOrganizationsRequest request, PaginatorOptions options)
        : core_{std::move(core)},
          request_{std::move(request)},
          options_{options},
          valid_{check(request_, options_)},
          identity_{organizations::identity_of(request_, options_.anchored)},
          cursor_{usable(options_), std::max<std::int64_t>(request_.offset.value_or(0), 0)} {
        if (options_.anchored) request_.order_by = anchored_order;
    }
    ~Walk() { abandon(); }
    Walk(Walk const&) = delete;
    Walk& operator=(Walk const&) = delete;

    // Before the first page.
    void go_on_from(std::string_view checkpoint) {
        if (!valid_) return;
        auto saved = organizations::read_checkpoint(checkpoint, identity_);
        if (!saved) {
            valid_ = saved.error();
            return;
        }
        cursor_ = organizations::WalkCursor{usable(options_), std::move(saved->state)};
        requests_ = saved->requests;
        retries_ = saved->retries;
        elapsed_before_ = saved->elapsed;
    }

    [[nodiscard]] bool done() const noexcept { return cursor_.done() && item_ >= items_.data.size(); }

    // `self` keeps the walk alive while the coroutine runs, should the paginator go first.
    asio::awaitable<Result<Organizations>> next_page([[maybe_unused]] std::shared_ptr<Walk> self) {
        if (!valid_) co_return valid_.error();
        asio::cancellation_state const cancellation = co_await asio::this_coro::cancellation_state;
        for (;;) {
            if (cursor_.stalled()) co_return stalled();
            if (cursor_.done()) co_return Organizations{};
            Result<FetchedPage> fetched{};
            if (options_.prefetch == 0) {
                fetched = co_await fetch_now();
            } else {
                fetched = co_await take_pending();
            }
            if (!fetched) {
                retries_ += std::max(0, fetched.error().attempts() - 1);
                // A wait that was cancelled leaves the pages in flight for the next call; a page that failed does not.
                if (pending_.size() != cursor_.in_flight()) forget_in_flight();
                co_return fetched.error();
            }
            retries_ += std::max(0, fetched->attempts - 1);
            Organizations page = std::move(fetched->page);
            if (cursor_.accept(page)) abandon();
            if (cursor_.done()) ended_ = steady_clock::now();
            if (cursor_.stalled()) co_return stalled();
            if (options_.prefetch != 0 && !cursor_.waits_for_consumer()) request_ahead();
            // An anchored walk may have to look at several pages to find something new.
            if (!options_.anchored || cursor_.done() || !page.data.empty() || !page.undecoded.empty()) co_return page;
            if (cancellation.cancelled() != asio::cancellation_type::none) {
                co_return failed(errc::cancelled, "cancelled between two pages");
            }
        }
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

    [[nodiscard]] policy::WalkState const& state() const noexcept { return cursor_.state(); }
    [[nodiscard]] WalkReport report() const {
        WalkReport report = cursor_.report();
        report.requests = requests_;
        report.retries = retries_;
        report.elapsed = elapsed();
        return report;
    }
    [[nodiscard]] std::string checkpoint() const {
        organizations::SavedWalk walk{};
        walk.state = cursor_.state();
        walk.requests = requests_;
        walk.retries = retries_;
        walk.elapsed = elapsed();
        return organizations::write_checkpoint(walk, identity_);
    }

private:
    // Whatever check() says, a cursor can be made of it.
    [[nodiscard]] static PaginatorOptions usable(PaginatorOptions options) {
        options.page_size = std::max<std::int64_t>(options.page_size, 1);
        options.max_items = std::max<std::int64_t>(options.max_items, 0);
        options.overlap = std::max<std::int64_t>(options.overlap, 1);
        return options;
    }

    [[nodiscard]] milliseconds elapsed() const {
        if (!begun_) return elapsed_before_;
        return elapsed_before_ + std::chrono::floor<milliseconds>(ended_.value_or(steady_clock::now()) - *begun_);
    }

    [[nodiscard]] asio::awaitable<Result<FetchedPage>> fetch(PageRequest const& wanted) {
        if (!begun_) begun_ = steady_clock::now();
        ++requests_;
        request_.limit = wanted.limit;
        request_.offset = wanted.offset;
        auto const timeout = time_for_a_page();
        auto request = timeout ? organizations::list_organizations(request_)
                               : failed(errc::deadline_exceeded, "the time for the whole walk is over");
        return fetch_page(core_, std::move(request), CallOptions{.timeout = timeout.value_or(options_.page_timeout)},
                          static_cast<std::size_t>(wanted.limit));
    }

    // What CallOptions::timeout understands; empty when the walk has none left.
    [[nodiscard]] std::optional<milliseconds> time_for_a_page() {
        if (options_.walk_timeout.count() == 0) return options_.page_timeout;
        auto const left = std::chrono::ceil<milliseconds>(*begun_ + options_.walk_timeout - steady_clock::now());
        if (left.count() <= 0) return {};
        auto const page = options_.page_timeout.count() < 0 ? core_->options().timeout.total : options_.page_timeout;
        return page.count() == 0 ? left : std::min(page, left);
    }

    [[nodiscard]] asio::awaitable<Result<FetchedPage>> fetch_now() {
        cursor_.discard_in_flight();  // of a call that ended with an exception
        auto const wanted = cursor_.next_request(1);
        return fetch(wanted.value());
    }

    // Pages that came early do not hold back others, up to as many as are in flight.
    void request_ahead() {
        auto unfinished = static_cast<std::size_t>(
            std::count_if(pending_.begin(), pending_.end(), [](auto const& page) { return !page->has_come(); }));
        for (; unfinished < options_.prefetch; ++unfinished) {
            auto const wanted = cursor_.next_request(2 * options_.prefetch);
            if (!wanted) break;
            auto page = std::make_shared<PendingPage>(core_->executor());
            page->start(fetch(*wanted));
            pending_.push_back(std::move(page));
        }
    }

    asio::awaitable<Result<FetchedPage>> take_pending() {
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
    organizations::WalkIdentity identity_;
    organizations::WalkCursor cursor_;
    std::deque<std::shared_ptr<PendingPage>> pending_{};  // oldest first, as the cursor handed them out
    Organizations items_{};                               // the page that next() is walking through
    std::size_t item_{};
    std::int64_t requests_{};
    std::int64_t retries_{};
    milliseconds elapsed_before_{};  // by the walk that this one goes on with
    std::optional<steady_clock::time_point> begun_{};
    std::optional<steady_clock::time_point> ended_{};
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
std::int64_t OrganizationPaginator::position() const noexcept { return walk_->state().position; }
std::int64_t OrganizationPaginator::delivered() const noexcept { return walk_->state().delivered; }
std::int64_t OrganizationPaginator::undecoded() const noexcept { return walk_->state().undecoded; }
std::optional<std::int64_t> OrganizationPaginator::total_count() const noexcept { return walk_->state().total; }

WalkReport OrganizationPaginator::report() const { return walk_->report(); }
std::string OrganizationPaginator::checkpoint() const { return walk_->checkpoint(); }

OrganizationPaginator OrganizationsApi::paginate(ListOrganizationsRequest const& request, PaginatorOptions options) {
    return OrganizationPaginator{std::make_shared<OrganizationPaginator::Walk>(core_, request, options)};
}
OrganizationPaginator OrganizationsApi::paginate(PaginatorOptions options) {
    return paginate(ListOrganizationsRequest{}, options);
}
OrganizationPaginator OrganizationsApi::resume(ListOrganizationsRequest const& request, std::string_view checkpoint,
                                               PaginatorOptions options) {
    auto walk = std::make_shared<OrganizationPaginator::Walk>(core_, request, options);
    walk->go_on_from(checkpoint);
    return OrganizationPaginator{std::move(walk)};
}

}  // namespace clerk
