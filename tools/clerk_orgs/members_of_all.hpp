/// @file
/// The members, or the invitations, of all organizations.
#pragma once

#include <clerk.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace clerk_orgs {

/// The position of a walk over the members of all organizations.
struct MembersOfAllState {
    std::string organizations{};         ///< The checkpoint of the walk over the organizations; empty: not begun.
    std::vector<std::string> waiting{};  ///< Ids of organizations that were listed, but not walked to the end.
    std::string members{};               ///< The checkpoint of the walk over the first of them; empty: not begun.
    clerk::WalkReport over{};            ///< The sum of the ended walks, and the time; without totals and doubt.
    std::string doubt{};                 ///< The doubt of the ended walks.
    std::int64_t deleted{};              ///< Organizations that were deleted after they had been listed.

    /// One JSON object.
    [[nodiscard]] std::string to_text() const;
    /// @throws std::exception of any type when `text` is not such an object
    static MembersOfAllState parse(std::string const& text);
};

/// Adds the counters of one report to another.
void add_counts(clerk::WalkReport& sum, clerk::WalkReport const& each);

/// The functions and options of a walk over the members of all organizations.
template <class T>
struct MembersOfAllSource {
    /// A walk over the organizations; it continues from a checkpoint that is not empty.
    std::function<clerk::OrganizationPaginator(std::string const& checkpoint)> organizations{};
    /// The same for the members of one organization.
    std::function<clerk::Paginator<T>(std::string const& organization_id, std::string const& checkpoint)> members{};
    std::size_t prefetch{};    ///< Organizations whose first page is requested ahead.
    std::int64_t page_size{};  ///< About how many items `next_page()` returns when organizations are small.
    std::int64_t max_items{};  ///< 0: all.
};

/// Walks one organization after the other, in the order of the organizations. An organization that is deleted meanwhile
/// is skipped. Has the same members as `clerk::Paginator`, with the same meaning.
template <class T>
class MembersOfAll {
public:
    /// `checkpoint`: of an earlier walk; empty: none.
    /// @throws std::exception of any type when it is not a checkpoint
    MembersOfAll(MembersOfAllSource<T> source, std::string const& checkpoint)
        : source_{std::move(source)},
          state_{checkpoint.empty() ? MembersOfAllState{} : MembersOfAllState::parse(checkpoint)},
          organizations_{source_.organizations(state_.organizations)} {
        continues_ = !state_.organizations.empty();
        for (std::string& id : std::exchange(state_.waiting, {})) add(std::move(id));
        if (waiting_.empty() || state_.members.empty()) return;
        waiting_.front()->pages.emplace(source_.members(waiting_.front()->id, state_.members));
        waiting_.front()->has_begun = true;
    }

    [[nodiscard]] bool done() const { return is_cut() || (waiting_.empty() && organizations_.done()); }

    /// Returns whole pages of one organization, or of several small ones together. The page is empty when the listed
    /// organizations ended without an item.
    [[nodiscard]] clerk::awaitable<clerk::Result<clerk::Page<T>>> next_page() {
        if (!started_) started_ = std::chrono::steady_clock::now();
        clerk::Page<T> page{};
        auto const is_empty = [&page] { return page.empty() && page.undecoded.empty(); };
        bool has_ended_one = false;
        while (!done() && static_cast<std::int64_t>(page.size()) < source_.page_size) {
            // Only a request for the next organizations shows that a checkpoint belongs to another walk.
            if (waiting_.empty() || (continues_ && !organizations_.done())) {
                if (!is_empty() || has_ended_one) break;
                auto listed = co_await organizations_.next_page();
                if (!listed) co_return listed.error();
                continues_ = false;
                for (clerk::Organization& each : listed->data) add(std::move(each.id));
                page.undecoded = std::move(listed->undecoded);
                continue;
            }
            request_ahead(co_await boost::asio::this_coro::executor);
            Walk& walk = *waiting_.front();
            if (!is_empty() && !walk.first) break;  // items that have arrived are not delayed
            clerk::Result<clerk::Page<T>> more = co_await next_page_of(walk);
            if (!more && is_deleted(more.error())) {
                ++state_.deleted;
                end_first();
                has_ended_one = true;
            } else if (!more) {
                if (is_empty()) co_return more.error();
                walk.first.emplace(std::move(more));  // for the next call
                break;
            } else {
                append(page, std::move(*more));
                if (walk.pages->done()) {
                    end_first();
                    has_ended_one = true;
                }
            }
        }
        cut(page);
        co_return page;
    }

    [[nodiscard]] std::int64_t position() const {
        return !waiting_.empty() && waiting_.front()->has_begun ? waiting_.front()->pages->position() : 0;
    }
    [[nodiscard]] std::int64_t delivered() const { return counts().delivered - cut_off_; }
    [[nodiscard]] std::int64_t undecoded() const { return counts().undecoded; }
    [[nodiscard]] std::optional<std::int64_t> total_count() const { return std::nullopt; }
    /// Organizations that were deleted after they had been listed.
    [[nodiscard]] std::int64_t deleted() const { return state_.deleted; }

    /// Its `doubt` refers to this object.
    [[nodiscard]] clerk::WalkReport report() const {
        clerk::WalkReport report = counts();
        report.delivered -= cut_off_;
        report.elapsed = elapsed();
        report.doubt = is_cut()                                ? "the walk ended at max_items"
                       : !done()                               ? "the walk has not ended"
                       : organizations_.report().doubt.empty() ? std::string_view{state_.doubt}
                                                               : organizations_.report().doubt;
        report.complete = report.doubt.empty();
        return report;
    }

