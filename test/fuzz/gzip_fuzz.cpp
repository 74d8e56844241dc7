// Decompression of gzip. Input: a letter (`p`: the data is compressed first; else it is the data of a peer), how to cut
// it, a line end, the data.
#include "fuzz/pieces.hpp"
#include "fuzz/target.hpp"

#include "http/capped_text.hpp"
#include "http/gzip_sink.hpp"
#include "support/gzip.hpp"

#include <zlib.h>

#include <optional>
#include <string>
#include <utility>

namespace clerk::fuzz {
namespace {

constexpr std::size_t max_bytes = 20'000;  // more than the sink decompresses at once

struct Outcome {
    std::optional<errc> failure{};
    std::string text{};

    friend bool operator==(Outcome const&, Outcome const&) = default;
};

Outcome unpack(http::GzipSink& sink, http::CappedText const& inner, std::vector<std::string_view> const& pieces) {
    sink.reset();
    bool good = true;
    for (std::string_view const piece : pieces) {
        if (good) good = sink.write(ExactCopy{piece}.view());
    }
    good = good && sink.finish();
    check(inner.text().size() <= max_bytes, "what is unpacked is bounded");
    if (good) return {{}, inner.text()};
    errc const code = sink.failure().code;
    check(code == errc::malformed_body || code == errc::response_body_too_large, "a failure has its class");
    check(!sink.failure().message.empty(), "a failure says why");
    return {code, {}};  // how much output came before it may depend on the pieces
}

// zlib in one step per member, into a larger buffer than needed.
Outcome unpack_at_once(std::string_view packed) {
    std::string out(max_bytes + 1, '\0');
    std::size_t size = 0;
    if (packed.empty()) return {errc::malformed_body, {}};
    while (!packed.empty()) {
        z_stream stream{};
        check(inflateInit2(&stream, MAX_WBITS + 16) == Z_OK, "zlib works");
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
        stream.avail_in = static_cast<uInt>(packed.size());
        stream.next_out = reinterpret_cast<Bytef*>(out.data() + size);
        stream.avail_out = static_cast<uInt>(out.size() - size);
        int const result = inflate(&stream, Z_FINISH);
        size = out.size() - stream.avail_out;
        packed.remove_prefix(packed.size() - stream.avail_in);
        bool const no_room = stream.avail_out == 0;
        inflateEnd(&stream);
        if (size > max_bytes) return {errc::response_body_too_large, {}};
        if (result != Z_STREAM_END) return {no_room ? errc::response_body_too_large : errc::malformed_body, {}};
    }
    out.resize(size);
    return {{}, out};
}

}  // namespace

void run(std::string_view input) {
    std::string_view pattern = take_line(input);
    bool const pack = pattern.starts_with('p');
    if (!pattern.empty()) pattern.remove_prefix(1);
    // Repeated, the data exceeds the limit of the sink.
    std::string plain{input};
    for (std::size_t i = 0; pack && i < pattern.size() && plain.size() <= max_bytes; ++i) plain += plain;
    std::string const packed = pack ? test::gzip(plain) : plain;

    http::CappedText inner{2 * max_bytes};
    http::GzipSink sink{inner, max_bytes};
    Outcome const whole = unpack(sink, inner, {packed});
    check(unpack(sink, inner, cut(packed, pattern)) == whole, "pieces make no difference");
    check(unpack(sink, inner, {packed}) == whole, "nothing is left of what was unpacked before");
    if (pack && plain.size() <= max_bytes) check(whole.text == plain && !whole.failure, "packing is undone");
    if (pack && plain.size() > max_bytes) check(whole.failure == errc::response_body_too_large, "too much is refused");
    check(unpack_at_once(packed) == whole, "zlib alone finds the same");
}

}  // namespace clerk::fuzz
