#include "http/reuse.hpp"

#include <boost/test/unit_test.hpp>

using clerk::http::ExchangeEnd;
using clerk::http::reusable;

BOOST_AUTO_TEST_SUITE(reuse)

BOOST_AUTO_TEST_CASE(only_one_of_all_combinations_is_reused) {
    BOOST_TEST(!reusable(ExchangeEnd{}));
    int reused = 0;
    for (unsigned bits = 0; bits < 128; ++bits) {
        auto const bit = [bits](unsigned index) { return (bits >> index & 1U) != 0; };
        ExchangeEnd const end{.request_fully_sent = bit(0),
                              .response_complete = bit(1),
                              .keep_alive = bit(2),
                              .leftover_bytes = bit(3),
                              .peer_closed = bit(4),
                              .interrupted = bit(5),
                              .expired = bit(6)};
        BOOST_TEST(reusable(end) == (bits == 7));
        reused += reusable(end) ? 1 : 0;
    }
    BOOST_TEST(reused == 1);
}

BOOST_AUTO_TEST_SUITE_END()
