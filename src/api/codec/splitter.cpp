#include "api/codec/splitter.hpp"

#include "api/codec/problem.hpp"

#include <utility>

namespace clerk::api {

namespace {

std::string_view take(std::string_view& text, std::size_t length) noexcept {
    std::string_view const taken = text.substr(0, length);
    text.remove_prefix(length);
    return taken;
}

}  // namespace

bool Splitter::write(std::string_view piece) {
    while (place_ != Place::failed) {
        // Inside a string, white space must be kept.
        if (place_ != Place::root && place_ != Place::item) piece = trim_start(piece);
        if (piece.empty()) return true;
        switch (place_) {
            case Place::start:
                place_ = Place::root;
                if (!is_page_ && !take(piece, read_start(piece)).empty()) place_ = Place::end;
                break;
            case Place::root:
                advance_root(piece);
                break;
            case Place::item:
                item_text_ += take(piece, item_.scan(piece));
                if (!item_.is_done()) break;
                place_ = Place::after_item;
                read_item(trim(item_text_));
                break;
            case Place::end:
                return refuse({errc::malformed_body, "$", "has text after the end of the JSON"});
            default:
                advance_list(piece);
        }
    }
    return false;
}

bool Splitter::finish() {
    if (place_ == Place::end || place_ == Place::failed) return place_ == Place::end;
    if (place_ == Place::start) return refuse({errc::malformed_body, "$", "is empty"});
    if (place_ == Place::root) {
        place_ = Place::end;
        read_root(trim(root_text_));
        bool const is_scalar = root_.levels() == 0 && !root_.is_in_string();
        // A value that nests too deeply may never end.
        if (is_scalar || failure_.code == errc::json_too_deep) return place_ == Place::end;
    }
    return refuse({errc::malformed_body, "$", "ends before the JSON is complete"});
}

bool Splitter::refuse(http::BodyFailure failure) {
    place_ = Place::failed;
    failure_ = std::move(failure);
    return false;
}

void Splitter::advance_root(std::string_view& piece) {
    root_text_ += take(piece, root_.scan(piece, is_page_));
    if (root_.is_done()) {
        place_ = Place::end;
        read_root(trim(root_text_));
    } else if (is_page_ && is_list_of_items()) {
        place_ = Place::first_item;
        begin_list();
    }
}

// Whether the root's text ends behind `"data":[`.
bool Splitter::is_list_of_items() const {
    if (root_.is_in_string() || root_.levels() != 2 || !root_text_.ends_with('[')) return false;
    std::string_view text = trim({root_text_.data(), root_text_.size() - 1});
    if (!text.ends_with(':')) return false;
    text = trim(text.substr(0, text.size() - 1));
    if (!text.ends_with('"')) return false;
    // A name begins behind the last quote that has no backslash in front.
    std::size_t quote = text.size() - 1;
    do {
        quote = quote == 0 ? text.npos : text.rfind('"', quote - 1);
        if (quote == text.npos) return false;
    } while (quote != 0 && text[quote - 1] == '\\');
    std::string name;
    return !read_string(text.substr(quote), name) && name == "data";
}

void Splitter::advance_list(std::string_view& piece) {
    if (piece.front() == ']' && place_ != Place::before_item) {
        piece.remove_prefix(1);
        root_text_ += ']';
        root_.close_list();
        place_ = Place::root;
    } else if (place_ == Place::after_item) {
        if (piece.front() != ',') {
            refuse({errc::malformed_body, "$.data", "has something other than a comma between its items"});
            return;
        }
        piece.remove_prefix(1);
        place_ = Place::before_item;
    } else if (piece.front() == ']') {
        refuse({errc::malformed_body, "$.data", "has a comma behind its last item"});
    } else if (!take(piece, read_start(piece)).empty()) {
        place_ = Place::after_item;
    } else {
        place_ = Place::item;
        item_ = {};
        item_text_.clear();
    }
}

}  // namespace clerk::api