    [[nodiscard]] std::string checkpoint() const {
        MembersOfAllState state = state_;
        state.organizations = organizations_.checkpoint();
        for (auto const& walk : waiting_) state.waiting.push_back(walk->id);
        state.members = !waiting_.empty() && waiting_.front()->has_begun ? waiting_.front()->pages->checkpoint() : "";
        state.over.elapsed = elapsed();
        return state.to_text();
    }

private:
    using Executor = boost::asio::any_io_executor;

    /// A walk over the members of one organization.
    struct Walk {
        explicit Walk(std::string of) : id{std::move(of)} {}
        Walk(Walk const&) = delete;
        Walk& operator=(Walk const&) = delete;
        ~Walk() = default;

        std::string id;
        std::optional<clerk::Paginator<T>> pages{};            ///< Empty until its first page is requested.
        std::optional<clerk::Result<clerk::Page<T>>> first{};  ///< A result that was not delivered.
        std::optional<boost::asio::steady_timer> arrival{};    ///< Cancelled when `first` or `failure` is there.
        std::exception_ptr failure{};                          ///< What the request for the first page has thrown.
        bool has_begun{};                                      ///< Its first page was delivered.
    };

    void add(std::string id) { waiting_.push_back(std::make_shared<Walk>(std::move(id))); }

    [[nodiscard]] bool is_cut() const { return source_.max_items != 0 && delivered() >= source_.max_items; }

    static clerk::awaitable<void> request_first(std::shared_ptr<Walk> walk) {
        walk->first.emplace(co_await walk->pages->next_page());
    }

    /// Any other 404 is not about the organization.
    static bool is_deleted(clerk::Error const& error) {
        return error == clerk::condition::not_found &&
               std::any_of(error.errors().begin(), error.errors().end(), [](clerk::ApiError const& each) {
                   return each.code == "resource_not_found" || each.code == "organization_not_found_or_unauthorized";
               });
    }

    void request_ahead(Executor const& executor) {
        for (std::size_t i = 0; i != std::min(waiting_.size(), source_.prefetch + 1); ++i) {
            std::shared_ptr<Walk> const& walk = waiting_[i];
            if (walk->pages) continue;
            walk->pages.emplace(source_.members(walk->id, {}));
            walk->arrival.emplace(executor, boost::asio::steady_timer::time_point::max());
            boost::asio::co_spawn(executor, request_first(walk), [walk](std::exception_ptr failure) {
                walk->failure = std::move(failure);
                walk->arrival->cancel();
            });
        }
    }

    static clerk::awaitable<clerk::Result<clerk::Page<T>>> next_page_of(Walk& walk) {
        if (walk.has_begun && !walk.first) co_return co_await walk.pages->next_page();
        if (!walk.first) co_await walk.arrival->async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        if (walk.failure) std::rethrow_exception(walk.failure);
        if (!walk.first) co_return clerk::Error{clerk::errc::cancelled, "the walk was cancelled"};
        clerk::Result<clerk::Page<T>> page = std::move(*walk.first);
        walk.first.reset();
        walk.has_begun = true;  // also after an error: the next page is requested like a later one
        co_return page;
    }

    void end_first() {
        clerk::WalkReport const report = waiting_.front()->pages->report();
        add_counts(state_.over, report);
        bool const has_ended = waiting_.front()->pages->done();  // otherwise it was deleted
        if (has_ended && state_.doubt.empty()) state_.doubt = report.doubt;
        waiting_.pop_front();
    }

    static void append(clerk::Page<T>& page, clerk::Page<T> more) {
        page.data.insert(page.data.end(), std::make_move_iterator(more.data.begin()),
                         std::make_move_iterator(more.data.end()));
        page.undecoded.insert(page.undecoded.end(), more.undecoded.begin(), more.undecoded.end());
    }

    /// Cuts the page at `max_items`.
    void cut(clerk::Page<T>& page) {
        std::int64_t const excess = source_.max_items == 0 ? 0 : delivered() - source_.max_items;
        if (excess <= 0) return;
        page.data.resize(page.data.size() - static_cast<std::size_t>(excess));
        cut_off_ = excess;
    }

    [[nodiscard]] clerk::WalkReport counts() const {
        clerk::WalkReport sum = state_.over;
        if (!waiting_.empty() && waiting_.front()->has_begun) add_counts(sum, waiting_.front()->pages->report());
        clerk::WalkReport organizations = organizations_.report();
        organizations.delivered = 0;  // organizations are not items
        organizations.duplicates_dropped = 0;
        add_counts(sum, organizations);
        return sum;
    }

    [[nodiscard]] std::chrono::milliseconds elapsed() const {
        auto const now = std::chrono::steady_clock::now();
        return state_.over.elapsed +
               std::chrono::duration_cast<std::chrono::milliseconds>(now - started_.value_or(now));
    }

    MembersOfAllSource<T> source_;
    MembersOfAllState state_;  ///< Its `waiting` is empty: that is `waiting_`.
    clerk::OrganizationPaginator organizations_;
    std::deque<std::shared_ptr<Walk>> waiting_{};
    bool continues_{};        ///< From a checkpoint that was not accepted yet.
    std::int64_t cut_off_{};  ///< Items that `max_items` left out.
    std::optional<std::chrono::steady_clock::time_point> started_{};
};

}  // namespace clerk_orgs
