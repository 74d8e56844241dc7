// Takes a response body apart: who reads which part of it, and what becomes of their errors.
#pragma once

#include "http/body_sink.hpp"
#include "organizations/decode_handler.hpp"
#include "organizations/item_skipper.hpp"

#include <boost/json/basic_parser.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace clerk::organizations {

// Organizations that lie whole in a piece and have nothing unusual about them are read by read_plain_organization().
// All else goes through the parser, an item of a page at a time, so that one which cannot be read goes alone.
class BodyParser {
public:
    // `max_depth` counts nested objects and arrays; `reserve` is how many items a page is expected to hold.
    BodyParser(DecodeTarget target, std::size_t max_depth, std::size_t reserve);

    void reset();
    // As in BodySink.
    bool write(std::string_view piece);
    bool finish();
    [[nodiscard]] http::BodyFailure const& failure() const noexcept { return failure_; }

private:
    // Where the next character belongs.
    enum class Place : std::uint8_t {
        start,        // nothing but white space came
        outside,      // anywhere but in the data array of a page
        before_item,  // where the array may hold an item
        item,         // inside one that the parser reads
        given_up,     // inside one that nobody reads any more
        after_item,   // where a comma or the end of the array must follow
        end,          // the JSON is complete
    };

    // Each takes some of `piece` and may move on to another place. False when the body is refused.
    bool read_on(std::string_view& piece);
    bool read_start(std::string_view& piece);
    bool read_outside(std::string_view& piece);
    bool read_before_item(std::string_view& piece);
    bool read_item(std::string_view& piece);
    bool read_after_item(std::string_view& piece);
    void read_plain_items(std::string_view& piece);

    // Gives the parser the first `length` characters of `piece`, and removes what it took.
    boost::system::error_code parse(std::string_view& piece, std::size_t length);
    bool parse_or_refuse(std::string_view& piece, std::size_t length);
    bool give_up_item(boost::system::error_code error);

    bool refuse(std::string message);
    bool refuse(boost::system::error_code error);
    [[nodiscard]] std::string too_deep() const;

    DecodeTarget target_;
    std::size_t max_depth_;
    std::size_t reserve_;
    Place place_{Place::start};
    bool failed_{};
    ItemSkipper skipper_{};  // of the item that the parser reads or read
    http::BodyFailure failure_{};
    using Parser = boost::json::basic_parser<DecodeHandler>;
    std::unique_ptr<Parser> parser_{};  // made when it is needed: rarely for one object
};

}  // namespace clerk::organizations
