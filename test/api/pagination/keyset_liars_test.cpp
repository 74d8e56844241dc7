// The anchored walk over services with wrong totals, short pages or items that cannot be decoded: it ends, delivers no
// item twice, and never reports an incomplete walk as complete.
#include "api/pagination/list_model.hpp"

#include "support/repetitions.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <deque>
#include <functional>
#include <limits>

namespace clerk::api {
BOOST_AUTO_TEST_SUITE(keyset_wrong_answers)

namespace {

namespace data = boost::unit_test::data;
using test::ListedSnapshot;
using test::ListModel;
using test::ModelItem;
using test::Snapshot;

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

class Random {
public:
    explicit Random(std::uint64_t seed) : engine_{static_cast<std::mt19937::result_type>(seed)} {}
    std::int64_t below(std::int64_t bound) {
        return std::uniform_int_distribution<std::int64_t>{0, bound - 1}(engine_);
    }
    std::mt19937& engine() noexcept { return engine_; }

private:
    std::mt19937 engine_;
};

struct Outcome {
    std::string wrong{};
    std::set<std::int64_t> delivered{};
    bool complete{};
    bool stalled{};
    std::int64_t requests{};
};

// Walks the pages that `answer` returns; 0…8 pages in flight.
Outcome walk(Random& random, KeysetCursor& cursor, std::function<Snapshot(PageRequest const&)> const& answer) {
    Outcome outcome{};
    std::deque<PageRequest> asked;
    auto const prefetch = static_cast<std::size_t>(random.below(9));
    while (!cursor.done()) {
        while (auto const wanted = cursor.next_request(prefetch)) asked.push_back(*wanted);
        if (++outcome.requests > 50'000) {
            outcome.wrong = "it does not end";
            return outcome;
        }
        Snapshot const seen = answer(asked.front());
        asked.pop_front();
        ListedSnapshot const listed{seen};
        KeysetVerdict const verdict = cursor.accept(listed.page());
        if (verdict.discard_in_flight) asked.clear();
        for (std::size_t i = 0; i != seen.items.size(); ++i) {
            if (!verdict.keep[i]) continue;
            if (!outcome.delivered.insert(seen.items[i].number).second) outcome.wrong = "delivered twice";
        }
    }
    outcome.stalled = cursor.stalled();
    outcome.complete = !outcome.stalled && cursor.state().incomplete_reasons == 0;
    return outcome;
}

// Runs `round`, which returns an error text, with many seeds.
void many(int rounds, std::function<std::string(Random&)> const& round) {
    std::uint64_t const first = std::random_device{}();
    std::uint64_t const last = first + static_cast<std::uint64_t>(clerk::test::repetitions(rounds));
    for (std::uint64_t seed = first; seed != last; ++seed) {
        Random random{seed};
        std::string const wrong = round(random);
        BOOST_REQUIRE_MESSAGE(wrong.empty(), wrong << ", seed " << seed);
    }
}

void fill(ListModel& list, Random& random, std::int64_t count) {
    std::int64_t const keys = 1 + random.below(200);
    for (std::int64_t i = 0; i != count; ++i) list.insert(random.below(keys));
}

std::string judge(Outcome const& outcome, ListModel const& list) {
    if (!outcome.wrong.empty()) return outcome.wrong;
    if (outcome.complete && outcome.delivered.size() != list.items().size())
        return "it missed something and is complete";
    return {};
}

BOOST_AUTO_TEST_CASE(wrong_totals) {
    many(5'000, [](Random& random) {
        ListModel list{random.engine(), false, 0};
        fill(list, random, random.below(120));
        std::int64_t const kind = random.below(6);
        KeysetCursor cursor{{.page_size = 2 + random.below(19), .overlap = 1 + random.below(12)}, 0};
        auto const outcome = walk(random, cursor, [&](PageRequest const& request) {
            Snapshot seen = list.look(request);
            std::int64_t const lies[] = {0,
                                         largest,
                                         std::numeric_limits<std::int64_t>::min(),
                                         random.below(300),
                                         seen.total + random.below(5) - 2,
                                         seen.total / 2};
            seen.total = lies[kind];
            return seen;
        });
        std::string const wrong = judge(outcome, list);
        // All items are on the pages, whatever the total is.
        if (wrong.empty() && !outcome.stalled && outcome.delivered.size() != list.items().size()) {
            return std::string{"it missed something"};
        }
        return wrong;
    });
}

BOOST_AUTO_TEST_CASE(pages_that_are_cut) {
    many(5'000, [](Random& random) {
        ListModel list{random.engine(), false, 0};
        fill(list, random, random.below(120));
        std::int64_t const cap = 1 + random.below(12);
        KeysetCursor cursor{{.page_size = 2 + random.below(19), .overlap = 1 + random.below(12)}, 0};
        auto const outcome = walk(random, cursor, [&](PageRequest const& request) {
            return list.look({request.offset, std::min(request.limit, cap)});
        });
        std::string const wrong = judge(outcome, list);
        if (wrong.empty() && outcome.delivered.size() != list.items().size()) return std::string{"it missed something"};
        if (wrong.empty() && cap > 1 && !outcome.complete) return std::string{"it doubts without reason"};
        return wrong;
    });
}

