#include "http/gzip_sink.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>

namespace clerk::http {

struct GzipSink::Inflater {
    Inflater() {
        constexpr int gzip_only = 16;
        if (inflateInit2(&stream, MAX_WBITS + gzip_only) != Z_OK) throw std::bad_alloc{};
    }
    ~Inflater() { inflateEnd(&stream); }
    Inflater(Inflater const&) = delete;
    Inflater& operator=(Inflater const&) = delete;

    z_stream stream{};
    std::array<unsigned char, std::size_t{16} * 1024> output;  // uninitialised on purpose
};

GzipSink::GzipSink(BodySink& inner, std::size_t max_bytes)
    : inner_{inner}, max_bytes_{max_bytes}, bytes_left_{max_bytes}, inflater_{new Inflater} {}

GzipSink::~GzipSink() = default;

void GzipSink::reset() {
    inner_.reset();
    inflateReset(&inflater_->stream);
    bytes_left_ = max_bytes_;
    ended_ = false;
    failure_ = {};
}

bool GzipSink::write(std::string_view piece) {
    z_stream& stream = inflater_->stream;
    auto& output = inflater_->output;
    while (!piece.empty() || stream.avail_out == 0) {
        // Several gzip members in a row are one body (RFC 1952 section 2.2).
        if (ended_) inflateReset(&stream);
        ended_ = false;
        auto const offered = static_cast<uInt>(std::min<std::size_t>(piece.size(), std::numeric_limits<uInt>::max()));
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));  // zlib only reads it
        stream.avail_in = offered;
        stream.next_out = output.data();
        stream.avail_out = static_cast<uInt>(output.size());
        int const result = inflate(&stream, Z_NO_FLUSH);
        piece.remove_prefix(offered - stream.avail_in);

        std::size_t const unpacked = output.size() - stream.avail_out;
        if (unpacked > bytes_left_) {
            return fail(errc::response_body_too_large, "the body is too large after decompression");
        }
        bytes_left_ -= unpacked;
        if (unpacked != 0 && !inner_.write({reinterpret_cast<char const*>(output.data()), unpacked})) return false;
        if (result == Z_BUF_ERROR) return true;  // it needs more input, and all output was taken
        if (result != Z_OK && result != Z_STREAM_END) return fail(errc::malformed_body, "the gzip data is corrupt");
        ended_ = result == Z_STREAM_END;
        if (ended_) stream.avail_out = 1;  // all output was taken
    }
    return true;
}

bool GzipSink::finish() {
    if (!ended_) return fail(errc::malformed_body, "the gzip data is incomplete");
    return inner_.finish();
}

BodyFailure const& GzipSink::failure() const noexcept { return failure_.code != errc{} ? failure_ : inner_.failure(); }

bool GzipSink::fail(errc code, std::string_view message) {
    failure_.code = code;
    failure_.message = message;
    return false;
}

}  // namespace clerk::http
