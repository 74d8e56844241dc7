// The one translation unit that instantiates the parser.
#include "organizations/decode_body.hpp"

#include "organizations/decode_plain.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <memory>
#include <utility>

namespace clerk::organizations {

namespace {

constexpr std::size_t page_levels = 2;  // the page and its data

boost::json::parse_options with_depth(std::size_t max_depth) noexcept {
    boost::json::parse_options options;
    options.max_depth = max_depth;
    options.allow_invalid_utf8 = true;  // the handler looks at it, and then it costs no more than a member or an item
    return options;
}

// Whether an error leaves no doubt about where its item ends. `there` is where the parser met it.
bool is_contained(boost::system::error_code error, ItemSkipper const& there) noexcept {
    using code = boost::json::error;
    if (error == code::too_deep || error == code::exponent_overflow || there.is_in_string()) return true;
    // Escape sequences that are cut short are told a few characters late.
    return error == code::expected_hex_digit || error == code::illegal_leading_surrogate ||
           error == code::illegal_trailing_surrogate;
}

// The length of the white space that `text` begins with.
std::size_t leading_space(std::string_view text) noexcept {
    return std::min(text.find_first_not_of(" \t\r\n"), text.size());
}

}  // namespace

BodyParser::BodyParser(DecodeTarget target, std::size_t max_depth, std::size_t reserve)
    : target_{target}, max_depth_{max_depth}, reserve_{reserve} {}

void BodyParser::reset() {
    if (parser_) {
        parser_->reset();
        parser_->handler().reset();
    }
    place_ = Place::start;
    failed_ = false;
    failure_ = {};
}

bool BodyParser::write(std::string_view piece) {
    if (failed_) return false;
    while (!piece.empty()) {
        if (!read_on(piece)) return false;
    }
    return true;
}

bool BodyParser::read_on(std::string_view& piece) {
    switch (place_) {
        case Place::start:
            return read_start(piece);
        case Place::outside:
            return read_outside(piece);
        case Place::before_item:
            return read_before_item(piece);
        case Place::item:
        case Place::given_up:
            return read_item(piece);
        case Place::after_item:
            return read_after_item(piece);
        case Place::end:
            break;
    }
    piece.remove_prefix(leading_space(piece));
    return piece.empty() || refuse("has text after the end of the JSON");
}

bool BodyParser::read_start(std::string_view& piece) {
    piece.remove_prefix(leading_space(piece));
    if (piece.empty()) return true;
    if (Organization* const root = target_.plain_root()) {
        if (std::size_t const length = read_plain_organization(piece, max_depth_, *root); length != 0) {
            piece.remove_prefix(length);
            place_ = Place::end;
            return true;
        }
        *root = {};
    }
    place_ = Place::outside;
    if (!parser_) parser_ = std::make_unique<Parser>(with_depth(max_depth_), target_, reserve_);
    return true;
}

bool BodyParser::read_outside(std::string_view& piece) {
    // An array may be the one of the items, where the parser must stop.
    std::size_t const length = parser_->handler().is_page() ? piece.find('[') : std::string_view::npos;
    if (!parse_or_refuse(piece, length == std::string_view::npos ? piece.size() : length + 1)) return false;
    if (parser_->done()) {
        place_ = Place::end;
    } else if (parser_->handler().is_between_items()) {
        place_ = Place::before_item;
    }
    return true;
}

bool BodyParser::read_before_item(std::string_view& piece) {
    read_plain_items(piece);
    std::size_t const space = leading_space(piece);
    if (space != 0) return parse_or_refuse(piece, space);
    if (piece.front() == ']') {
        place_ = Place::outside;
    } else {
        place_ = Place::item;
        skipper_.start();
    }
    return true;
}

// Takes items together with the comma and the beginning of another item behind them: like this the parser need not
// know of them, it waits for an item before and after.
void BodyParser::read_plain_items(std::string_view& piece) {
    DecodeHandler& handler = parser_->handler();
    while (piece.front() == '{') {
        Organization* const item = handler.add_item();
        if (item == nullptr) return;
        std::size_t const levels = max_depth_ - std::min(max_depth_, page_levels);
        std::size_t const length = read_plain_organization(piece, levels, *item);
        if (length == 0 || !piece.substr(length).starts_with(",{")) return handler.drop_item();
        handler.keep_item();
        piece.remove_prefix(length + 1);
    }
}

bool BodyParser::read_item(std::string_view& piece) {
    ItemSkipper const begin = skipper_;
    std::string_view text = piece.substr(0, skipper_.skip(piece));
    piece.remove_prefix(text.size());
    if (place_ == Place::item) {
        std::string_view rest = text;
        if (auto const error = parse(rest, rest.size())) {
            ItemSkipper there = begin;
            there.skip(text.substr(0, text.size() - rest.size()));
            if (!is_contained(error, there) || !give_up_item(error)) return refuse(error);
            place_ = Place::given_up;
        }
    }
    if (skipper_.is_done()) place_ = Place::after_item;
    return true;
}

bool BodyParser::read_after_item(std::string_view& piece) {
    std::size_t const space = leading_space(piece);
    if (space != 0) return parse_or_refuse(piece, space);
    if (piece.front() != ',') {
        place_ = Place::outside;
        return true;
    }
    place_ = Place::before_item;
    return parse_or_refuse(piece, 1);
}

boost::system::error_code BodyParser::parse(std::string_view& piece, std::size_t length) {
    boost::system::error_code error;
    parser_->handler().set_input(piece.substr(0, length));
    piece.remove_prefix(parser_->write_some(true, piece.data(), length, error));
    return error;
}

bool BodyParser::parse_or_refuse(std::string_view& piece, std::size_t length) {
    auto const error = parse(piece, length);
    return !error || refuse(error);
}

// The parser begins anew, behind an item that is not there.
bool BodyParser::give_up_item(boost::system::error_code error) {
    DecodeHandler& handler = parser_->handler();
    if (handler.failure().code != errc{}) return false;
    std::string const message = error == boost::json::error::too_deep            ? too_deep()
                                : error == boost::json::error::exponent_overflow ? "has a number beyond all bounds"
                                                                                 : "has a string that is not valid";
    if (!handler.give_up_item(message, error)) return false;
    std::string_view behind_an_item = R"({"":["")";
    parser_->reset();
    parse(behind_an_item, behind_an_item.size());
    handler.resume_items();
    return true;
}

bool BodyParser::finish() {
    if (failed_) return false;
    if (place_ == Place::end) return true;
    if (place_ == Place::start) return refuse("is empty");
    boost::system::error_code error;
    // A number at the root ends only where the body does.
    parser_->write_some(false, "", 0, error);
    return parser_->handler().failure().code != errc{} ? refuse(error) : refuse("ends before the JSON is complete");
}

bool BodyParser::refuse(std::string message) {
    failed_ = true;
    failure_ = {errc::malformed_body, "$", std::move(message)};
    return false;
}

bool BodyParser::refuse(boost::system::error_code error) {
    DecodeHandler const& handler = parser_->handler();
    if (handler.failure().code != errc{}) {
        failed_ = true;
        failure_ = handler.failure();
        return false;
    }
    if (error != boost::json::error::too_deep) return refuse("is not valid JSON: " + error.message());
    failed_ = true;
    failure_ = {errc::json_too_deep, handler.path(), too_deep()};
    return false;
}

std::string BodyParser::too_deep() const { return "nests deeper than " + std::to_string(max_depth_) + " levels"; }

}  // namespace clerk::organizations
