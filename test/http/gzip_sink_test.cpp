#include "http/gzip_sink.hpp"

#include "http/capped_text.hpp"
#include "support/gzip.hpp"
#include "support/printing.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <random>
#include <string>

namespace clerk::http {
BOOST_AUTO_TEST_SUITE(gzip_sink)

namespace {

namespace data = boost::unit_test::data;
using test::gzip;

constexpr std::size_t plenty = 100U << 20U;

// Accepts everything, or refuses from a certain size on.
class Collector final : public BodySink {
public:
    explicit Collector(std::size_t refuse_at = plenty) : refuse_at_{refuse_at} {}
    void reset() override { text.clear(); }
    bool write(std::string_view piece) override {
        text.append(piece);
        largest = std::max(largest, piece.size());
        return text.size() < refuse_at_;
    }
    bool finish() override { return finished = true; }
    [[nodiscard]] BodyFailure const& failure() const noexcept override { return refused; }

    std::string text{};
    std::size_t largest{};
    bool finished{};
    BodyFailure refused{errc::json_too_deep, "$", "too deep"};

private:
    std::size_t refuse_at_;
};

std::string random_text(std::size_t size, unsigned alphabet) {
    std::mt19937 random{static_cast<unsigned>(size)};
    std::string text(size, ' ');
    for (char& c : text) c = static_cast<char>('a' + random() % alphabet);
    return text;
}

bool unpack(GzipSink& sink, std::string_view packed, std::size_t piece) {
    sink.reset();
    for (; !packed.empty(); packed.remove_prefix(std::min(piece, packed.size()))) {
        if (!sink.write(packed.substr(0, piece))) return false;
    }
    return sink.finish();
}

BOOST_DATA_TEST_CASE(what_was_packed_comes_out,
                     data::make({0, 1, 100, 16383, 16384, 16385, 32768, 300'000}) * data::make({1, 7, 1000, 1'000'000}),
                     size, piece) {
    for (unsigned const alphabet : {1U, 3U, 26U}) {
        std::string const text = random_text(static_cast<std::size_t>(size), alphabet);
        Collector out;
        GzipSink sink{out, plenty};
        BOOST_TEST(unpack(sink, gzip(text), static_cast<std::size_t>(piece)));
        BOOST_TEST((out.text == text));
        BOOST_TEST(out.finished);
        BOOST_TEST(out.largest <= 16384U);
        // It can be reused, also for several gzip members in a row.
        BOOST_TEST(unpack(sink, gzip(text) + gzip("!"), static_cast<std::size_t>(piece)));
        BOOST_TEST((out.text == text + "!"));
    }
}

BOOST_AUTO_TEST_CASE(a_bomb_is_stopped_at_the_limit) {
    std::string const bomb = gzip(std::string(50U << 20U, ' '));
    BOOST_TEST(bomb.size() < 100'000U);
    Collector out;
    GzipSink sink{out, 1U << 20U};
    BOOST_TEST(!unpack(sink, bomb, bomb.size()));
    BOOST_TEST(sink.failure().code == errc::response_body_too_large);
    BOOST_TEST(out.text.size() <= (1U << 20U));
    // Exactly the limit is allowed.
    std::string const full(1U << 20U, ' ');
    BOOST_TEST(unpack(sink, gzip(full), 1000));
    BOOST_TEST(!unpack(sink, gzip(full + " "), 1000));
}

BOOST_AUTO_TEST_CASE(corrupt_data_is_refused_or_at_least_never_taken_for_something_else) {
    std::string const text = random_text(5000, 26);
    std::string const packed = gzip(text);
    for (std::size_t at = 0; at < packed.size(); ++at) {
        std::string broken = packed;
        broken[at] = static_cast<char>(broken[at] ^ 0x55);
        Collector out;
        GzipSink sink{out, plenty};
        bool const taken = unpack(sink, broken, 100);
        // A few bits of the header have no meaning.
        if (taken) BOOST_TEST((at < 10 && out.text == text), "byte " << at);
        if (!taken) BOOST_TEST(sink.failure().code == errc::malformed_body, "byte " << at);
    }
}

BOOST_AUTO_TEST_CASE(truncated_data_is_refused) {
    std::string const packed = gzip("some text that is packed");
    for (std::size_t size = 0; size < packed.size(); ++size) {
        Collector out;
        GzipSink sink{out, plenty};
        BOOST_TEST(!unpack(sink, std::string_view{packed}.substr(0, size), 5));
        BOOST_TEST(sink.failure().code == errc::malformed_body);
        BOOST_TEST(!out.finished);
    }
}

BOOST_AUTO_TEST_CASE(anything_after_the_end_is_refused) {
    Collector out;
    GzipSink sink{out, plenty};
    BOOST_TEST(!unpack(sink, gzip("text") + "garbage", 1000));
    BOOST_TEST(!unpack(sink, "{\"not\":\"gzip\"}", 1000));
}

BOOST_AUTO_TEST_CASE(a_refusal_of_the_inner_sink_is_passed_on) {
    Collector out{10};
    GzipSink sink{out, plenty};
    BOOST_TEST(!unpack(sink, gzip("more than ten bytes"), 1000));
    BOOST_TEST(sink.failure().code == errc::json_too_deep);
    BOOST_TEST(sink.failure().path == "$");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::http