BOOST_AUTO_TEST_CASE(pages_of_any_length) {
    many(5'000, [](Random& random) {
        ListModel list{random.engine(), false, 0};
        fill(list, random, random.below(120));
        KeysetCursor cursor{{.page_size = 2 + random.below(19), .overlap = 1 + random.below(12)}, 0};
        return judge(walk(random, cursor,
                          [&](PageRequest const& request) {
                              return list.look({request.offset, random.below(2 * request.limit)});
                          }),
                     list);
    });
}

// Every page is random.
BOOST_AUTO_TEST_CASE(pages_of_anything) {
    many(3'000, [](Random& random) -> std::string {
        KeysetCursor cursor{{.page_size = 1 + random.below(20),
                             .overlap = 1 + random.below(12),
                             .max_items = random.below(4) == 0 ? random.below(200) : 0},
                            random.below(4) == 0 ? random.below(2) * largest / (1 + random.below(3)) : 0};
        bool const sorted = random.below(3) != 0;
        bool const huge_total = random.below(3) == 0;
        std::int64_t const ids = 1 + random.below(2000);
        std::int64_t const odd = random.below(4);
        std::int64_t kept = 0;
        for (int pages = 0; !cursor.done(); ++pages) {
            if (pages == 20'000) return "it does not end";
            auto const prefetch = static_cast<std::size_t>(random.below(9));
            while (auto const wanted = cursor.next_request(prefetch)) {
                if (wanted->offset < 0 || wanted->limit < 1 || wanted->limit > 20) return "an absurd request";
            }
            std::vector<std::string> texts(static_cast<std::size_t>(random.below(25)));
            std::vector<ListedItem> items;
            std::int64_t key = random.below(1000);
            for (std::string& text : texts) {
                text = std::to_string(random.below(ids));
                ListedItem item{text, sorted ? key += random.below(3) : random.below(1000), true};
                if (random.below(10) < odd)
                    item = {random.below(2) == 0 ? item.id : std::string_view{}, std::nullopt, false};
                items.push_back(item);
            }
            std::int64_t const total = huge_total ? largest - random.below(3) : random.below(3000) - 10;
            KeysetVerdict const verdict = cursor.accept({items, total});
            if (verdict.keep.size() != items.size()) return "a flag for each item is missing";
            kept += std::count(verdict.keep.begin(), verdict.keep.end(), true);
            if (random.below(50) == 0) cursor.discard_in_flight();
        }
        if (kept != cursor.state().delivered + cursor.state().undecoded) return "it counts wrongly";
        return {};
    });
}

// Some items cannot be decoded, with or without an id: each is reported once, the others are delivered once.
BOOST_DATA_TEST_CASE(items_that_cannot_be_read, data::make({1, 3, 9}), odd_of_ten) {
    many(2'000, [odd_of_ten = odd_of_ten](Random& random) -> std::string {
        ListModel list{random.engine(), false, 0};
        fill(list, random, random.below(150));
        std::int64_t const names = random.below(3);
        auto const is_odd = [&](ModelItem const& item) { return item.number % 10 < odd_of_ten; };
        KeysetCursor cursor{{.page_size = 6 + random.below(15), .overlap = 1 + random.below(3)}, 0};
        std::int64_t reported = 0;
        std::set<std::int64_t> delivered;
        for (int pages = 0; !cursor.done(); ++pages) {
            if (pages == 5000) return "it does not end";
            auto const wanted = cursor.next_request(1);
            Snapshot const seen = list.look(*wanted);
            ListedSnapshot const listed{seen};
            std::vector<ListedItem> items{listed.page().items.begin(), listed.page().items.end()};
            for (std::size_t i = 0; i != items.size(); ++i) {
                if (!is_odd(seen.items[i])) continue;
                bool const named = names == 0 || (names == 1 && seen.items[i].number % 2 == 0);
                items[i] = {named ? items[i].id : "", std::nullopt, false};
            }
            KeysetVerdict const verdict = cursor.accept({items, seen.total});
            for (std::size_t i = 0; i != items.size(); ++i) {
                if (!verdict.keep[i]) continue;
                if (!items[i].decoded) {
                    ++reported;
                } else if (!delivered.insert(seen.items[i].number).second) {
                    return "delivered twice";
                }
            }
        }
        auto const odd = std::count_if(list.items().begin(), list.items().end(), is_odd);
        if (static_cast<std::ptrdiff_t>(delivered.size()) + odd != static_cast<std::ptrdiff_t>(list.items().size())) {
            return "an organization is missing";
        }
        // When most items cannot be decoded, items of an overlap may be reported again.
        bool const exact = odd_of_ten < 9;
        if (reported < odd || (exact && reported != odd))
            return "reported " + std::to_string(reported) + " of " + std::to_string(odd);
        bool const doubts = cursor.state().has(IncompleteReason::undecoded);
        return doubts == (odd != 0) ? "" : "it does not doubt";
    });
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::api
