#include "floor/response_counter.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(response_counter)

namespace {

using clerk_bench::ResponseCounter;

constexpr std::string_view response =
    "HTTP/1.1 200 OK\r\nServer: x\r\ncontent-LENGTH: 5\r\nConnection: keep-alive\r\n\r\nhello";

BOOST_AUTO_TEST_CASE(complete_at_every_cut) {
    ResponseCounter counter;
    for (std::size_t cut = 1; cut != response.size(); ++cut) {
        BOOST_TEST_CONTEXT("cut " << cut) {
            counter.reset();
            BOOST_TEST(!counter.add(response.substr(0, cut)));
            BOOST_TEST(counter.add(response.substr(cut)));
            BOOST_TEST(counter.status() == 200);
            BOOST_TEST(counter.keep_alive());
        }
    }
}

BOOST_AUTO_TEST_CASE(byte_by_byte) {
    ResponseCounter counter;
    for (std::size_t i = 0; i != response.size(); ++i)
        BOOST_TEST(counter.add(response.substr(i, 1)) == (i + 1 == response.size()));
}

BOOST_AUTO_TEST_CASE(close_is_noticed) {
    ResponseCounter counter;
    BOOST_TEST(counter.add("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
    BOOST_TEST(counter.status() == 404);
    BOOST_TEST(!counter.keep_alive());
}

std::string const unreadable[] = {"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
                                  "HTTP/1.1 2xx OK\r\nContent-Length: 0\r\n\r\n",
                                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                                  "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                                  "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab",
                                  "HTTP/1.1 \r\n\r\n"};

BOOST_DATA_TEST_CASE(refused, unreadable, text) {
    ResponseCounter counter;
    BOOST_CHECK_THROW((void)counter.add(text), std::runtime_error);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
