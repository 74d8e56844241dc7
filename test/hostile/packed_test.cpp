// Bodies that are compressed with gzip, or declared to be.
#include "hostile/hostile_peer.hpp"

#include "support/printing.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#include <zlib.h>

#include <stdexcept>
#include <vector>

namespace clerk::hostile {
BOOST_AUTO_TEST_SUITE(packed_bodies)

namespace {

namespace data = boost::unit_test::data;

// `text`, repeated.
std::string pack(std::string_view text, std::size_t times = 1) {
    z_stream stream{};
    constexpr int gzip = 16;
    if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + gzip, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::bad_alloc{};
    }
    std::string out;
    std::vector<char> piece(1U << 16U);
    int result = Z_OK;
    for (std::size_t left = times; result != Z_STREAM_END;) {
        if (stream.avail_in == 0 && left != 0) {
            stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // zlib only reads it
            stream.avail_in = static_cast<uInt>(text.size());
            --left;
        }
        stream.next_out = reinterpret_cast<Bytef*>(piece.data());
        stream.avail_out = static_cast<uInt>(piece.size());
        result = deflate(&stream, left == 0 ? Z_FINISH : Z_NO_FLUSH);
        out.append(piece.data(), piece.size() - stream.avail_out);
    }
    deflateEnd(&stream);
    return out;
}

std::string const packed = pack(organization);

std::string flipped(std::size_t from_end) {
    std::string out = packed;
    out[out.size() - from_end] = static_cast<char>(out[out.size() - from_end] ^ 0x55);
    return out;
}

struct Row {
    char const* name;
    std::string body;
    errc code;  // errc{}: a success
    std::string_view coding{"gzip"};
};
std::ostream& operator<<(std::ostream& out, Row const& row) { return out << row.name; }

constexpr errc success{};

std::vector<Row> const rows{
    {"good", packed, success},
    {"good by its old name", packed, success, "x-gzip"},
    {"good in another case", packed, success, "GZip"},
    {"not packed at all", std::string{organization}, errc::malformed_body},
    {"nothing", "", errc::malformed_body},
    {"only the magic number", packed.substr(0, 2), errc::malformed_body},
    {"only a header", packed.substr(0, 10), errc::malformed_body},
    {"without the end", packed.substr(0, packed.size() - 1), errc::malformed_body},
    {"without the checksum", packed.substr(0, packed.size() - 8), errc::malformed_body},
    {"with another checksum", flipped(8), errc::malformed_body},
    {"with another length", flipped(1), errc::malformed_body},
    {"with broken data", flipped(packed.size() / 2), errc::malformed_body},
    {"garbage behind it", packed + "garbage", errc::malformed_body},
    {"another document behind it", packed + packed, errc::malformed_body},
    {"packed twice", pack(packed), errc::malformed_body},
    {"packed twice and saying so", pack(packed), errc::unexpected_content, "gzip, gzip"},
    {"another coding", packed, errc::unexpected_content, "deflate"},
    {"an empty document", pack(""), errc::malformed_body},
    {"white space that explodes", pack(std::string(1U << 20U, ' '), 200), errc::response_body_too_large},
    {"a string that explodes", pack("\"" + std::string(1U << 20U, 'x'), 200), errc::response_body_too_large},
};

void unpack(Config& config) {
    config.compression = Compression::on;
    config.limits.max_response_body_bytes = 4U << 20U;
}

std::string with_coding(int status, Row const& row) {
    return test::http_response(status, row.body, "Content-Encoding: " + std::string{row.coding} + "\r\n");
}

BOOST_DATA_TEST_CASE(with_a_success, data::make(rows), row) {
    Peer peer{answer(with_coding(200, row), End::close), unpack};
    auto const result = peer.get();
    BOOST_TEST_CONTEXT(to_text(result)) {
        BOOST_TEST(peer.server.requests()[0].find("Accept-Encoding: gzip\r\n") != std::string::npos);
        BOOST_REQUIRE(result.has_value() == (row.code == success));
        if (result) {
            BOOST_TEST(result->name == "Acme");
        } else {
            BOOST_TEST(result.error().code() == make_error_code(row.code));
            check_no_secret(result.error());
        }
    }
    peer.check_harmless();
}

BOOST_DATA_TEST_CASE(with_an_error_status, data::make(rows), row) {
    Peer peer{answer(with_coding(503, row), End::close), unpack};
    auto const result = peer.get();
    BOOST_TEST_CONTEXT(to_text(result)) {
        BOOST_REQUIRE(!result);
        BOOST_TEST(result.error().status() == 503);
        BOOST_TEST(result.error() == condition::server_error);
        BOOST_TEST(result.error().raw_body().size() <= 65536U);
        check_no_secret(result.error());
    }
    peer.check_harmless();
}

// A body is not decompressed when that was not requested.
BOOST_DATA_TEST_CASE(that_nobody_asked_for, data::make(rows), row) {
    Peer peer{answer(with_coding(200, row), End::close), [](Config& config) { config.compression = Compression::off; }};
    auto const result = peer.get();
    BOOST_REQUIRE(!result);
    BOOST_TEST(peer.server.requests()[0].find("Accept-Encoding") == std::string::npos);
    BOOST_TEST(result.error() == errc::unexpected_content);
    BOOST_TEST(result.error().raw_body().size() <= 65536U);
    peer.check_harmless();
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::hostile
