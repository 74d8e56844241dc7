#include "api/codec/splitter.hpp"

#include "api/codec/problem.hpp"

#include <string>
#include <utility>

namespace clerk::api {

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
                if (!item_.is_done) break;
                place_ = Place::after_item;
                read_item(trim(item_text_), item_count_ - 1);
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
        bool const is_scalar = root_.levels == 0 && !root_.is_in_string;
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
    root_text_ += take(piece, root_.scan(piece, root_text_.size(), is_page_));
    if (root_.is_done) {
        place_ = Place::end;
        read_root(trim(root_text_));
    } else if (is_page_ && is_list_of_items()) {
        place_ = Place::first_item;
        item_count_ = 0;
        begin_list();
    }
}

// Whether the root's text ends behind `"data":[`. Looks at each string once: many lists behind one take linear time.
bool Splitter::is_list_of_items() {
    if (root_.levels != 2 || !root_text_.ends_with('[')) return false;
    std::string_view text = std::string_view{root_text_}.substr(std::exchange(root_.last_string, root_text_.size()));
    std::string_view const quoted_name = take_string(text);
    std::string name;
    return text.starts_with(':') && trim_start(text.substr(1)) == "[" && !check_json(quoted_name, 0, &name) &&
           name == "data";
}

void Splitter::advance_list(std::string_view& piece) {
    bool const is_end = piece.front() == ']';
    if (is_end && place_ == Place::before_item) {
        refuse({errc::malformed_body, "$.data", "has a comma behind its last item"});
    } else if (is_end) {
        root_text_ += take(piece, 1);
        --root_.levels;
        place_ = Place::root;
    } else if (place_ == Place::after_item) {
        place_ = Place::before_item;
        if (take(piece, 1) != ",") {
            refuse({errc::malformed_body, "$.data", "has something other than a comma between its items"});
        }
    } else if (++item_count_ > max_items) {
        refuse({errc::malformed_body, "$.data", "has more than " + std::to_string(max_items) + " items"});
    } else if (!take(piece, read_start(piece)).empty()) {
        place_ = Place::after_item;
    } else {
        place_ = Place::item;
        item_ = {};
        item_text_.clear();
    }
}

}  // namespace clerk::api
