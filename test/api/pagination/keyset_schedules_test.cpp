// The anchored walk over lists that change while it runs: thousands of random schedules.
#include "api/pagination/list_model.hpp"

#include "support/repetitions.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <deque>
#include <functional>

namespace clerk::api {
BOOST_AUTO_TEST_SUITE(keyset_schedules)

namespace {

using test::ListedSnapshot;
using test::ListModel;
using test::ModelItem;
using test::Snapshot;

// One walk and the concurrent changes of the list.
class Schedule {
public:
    explicit Schedule(std::uint64_t seed)
        : random_{static_cast<std::mt19937::result_type>(seed)},
          page_size_{2 + below(19)},
          prefetch_{static_cast<std::size_t>(below(9))},
          options_{.page_size = page_size_, .overlap = 1 + below(12)},
          ties_wander_{below(2) == 0},
          most_given_{below(3) == 0 ? 2 + below(9) : page_size_},
          list_{random_, ties_wander_, std::min(page_size_, most_given_) / 2},
          budget_{below(3) == 0 ? 0 : below(150)},
          deletes_what_it_gets_{below(5) == 0},
          often_{1 + below(6)} {
        std::int64_t const count = below(8) == 0 ? below(4) : below(150);
        std::int64_t const keys = 1 + below(below(3) == 0 ? 6 : 200);
        for (std::int64_t i = 0; i != count; ++i) list_.insert(1000 + below(keys));
        for (ModelItem const& item : list_.items()) at_start_.push_back(item.number);
        cursor_.emplace(options_, 0);
    }

    // Returns whether the schedule failed, so that the seed is printed once.
    [[nodiscard]] std::string run() {
        int steps = 0;
        while (!cursor_->done()) {
            if (++steps > 20'000) return "it does not end";
            request();
            switch (below(6)) {
                case 0:
                case 1:
                    if (below(often_) == 0) change();
                    break;
                case 2:
                    see(static_cast<std::size_t>(below(static_cast<std::int64_t>(asked_.size()))));
                    break;
                case 3:
                    if (below(20) == 0) interrupt();
                    break;
                default:
                    if (auto const wrong = answer(); !wrong.empty()) return wrong;
            }
        }
        return verdict();
    }

    [[nodiscard]] std::int64_t requests() const noexcept { return requests_; }

private:
    struct Asked {
        PageRequest request{};
        std::optional<Snapshot> seen{};
    };

    std::int64_t below(std::int64_t bound) {
        return std::uniform_int_distribution<std::int64_t>{0, bound - 1}(random_);
    }

    void request() {
        while (auto const wanted = cursor_->next_request(std::max<std::size_t>(prefetch_, 1))) {
            asked_.push_back({*wanted, {}});
            ++requests_;
        }
    }
    void see(std::size_t index) {
        Asked& asked = asked_[index];
        if (asked.seen) return;
        bool const is_capped = most_given_ != page_size_;
        asked.seen = list_.look(
            {asked.request.offset, is_capped ? std::min(asked.request.limit, most_given_) : asked.request.limit});
    }
    // The connection fails, or the process is killed and another one continues.
    void interrupt() {
        asked_.clear();
        if (below(2) == 0) return cursor_->discard_in_flight();
        WalkState const state = cursor_->state();
        if (!ties_wander_ && below(2) == 0) options_.page_size = 2 + below(19);
        cursor_.emplace(options_, state);
    }
    std::string answer() {
        see(0);
        Snapshot const seen = std::move(*asked_.front().seen);
        asked_.pop_front();
        ListedSnapshot const listed{seen};
        KeysetVerdict const verdict = cursor_->accept(listed.page());
        if (verdict.discard_in_flight) asked_.clear();
        if (asked_.size() != cursor_->in_flight()) return "the pages in flight are out of step";
        for (std::size_t i = 0; i != seen.items.size(); ++i) {
            if (!verdict.keep[i]) continue;
            ModelItem const& item = seen.items[i];
            if (!delivered_.insert(item.number).second) return "delivered twice: " + std::to_string(item.number);
            last_ = item;
            if (deletes_what_it_gets_) list_.erase(item.number);
        }
        return {};
    }
    void change() {
        if (budget_ == 0) return;
        --budget_;
        switch (list_.empty() ? 0 : below(10)) {
            case 0:
            case 1:
                list_.insert(2000 + ++now_);
                break;
            case 2:
                list_.insert(900 + below(300));
                break;
            case 3:
                if (last_) list_.insert(last_->key);
                break;
            case 4:
                if (last_) list_.erase(last_->number);
                break;
            case 5:
                list_.erase_run(static_cast<std::size_t>(below(static_cast<std::int64_t>(list_.items().size()))),
                                static_cast<std::size_t>(below(2 * page_size_)));
                break;
            case 6:
                hidden_.push_back(list_.any());
                list_.erase(hidden_.back().number);
                break;
            case 7:
                if (hidden_.empty()) break;
                list_.restore(hidden_.front());
                hidden_.pop_front();
                break;
            default:
                list_.erase(list_.any().number);
        }
    }
    std::string verdict() const {
        if (cursor_->stalled()) return "it stalled";
        for (std::int64_t const number : at_start_) {
            if (!list_.was_erased(number) && !delivered_.contains(number)) return "missed: " + std::to_string(number);
        }
        if (cursor_->state().incomplete_reasons != 0)
            return "doubt: " + std::string{most_serious(cursor_->state().incomplete_reasons)};
        if (cursor_->state().delivered != static_cast<std::int64_t>(delivered_.size())) return "it counts wrongly";
        return {};
    }

    std::mt19937 random_;
    std::int64_t page_size_;
    std::size_t prefetch_;
    KeysetOptions options_;
    bool ties_wander_;
    std::int64_t most_given_;  // by the service, whatever the limit is
    ListModel list_;
    std::int64_t budget_;  // changes left
    bool deletes_what_it_gets_;
    std::int64_t often_;
    std::optional<KeysetCursor> cursor_{};
    std::deque<Asked> asked_{};
    std::deque<ModelItem> hidden_{};  // do not match at the moment
    std::vector<std::int64_t> at_start_{};
    std::set<std::int64_t> delivered_{};
    std::optional<ModelItem> last_{};
    std::int64_t now_{};
    std::int64_t requests_{};
};

BOOST_AUTO_TEST_CASE(an_item_that_exists_throughout_is_delivered_exactly_once) {
    char const* const given = std::getenv("CLERK_TEST_SEED");
    std::uint64_t const first = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::uint64_t const last = first + static_cast<std::uint64_t>(clerk::test::repetitions(30'000));
    for (std::uint64_t seed = first; seed != last; ++seed) {
        std::string const wrong = Schedule{seed}.run();
        BOOST_REQUIRE_MESSAGE(wrong.empty(), wrong << ", seed " << seed);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::api
