// Drives a cursor: sends the requests that it returns, gives it the answers, delivers the items that it keeps.
#pragma once

#include "api/codec/decoder.hpp"
#include "api/pagination/checkpoint.hpp"
#include "api/pagination/walk_cursor.hpp"
#include "api/pagination/walk_options.hpp"
#include "base/clock.hpp"
#include "base/local_error.hpp"
#include "client/client_core.hpp"
#include "transport/one_shot_signal.hpp"

#include <clerk/paginator.hpp>

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
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clerk::api {

template <class T>
struct FetchedPage {
    Page<T> page{};
    int attempts{};
};

// A page that was requested ahead. Its call runs on its own strand, so that it can be cancelled from the consumer's
// thread.
template <class T>
struct PendingPage : std::enable_shared_from_this<PendingPage<T>> {
    explicit PendingPage(boost::asio::any_io_executor const& executor)
        : strand{boost::asio::make_strand(executor)}, ready{strand} {}

    void start(boost::asio::awaitable<Result<FetchedPage<T>>> call) {
        auto const store = [self = this->shared_from_this()](std::exception_ptr thrown, Result<FetchedPage<T>> page) {
            self->thrown = thrown;
            self->page = std::move(page);
            self->finished.store(true, std::memory_order_release);
            self->ready.set();
        };
        boost::asio::co_spawn(strand, std::move(call), boost::asio::bind_cancellation_slot(signal.slot(), store));
    }
    [[nodiscard]] bool has_come() const noexcept { return finished.load(std::memory_order_acquire); }
    void cancel() {
        boost::asio::dispatch(
            strand, [self = this->shared_from_this()] { self->signal.emit(boost::asio::cancellation_type::terminal); });
    }

    boost::asio::any_io_executor strand;
    transport::OneShotSignal ready;
    boost::asio::cancellation_signal signal{};
    std::exception_ptr thrown{};
    Result<FetchedPage<T>> page{};
    std::atomic<bool> finished{};
};

// The items in the order of the list; they view the page's ids.
template <class T>
void list_items(Page<T> const& page, std::vector<ListedItem>& items) {
    items.clear();
    auto undecoded = page.undecoded.begin();
    auto const add_undecoded = [&] { items.push_back({(undecoded++)->id, std::nullopt, false}); };
    for (T const& element : page.data) {
        while (undecoded != page.undecoded.end() && undecoded->index <= items.size()) add_undecoded();
        ListedItem item{element.id, std::nullopt, true};
        if (element.created_at) item.created_at = element.created_at->time_since_epoch().count();
        items.push_back(item);
    }
    while (undecoded != page.undecoded.end()) add_undecoded();
}

// Removes the elements whose flag is not set; `flags` are those of these elements, in order.
template <class Element>
void keep_only(std::vector<Element>& elements, std::vector<bool> const& flags) {
    auto to = elements.begin();
    for (std::size_t i = 0; i != elements.size(); ++i) {
        if (!flags[i]) continue;
        if (&*to != &elements[i]) *to = std::move(elements[i]);
        ++to;
    }
    elements.erase(to, elements.end());
}

// A walk over a list of T, which has an `id` and, for an anchored walk, a `created_at`.
template <class T>
class Walk {
public:
    Walk(std::shared_ptr<client::ClientCore> core, WalkSource source, PaginatorOptions options)
        : core_{std::move(core)},
          source_{std::move(source)},
          options_{options},
          cursor_{usable(options), source_.start_offset} {}
    ~Walk() { abandon(); }
    Walk(Walk const&) = delete;
    Walk& operator=(Walk const&) = delete;

    // Before the first page.
    void continue_from(std::string_view checkpoint) {
        if (!source_.valid) return;
        auto saved = read_checkpoint(checkpoint, identity());
        if (!saved) {
            source_.valid = saved.error();
            return;
        }
        cursor_ = WalkCursor{usable(options_), std::move(saved->state)};
        requests_ = saved->requests;
        retries_ = saved->retries;
        elapsed_before_ = saved->elapsed;
    }

    [[nodiscard]] bool done() const noexcept { return cursor_.done() && item_ >= items_.data.size(); }

    // `self` keeps the walk alive while the coroutine runs, if the paginator is destroyed first.
    boost::asio::awaitable<Result<Page<T>>> next_page([[maybe_unused]] std::shared_ptr<Walk> self) {
        if (!source_.valid) co_return source_.valid.error();
        auto const cancellation = co_await boost::asio::this_coro::cancellation_state;
        for (;;) {
            if (cursor_.stalled()) co_return stalled();
            if (cursor_.done()) co_return Page<T>{};
            // A cancellation that arrived while no operation was waiting was not delivered.
            if (cancellation.cancelled() != boost::asio::cancellation_type::none) {
                co_return failed(errc::cancelled, "cancelled between two pages");
            }
            Result<FetchedPage<T>> fetched{};
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
            Page<T> page = std::move(fetched->page);
            if (accept(page)) abandon();
            if (cursor_.done()) ended_ = base::Clock::now();
            if (cursor_.stalled()) co_return stalled();
            if (options_.prefetch != 0 && !cursor_.waits_for_consumer()) request_ahead();
            // An anchored walk may have to read several pages to find new items.
            if (!options_.anchored || cursor_.done() || !page.data.empty() || !page.undecoded.empty()) co_return page;
        }
    }

    boost::asio::awaitable<Result<std::optional<T>>> next(std::shared_ptr<Walk> self) {
        while (item_ >= items_.data.size()) {
            if (cursor_.done() && !cursor_.stalled()) co_return std::optional<T>{};
            Result<Page<T>> page = co_await next_page(self);
            if (!page) co_return page.error();
            items_ = std::move(*page);
            item_ = 0;
        }
        co_return std::optional<T>{std::move(items_.data[item_++])};
    }

    // No more pages are wanted: cancels those in flight.
    void abandon() {
        for (auto const& page : pending_) page->cancel();
        pending_.clear();
    }

    [[nodiscard]] WalkState const& state() const noexcept { return cursor_.state(); }
    [[nodiscard]] WalkReport report() const {
        WalkReport report = cursor_.report();
        if (report.complete) report.doubt = source_.doubt;
        report.complete = report.doubt.empty();
        report.requests = requests_;
        report.retries = retries_;
        report.elapsed = elapsed();
        return report;
    }
    [[nodiscard]] std::string checkpoint() const {
        SavedWalk walk{};
        walk.state = cursor_.state();
        walk.requests = requests_;
        walk.retries = retries_;
        walk.elapsed = elapsed();
        return write_checkpoint(walk, identity());
    }

private:
    using Milliseconds = std::chrono::milliseconds;

    [[nodiscard]] WalkIdentity identity() const {
        auto const first_page = source_.request({});
        return first_page ? identity_of(*first_page, options_.anchored, core_->account()) : WalkIdentity{};
    }

    // Removes the items that are not to be delivered. True when the pages in flight must be dropped.
    [[nodiscard]] bool accept(Page<T>& page) {
        list_items(page, listed_);
        KeysetVerdict const verdict = cursor_.accept({listed_, page.total_count});
        if (std::find(verdict.keep.begin(), verdict.keep.end(), false) == verdict.keep.end()) {
            return verdict.discard_in_flight;
        }
        std::vector<bool> keep_data;
        std::vector<bool> keep_undecoded;
        for (std::size_t i = 0; i != listed_.size(); ++i) {
            (listed_[i].decoded ? keep_data : keep_undecoded).push_back(verdict.keep[i]);
        }
        keep_only(page.data, keep_data);
        keep_only(page.undecoded, keep_undecoded);
        return verdict.discard_in_flight;
    }

    [[nodiscard]] Milliseconds elapsed() const {
        if (!begun_) return elapsed_before_;
        auto const until = ended_.value_or(base::Clock::now());
        return elapsed_before_ + std::chrono::floor<Milliseconds>(until - *begun_);
    }

    [[nodiscard]] boost::asio::awaitable<Result<FetchedPage<T>>> fetch(PageRequest const& wanted) {
        if (!begun_) begun_ = base::Clock::now();
        ++requests_;
        auto const timeout = time_for_a_page();
        auto request = timeout > Milliseconds{0}
                           ? source_.request(wanted)
                           : failed(errc::deadline_exceeded, "the time for the whole walk is over");
        return fetch_page(core_, std::move(request), CallOptions{.timeout = timeout, .context = options_.context},
                          static_cast<std::size_t>(wanted.limit));
    }

    static boost::asio::awaitable<Result<FetchedPage<T>>> fetch_page(std::shared_ptr<client::ClientCore> core,
                                                                     Result<http::Request> request, CallOptions options,
                                                                     std::size_t reserve) {
        if (!request) co_return request.error();
        auto const decoder = std::make_unique<Decoder<Page<T>>>(core->options().limits.max_json_depth, reserve);
        http::ResponseHead head;
        auto const performed = co_await core->perform(*request, *decoder, &head, options);
        if (!performed) co_return performed.error();
        co_return FetchedPage<T>{decoder->take(), head.attempts};
    }

    // In the sense of CallOptions::timeout.
    [[nodiscard]] Milliseconds time_for_a_page() const {
        auto page = options_.page_timeout.count() < 0 ? core_->options().timeout.total : options_.page_timeout;
        if (page.count() == 0) page = Milliseconds::max();
        if (options_.walk_timeout.count() == 0) return page;
        auto const now = base::Clock::now();
        return std::min(page, std::chrono::ceil<Milliseconds>(*begun_ + options_.walk_timeout - now));
    }

    [[nodiscard]] boost::asio::awaitable<Result<FetchedPage<T>>> fetch_now() {
        cursor_.discard_in_flight();  // of a call that ended with an exception
        auto const wanted = cursor_.next_request(1);
        return fetch(wanted.value());
    }

    // Pages that have arrived before an earlier one do not count as in flight; up to `prefetch` of them may wait.
    void request_ahead() {
        auto unfinished = static_cast<std::size_t>(
            std::count_if(pending_.begin(), pending_.end(), [](auto const& page) { return !page->has_come(); }));
        for (; unfinished < options_.prefetch; ++unfinished) {
            auto const wanted = cursor_.next_request(2 * options_.prefetch);
            if (!wanted) break;
            auto page = std::make_shared<PendingPage<T>>(core_->executor());
            page->start(fetch(*wanted));
            pending_.push_back(std::move(page));
        }
    }

    boost::asio::awaitable<Result<FetchedPage<T>>> take_pending() {
        request_ahead();
        auto const page = pending_.front();
        // An earlier wait for this page may have been cancelled.
        if (!page->ready.is_set()) {
            bool const throws = co_await boost::asio::this_coro::throw_if_cancelled();
            co_await boost::asio::this_coro::throw_if_cancelled(false);
            co_await page->ready.wait();
            co_await boost::asio::this_coro::throw_if_cancelled(throws);
            if (!page->ready.is_set()) co_return failed(errc::cancelled, "cancelled while waiting for the next page");
        }
        if (!pending_.empty()) pending_.pop_front();  // empty when the walk was destroyed meanwhile
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

    [[nodiscard]] Error failed(errc code, std::string message) const {
        return base::local_error(source_.operation, code, std::move(message));
    }
    [[nodiscard]] Error stalled() const {
        return failed(errc::pagination_stalled, "the pages repeat or grow without end, so the walk was stopped");
    }

    std::shared_ptr<client::ClientCore> core_;
    WalkSource source_;
    PaginatorOptions options_;
    WalkCursor cursor_;
    std::deque<std::shared_ptr<PendingPage<T>>> pending_{};  // oldest first, as the cursor handed them out
    std::vector<ListedItem> listed_{};                       // of the current page; kept to reuse its memory
    Page<T> items_{};                                        // the page from which next() takes items
    std::size_t item_{};
    std::int64_t requests_{};
    std::int64_t retries_{};
    Milliseconds elapsed_before_{};  // of the walk that this one continues
    std::optional<base::Clock::time_point> begun_{};
    std::optional<base::Clock::time_point> ended_{};
};

}  // namespace clerk::api
