// Decompresses a gzip body (RFC 1952) into another sink, in constant memory.
#pragma once

#include "http/body_sink.hpp"

#include <cstddef>
#include <memory>
#include <string_view>

namespace clerk::http {

class GzipSink final : public BodySink {
public:
    // `inner` gets at most `max_bytes` in all, because a body can decompress to a thousand times its size.
    GzipSink(BodySink& inner, std::size_t max_bytes);
    ~GzipSink() override;
    GzipSink(GzipSink const&) = delete;
    GzipSink& operator=(GzipSink const&) = delete;

    void reset() override;
    bool write(std::string_view piece) override;
    // False also when the data is incomplete.
    bool finish() override;
    [[nodiscard]] BodyFailure const& failure() const noexcept override;

    [[nodiscard]] BodySink& inner() const noexcept { return inner_; }

private:
    struct Inflater;

    bool fail(errc code, std::string_view message);

    BodySink& inner_;
    std::size_t max_bytes_;
    std::size_t bytes_left_;
    bool ended_{};  // a member is complete, and nothing follows yet
    BodyFailure failure_{};
    std::unique_ptr<Inflater> inflater_;
};

}  // namespace clerk::http
