#include "organizations/decode_handler.hpp"

#include "base/json_text.hpp"
#include "base/timestamp_range.hpp"
#include "organizations/members.hpp"

#include <boost/json/error.hpp>

#include <concepts>
#include <utility>

namespace clerk::organizations {

void DecodeHandler::reset() {
    state_ = State::start;
    gave_up_item_ = continued_ = false;
    number_.clear();
    key_.clear();
    failure_ = {};
}

void DecodeHandler::begin_unknown_member(std::string_view name) {
    if (members_->extra.empty()) members_->extra.open('{');
    members_->extra.key(name, is_verbatim(name));
}

void DecodeHandler::begin_capture(TextCapture& out, char bracket) {
    owner_ = state_;
    state_ = State::capture;
    capture_ = &out;
    depth_ = 1;
    out.open(bracket);
}

void DecodeHandler::end_capture() {
    state_ = owner_;
    if (field_ == Field::unknown) return;
    note_invalid_text(field_, scratch_.text());
    Metadata& metadata =
        field_ == Field::public_metadata ? organization_->public_metadata : organization_->private_metadata;
    metadata = scratch_.text() == "{}" ? Metadata{} : Metadata::from_valid_text(std::string{scratch_.text()});
    end_value();
}

void DecodeHandler::end_skip() noexcept {
    state_ = owner_;
    end_value();
}

void DecodeHandler::note(Field field) noexcept {
    members_->seen |= bit(field);
    members_->null &= ~bit(field);
    members_->bad &= ~bit(field);
}

void DecodeHandler::note_null(Field field) noexcept {
    note(field);
    members_->null |= bit(field);
}

void DecodeHandler::note_bad(Field field, Found found) noexcept {
    note(field);
    members_->bad |= bit(field);
    members_->found[static_cast<std::size_t>(field)] = found;
}

void DecodeHandler::note_invalid_text(Field field, std::string_view text) noexcept {
    if (!base::is_valid_utf8(text)) note_bad(field, Found::invalid_text);
}

// An object or array where the state does not handle it itself.
bool DecodeHandler::unexpected_container(Found found, error_code& failed) {
    char const bracket = found == Found::object ? '{' : '[';
    switch (state_) {
        case State::capture:
            capture_->open(bracket);
            ++depth_;
            return true;
        case State::skip:
            ++depth_;
            return true;
        case State::page:
        case State::record:
            if (field_ == Field::unknown) {
                begin_capture(members_->extra, bracket);
                return true;
            }
            note_bad(field_, found);
            break;
        case State::items:
            if (!odd_item(found, failed)) return false;
            break;
        case State::start:
        case State::done:
            return fail(failed, "$", explain_object(found));
    }
    owner_ = state_;
    state_ = State::skip;
    depth_ = 1;
    return true;
}

bool DecodeHandler::on_object_begin(error_code& failed) {
    switch (state_) {
        case State::start:
            if (target_.page == nullptr) {
                begin_record(target_.organization);
                return true;
            }
            state_ = State::page;
            members_ = &page_members_;
            page_members_.clear();
            page_members_.known = page_fields;
            field_ = Field::unknown;
            return true;
        case State::items:
            if (index_ == max_items) return too_many_items(failed);
            begin_record(&target_.page->data.emplace_back());
            return true;
        case State::record:
            if (field_ == Field::public_metadata || field_ == Field::private_metadata) {
                note(field_);
                scratch_.clear();
                begin_capture(scratch_, '{');
                return true;
            }
            break;
        default:
            break;
    }
    return unexpected_container(Found::object, failed);
}

bool DecodeHandler::on_object_end(std::size_t, error_code& failed) {
    switch (state_) {
        case State::capture:
            capture_->close('}');
            if (--depth_ == 0) end_capture();
            return true;
        case State::skip:
            if (--depth_ == 0) end_skip();
            return true;
        case State::record:
            return end_record(failed);
        default:
            return end_page(failed);
    }
}

bool DecodeHandler::on_array_begin(error_code& failed) {
    if (state_ == State::page && field_ == Field::data) {
        // What is not JSON may only stand in items that are reported.
        if (gave_up_item_) return fail(failed, "$.data", "comes twice, at first with an item that is not valid");
        note(Field::data);
        target_.page->data.clear();
        target_.page->undecoded.clear();
        target_.page->data.reserve(reserve_);
        index_ = 0;
        state_ = State::items;
        return true;
    }
    return unexpected_container(Found::array, failed);
}

bool DecodeHandler::on_array_end(std::size_t, error_code&) {
    switch (state_) {
        case State::capture:
            capture_->close(']');
            if (--depth_ == 0) end_capture();
            return true;
        case State::skip:
            if (--depth_ == 0) end_skip();
            return true;
        default:
            state_ = State::page;
            return true;
    }
}

bool DecodeHandler::on_key_part(string_view piece, std::size_t, error_code&) {
    key_.append(piece.data(), piece.size());
    continued_ = true;
    return true;
}

bool DecodeHandler::on_key(string_view piece, std::size_t, error_code&) {
    std::string_view name{piece.data(), piece.size()};
    if (continued_) {
        key_ += name;
        name = key_;
        continued_ = false;
    }
    if (state_ == State::capture) {
        capture_->key(name, is_verbatim(name));
    } else if (state_ != State::skip) {
        field_ = find_field(name);
        if (field_ != Field::unknown && (members_->known & bit(field_)) == 0) field_ = Field::unknown;
        if (field_ == Field::unknown) begin_unknown_member(name);
    }
    key_.clear();
    return true;
}

// Calls visit with the member of the current record that field_ names. Precondition: state_ is record.
template <class Visit>
void DecodeHandler::visit_current(Visit visit) {
    if (organization_ == nullptr) return visit_member(*target_.deleted_object, field_, visit);
    if (field_ == Field::logo_url) return visit(*target_.logo_url);
    visit_member(*organization_, field_, visit);
}

// The string that the current member is stored in; nullptr when it is not a string.
std::string* DecodeHandler::open_string() {
    note(field_);
    std::string* target = nullptr;
    visit_current([&target]<class T>(T& member) {
        if constexpr (std::same_as<T, std::string>) target = &member;
        if constexpr (std::same_as<T, std::optional<std::string>>) target = &member.emplace();
    });
    return target;
}

void DecodeHandler::string_piece(std::string_view piece) {
    if (state_ == State::capture || (in_object() && field_ == Field::unknown)) {
        TextCapture& out = state_ == State::capture ? *capture_ : members_->extra;
        bool const verbatim = is_verbatim(piece);
        continued_ ? out.continue_string(piece, verbatim) : out.begin_string(piece, verbatim);
    } else if (in_object()) {
        if (continued_) {
            if (text_ != nullptr) text_->append(piece);
            return;
        }
        text_ = state_ == State::record ? open_string() : nullptr;
        // A string made and moved in is half the work of assign().
        text_ != nullptr ? (void)(*text_ = std::string{piece}) : note_bad(field_, Found::string);
    }
}

bool DecodeHandler::on_string_part(string_view piece, std::size_t, error_code&) {
    string_piece({piece.data(), piece.size()});
    continued_ = true;
    return true;
}

bool DecodeHandler::on_string(string_view piece, std::size_t, error_code& failed) {
    string_piece({piece.data(), piece.size()});
    continued_ = false;
    if (state_ == State::capture) {
        capture_->end_string();
    } else if (in_object()) {
        if (field_ == Field::unknown) {
            members_->extra.end_string();
        } else if (text_ != nullptr) {
            note_invalid_text(field_, *text_);
        }
        end_value();
    } else {
        return scalar_outside_objects(Found::string, failed);
    }
    return true;
}

bool DecodeHandler::scalar_outside_objects(Found found, error_code& failed) {
    if (state_ == State::skip) return true;
    if (state_ == State::items) return odd_item(found, failed);
    return fail(failed, "$", explain_object(found));
}

bool DecodeHandler::on_number_part(string_view piece, error_code&) {
    number_.append(piece.data(), piece.size());
    continued_ = true;
    return true;
}

bool DecodeHandler::number(std::string_view piece, std::optional<std::int64_t> value, Found otherwise,
                           error_code& failed) {
    if (continued_) {
        number_ += piece;
        piece = number_;
        continued_ = false;
    }
    if (!literal(piece)) {
        if (!in_object()) {
            number_.clear();
            return scalar_outside_objects(Found::number, failed);
        }
        if (!value && otherwise == Found::fraction) value = base::integer_from_json_number(piece);
        value ? set_integer(*value) : note_bad(field_, otherwise);
        end_value();
    }
    number_.clear();
    return true;
}

bool DecodeHandler::on_int64(std::int64_t value, string_view piece, error_code& failed) {
    return number({piece.data(), piece.size()}, value, Found::number, failed);
}

bool DecodeHandler::on_uint64(std::uint64_t, string_view piece, error_code& failed) {
    return number({piece.data(), piece.size()}, std::nullopt, Found::too_large, failed);
}

bool DecodeHandler::on_double(double, string_view piece, error_code& failed) {
    if (base::has_long_exponent(continued_ ? number_ + std::string{piece} : std::string{piece})) {
        failed = boost::json::error::exponent_overflow;
        return false;
    }
    return number({piece.data(), piece.size()}, std::nullopt, Found::fraction, failed);
}

void DecodeHandler::set_integer(std::int64_t value) {
    note(field_);
    if (state_ == State::page) {
        if (field_ != Field::total_count) return note_bad(field_, Found::number);
        if (value < 0) return note_bad(field_, Found::negative);
        target_.page->total_count = value;
        return;
    }
    visit_current([this, value]<class T>(T& member) {
        if constexpr (std::same_as<T, std::optional<std::int64_t>>) {
            member = value;
        } else if constexpr (std::same_as<T, std::optional<Timestamp>>) {
            Timestamp const time{std::chrono::milliseconds{value}};
            base::is_representable(time) ? (void)(member = time) : note_bad(field_, Found::time_out_of_range);
        } else {
            note_bad(field_, Found::number);
        }
    });
}

// Writes a number, boolean or null where text is kept. False when the current member is a known one.
bool DecodeHandler::literal(std::string_view text) {
    if (state_ == State::capture) {
        capture_->literal(text);
        return true;
    }
    if (!in_object() || field_ != Field::unknown) return false;
    members_->extra.literal(text);
    return true;
}

bool DecodeHandler::on_bool(bool value, error_code& failed) {
    if (literal(value ? "true" : "false")) return true;
    if (!in_object()) return scalar_outside_objects(Found::boolean, failed);
    if (state_ == State::page) {
        note_bad(field_, Found::boolean);
    } else {
        note(field_);
        visit_current([this, value]<class T>(T& member) {
            if constexpr (std::same_as<T, bool> || std::same_as<T, std::optional<bool>>) {
                member = value;
            } else {
                note_bad(field_, Found::boolean);
            }
        });
    }
    end_value();
    return true;
}

// An organization needs its id; a deleted object may do without.
bool DecodeHandler::may_be_null(Field field) const noexcept {
    switch (field) {
        case Field::id:
            return organization_ == nullptr;
        case Field::deleted:
        case Field::data:
        case Field::total_count:
            return false;
        default:
            return true;
    }
}

bool DecodeHandler::on_null(error_code& failed) {
    if (literal("null")) return true;
    if (!in_object()) return scalar_outside_objects(Found::null, failed);
    if (may_be_null(field_)) {
        note_null(field_);
        visit_current([]<class T>(T& member) { member = T{}; });  // an earlier duplicate may have left a value
    } else {
        note_bad(field_, Found::null);
    }
    end_value();
    return true;
}

}  // namespace clerk::organizations
