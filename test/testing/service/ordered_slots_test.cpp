#include "testing/service/ordered_slots.hpp"

#include "support/printing.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

using clerk::testing::OrderedSlots;
using clerk::testing::Slot;

BOOST_AUTO_TEST_SUITE(ordered_slots)

BOOST_AUTO_TEST_CASE(is_off_until_built) {
    OrderedSlots slots{std::less<Slot>{}};
    slots.insert(1);
    slots.erase(1);
    BOOST_TEST(!slots.built());
    BOOST_TEST(slots.size() == 0U);
    slots.build({3, 1, 2});
    BOOST_TEST(slots.built());
    BOOST_TEST(slots.size() == 3U);
}

BOOST_AUTO_TEST_CASE(agrees_with_a_sorted_vector) {
    for (unsigned seed = 0; seed != 6; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            std::mt19937 random{seed};
            std::vector<std::pair<unsigned, Slot>> keys(20'000);  // few keys: many ties
            for (Slot slot = 0; slot != keys.size(); ++slot) keys[slot] = {static_cast<unsigned>(random() % 500), slot};
            auto const less = [&](Slot left, Slot right) { return keys[left] < keys[right]; };

            OrderedSlots slots{less};
            std::vector<Slot> start(seed * 2000);
            for (Slot slot = 0; slot != start.size(); ++slot) start[slot] = slot;
            slots.build(start);
            std::vector<bool> inside(keys.size());
            std::fill_n(inside.begin(), start.size(), true);

            // Grow beyond several splits, then shrink to nothing.
            for (int step = 0; step != 40'000; ++step) {
                auto const slot = static_cast<Slot>(random() % keys.size());
                bool const grow = random() % 100 < (step < 20'000 ? 80U : 10U);
                if (grow && !inside[slot]) slots.insert(slot);
                if (!grow) slots.erase(slot);  // often one that is not there
                inside[slot] = grow;
                if (step % 5000 != 4999) continue;

                std::vector<Slot> model{};
                for (Slot i = 0; i != keys.size(); ++i) {
                    if (inside[i]) model.push_back(i);
                }
                std::sort(model.begin(), model.end(), less);
                BOOST_TEST_REQUIRE(slots.size() == model.size());
                for (bool const descending : {false, true}) {
                    for (std::size_t const offset :
                         {std::size_t{0}, std::size_t{1}, model.size() / 2, model.size() - 1, model.size(),
                          model.size() + 1, static_cast<std::size_t>(random() % model.size())}) {
                        std::vector<Slot> seen{};
                        slots.visit_from(offset, descending, [&](Slot at) {
                            seen.push_back(at);
                            return seen.size() != 3000;
                        });
                        std::size_t const from = std::min(offset, model.size());
                        std::size_t const count = std::min<std::size_t>(3000, model.size() - from);
                        std::vector<Slot> wanted(count);
                        for (std::size_t i = 0; i != count; ++i) {
                            wanted[i] = descending ? model[model.size() - 1 - from - i] : model[from + i];
                        }
                        BOOST_TEST(seen == wanted, "offset " << offset << " descending " << descending);
                    }
                }
            }
            for (Slot slot = 0; slot != keys.size(); ++slot) slots.erase(slot);
            BOOST_TEST(slots.size() == 0U);
            slots.insert(7);
            BOOST_TEST(slots.size() == 1U);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
