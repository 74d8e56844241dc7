#include "api/codec/splitter.hpp"

#include "api/codec/value_parser.hpp"

#include <utility>

namespace clerk::api {

Splitter::Step Splitter::advance(std::string_view& piece) {
    // Inside a value white space may mean something.
    if (place_ != Place::root && place_ != Place::item) piece = trim_start(piece);
    if (piece.empty()) return Step::needs_more;
    switch (place_) {
        case Place::start:
            place_ = Place::root;
            return is_page_ ? advance_root(piece) : Step::begins;
        case Place::root:
            return advance_root(piece);
        case Place::item:
            return advance_item(piece);
        case Place::end:
            return refuse("$", "has text after the end of the JSON");
        default:
            return advance_list(piece);
    }
}

void Splitter::take(std::string_view& piece, std::size_t length) noexcept {
    piece.remove_prefix(length);
    place_ = place_ == Place::root ? Place::end : Place::after_item;
}

Splitter::Step Splitter::advance_root(std::string_view& piece) {
    while (!piece.empty()) {
        std::string_view const text = piece.substr(0, is_page_ ? root_.scan_to_list(piece) : root_.scan(piece));
        piece.remove_prefix(text.size());
        in_place_ = root_.is_done() && root_text_.empty();
        if (!in_place_) root_text_ += text;
        if (root_.is_done()) {
            value_ = trim(in_place_ ? text : root_text_);
            place_ = Place::end;
            return Step::root;
        }
        if (is_page_ && is_list_of_items()) {
            place_ = Place::first_item;
            return Step::list_begins;
        }
    }
    return Step::needs_more;
}

// Whether the root's text ends behind `"data":[`.
bool Splitter::is_list_of_items() const {
    if (root_.is_in_string() || root_.levels() != 2 || !root_text_.ends_with('[')) return false;
    std::string_view text = trim({root_text_.data(), root_text_.size() - 1});
    if (!text.ends_with(':')) return false;
    text = trim(text.substr(0, text.size() - 1));
    if (!text.ends_with('"')) return false;
    // Inside of the name every quote has an odd number of backslashes in front of it.
    std::size_t quote = text.size() - 1;
    for (std::size_t backslashes = 1; backslashes % 2 != 0;) {
        quote = quote == 0 ? text.npos : text.rfind('"', quote - 1);
        if (quote == text.npos) return false;
        std::size_t const before = text.find_last_not_of('\\', quote - 1);
        backslashes = quote == 0 ? 0 : quote - 1 - before;
    }
    text.remove_prefix(quote);
    if (text.find('\\') == text.npos) return text == R"("data")";
    ValueParser parser{1};
    return !parser.parse(text) && parser.string() == "data";
}

Splitter::Step Splitter::advance_list(std::string_view& piece) {
    if (piece.front() == ']' && place_ != Place::before_item) {
        piece.remove_prefix(1);
        root_text_ += ']';
        root_.close_list();
        place_ = Place::root;
        return advance_root(piece);
    }
    if (place_ == Place::after_item) {
        if (piece.front() != ',') return refuse("$.data", "has something else than a comma between its items");
        piece.remove_prefix(1);
        place_ = Place::before_item;
        return advance(piece);
    }
    if (piece.front() == ']') return refuse("$.data", "has a comma behind its last item");
    place_ = Place::item;
    item_ = {};
    item_text_.clear();
    return Step::begins;
}

Splitter::Step Splitter::advance_item(std::string_view& piece) {
    std::string_view const text = piece.substr(0, item_.scan(piece));
    piece.remove_prefix(text.size());
    in_place_ = item_.is_done() && item_text_.empty();
    if (!in_place_) item_text_ += text;
    if (!item_.is_done()) return Step::needs_more;
    value_ = trim(in_place_ ? text : item_text_);
    place_ = Place::after_item;
    return Step::item;
}

Splitter::Step Splitter::finish() {
    if (place_ == Place::start) return refuse("$", "is empty");
    value_ = place_ == Place::root ? trim(root_text_) : std::string_view{};
    if (!value_.empty() && root_.levels() == 0 && !root_.is_in_string()) return Step::root;
    return refuse("$", "ends before the JSON is complete");
}

Splitter::Step Splitter::refuse(std::string path, std::string why) {
    failure_ = {errc::malformed_body, std::move(path), std::move(why)};
    return Step::broken;
}

}  // namespace clerk::api
