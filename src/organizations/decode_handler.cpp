#include "organizations/decode_handler.hpp"

#include "base/json_text.hpp"
#include "base/timestamp_range.hpp"

#include <bit>
#include <utility>

namespace clerk::organizations {

namespace {

// A page has at most 500 items. A few bytes of JSON make an item of some hundred bytes, so far more than that are an
// attack on memory, not a page.
constexpr std::size_t max_items = 100'000;

}  // namespace

void DecodeHandler::reset() {
    state_ = State::start;
    continued_ = false;
    number_.clear();
    key_.clear();
    failure_ = {};
}

bool DecodeHandler::fail(error_code& failed, std::string path, std::string message) {
    failure_ = {errc::malformed_body, std::move(path), std::move(message)};
    failed = boost::json::error::syntax;  // any error makes the parser stop
    return false;
}

std::string DecodeHandler::item_path() const { return "$.data[" + std::to_string(index_) + ']'; }

std::string DecodeHandler::path() const {
    State const state = state_ == State::capture || state_ == State::skip ? owner_ : state_;
    if (state == State::start || state == State::done) return "$";
    if (state == State::items) return item_path();
    std::string path = state == State::record && target_.page != nullptr ? item_path() : "$";
    if (field_ != Field::unknown) (path += '.') += name_of(field_);
    return path;
}

std::string_view DecodeHandler::describe(Found found) noexcept {
    switch (found) {
        case Found::null:
            return "null";
        case Found::boolean:
            return "a boolean";
        case Found::number:
            return "a number";
        case Found::fraction:
            return "a number that is not an integer";
        case Found::too_large:
            return "a number outside the 64-bit range";
        case Found::negative:
            return "a negative number";
        case Found::time_out_of_range:
            return "a time outside the years 0000 to 9999";
        case Found::string:
            return "a string";
        case Found::empty_string:
            return "an empty string";
        case Found::array:
            return "an array";
        case Found::object:
            return "an object";
        case Found::nothing:
            return "nothing";
    }
    return "";
}

std::string_view DecodeHandler::describe_expected(Field field) noexcept {
    switch (field) {
        case Field::id:
            return "a non-empty string";
        case Field::has_image:
        case Field::missing_member_with_elevated_permissions:
        case Field::admin_delete_enabled:
        case Field::deleted:
            return "a boolean";
        case Field::members_count:
        case Field::pending_invitations_count:
        case Field::max_allowed_memberships:
            return "an integer";
        case Field::created_at:
        case Field::updated_at:
        case Field::last_active_at:
            return "Unix milliseconds";
        case Field::total_count:
            return "an integer that is not negative";
        case Field::public_metadata:
        case Field::private_metadata:
            return "an object";
        case Field::data:
            return "an array";
        default:
            return "a string";
    }
}

std::string DecodeHandler::explain(Field field, Found found) {
    std::string message{"expected "};
    message += describe_expected(field);
    message += ", found ";
    message += describe(found);
    return message;
}

void DecodeHandler::begin_record(Organization* organization) {
    state_ = State::record;
    organization_ = organization;
    members_ = &record_members_;
    record_members_.clear();
    if (organization == nullptr) {
        record_members_.known = deleted_object_fields;
    } else {
        record_members_.known = target_.logo_url != nullptr ? organization_with_logo_fields : organization_fields;
    }
    field_ = Field::unknown;
}

void DecodeHandler::judge_id(std::string const& id) {
    if ((record_members_.seen & bit(Field::id)) == 0) {
        note_bad(Field::id, Found::nothing);
    } else if (id.empty() && (record_members_.bad & bit(Field::id)) == 0) {
        note_bad(Field::id, Found::empty_string);
    }
}

Metadata DecodeHandler::take_extra(Members& members) {
    if (members.extra.empty()) return {};
    members.extra.close('}');
    return Metadata::from_valid_text(std::string{members.extra.text()});
}

void DecodeHandler::finish_organization() {
    FieldMask const always = target_.logo_url != nullptr ? organization_with_logo_always : organization_always;
    organization_->null_fields = record_members_.null;
    organization_->missing_fields = always & ~record_members_.seen;
    organization_->additional_fields = take_extra(record_members_);
}

// DeletedObject has no masks, so what its members cannot express is kept beside the unknown ones, as it arrived.
void DecodeHandler::finish_deleted_object() {
    for (Field const field : {Field::object, Field::id, Field::slug, Field::external_id}) {
        if ((record_members_.null & bit(field)) == 0) continue;
        begin_unknown_member(name_of(field));
        record_members_.extra.literal("null");
    }
    bool const empty_object =
        target_.deleted_object->object.empty() && (record_members_.seen & bit(Field::object)) != 0;
    if (empty_object && (record_members_.null & bit(Field::object)) == 0) {
        begin_unknown_member(name_of(Field::object));
        record_members_.extra.literal("\"\"");
    }
    target_.deleted_object->additional_fields = take_extra(record_members_);
}

bool DecodeHandler::end_record(error_code& failed) {
    if (organization_ != nullptr) {
        judge_id(organization_->id);
    } else if ((record_members_.seen & bit(Field::deleted)) == 0) {
        note_bad(Field::deleted, Found::nothing);
    }
    if (target_.page != nullptr) return end_item(failed);

    state_ = State::done;
    if (record_members_.bad != 0) {
        auto const field = static_cast<Field>(std::countr_zero(record_members_.bad));
        return fail(failed, std::string{"$."}.append(name_of(field)),
                    explain(field, record_members_.found[static_cast<std::size_t>(field)]));
    }
    organization_ != nullptr ? finish_organization() : finish_deleted_object();
    return true;
}

bool DecodeHandler::end_item(error_code& failed) {
    state_ = State::items;
    members_ = &page_members_;
    if (record_members_.bad == 0) {
        finish_organization();
        ++index_;
        return true;
    }
    auto const field = static_cast<Field>(std::countr_zero(record_members_.bad));
    UndecodedItem item;
    if ((record_members_.bad & bit(Field::id)) == 0) item.id = std::move(organization_->id);
    item.path = item_path().append(1, '.').append(name_of(field));
    item.message = explain(field, record_members_.found[static_cast<std::size_t>(field)]);
    target_.page->data.pop_back();
    return report_item(std::move(item), failed);
}

bool DecodeHandler::odd_item(Found found, error_code& failed) {
    UndecodedItem item;
    item.path = item_path();
    item.message = std::string{"expected an object, found "}.append(describe(found));
    return report_item(std::move(item), failed);
}

bool DecodeHandler::report_item(UndecodedItem item, error_code& failed) {
    if (index_ == max_items) return too_many_items(failed);
    item.index = index_++;
    target_.page->undecoded.push_back(std::move(item));
    return true;
}

bool DecodeHandler::too_many_items(error_code& failed) {
    return fail(failed, "$.data", "has more than " + std::to_string(max_items) + " items");
}

bool DecodeHandler::end_page(error_code& failed) {
    state_ = State::done;
    for (Field const field : {Field::data, Field::total_count}) {
        if ((page_members_.seen & bit(field)) == 0) note_bad(field, Found::nothing);
        if ((page_members_.bad & bit(field)) == 0) continue;
        return fail(failed, std::string{"$."}.append(name_of(field)),
                    explain(field, page_members_.found[static_cast<std::size_t>(field)]));
    }
    target_.page->additional_fields = take_extra(page_members_);
    return true;
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
    Metadata& metadata =
        field_ == Field::public_metadata ? organization_->public_metadata : organization_->private_metadata;
    metadata = scratch_.text() == "{}" ? Metadata{} : Metadata::from_valid_text(std::string{scratch_.text()});
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
            return fail(failed, "$", std::string{"expected an object, found "}.append(describe(found)));
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
            if (--depth_ == 0) state_ = owner_;
            return true;
        case State::record:
            return end_record(failed);
        default:
            return end_page(failed);
    }
}

bool DecodeHandler::on_array_begin(error_code& failed) {
    if (state_ == State::page && field_ == Field::data) {
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
            if (--depth_ == 0) state_ = owner_;
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

// The string that the current member is stored in; nullptr when it is not a string.
std::string* DecodeHandler::open_string() {
    note(field_);
    if (organization_ == nullptr) {
        DeletedObject& object = *target_.deleted_object;
        switch (field_) {
            case Field::object:
                return &object.object;
            case Field::id:
                return &object.id.emplace();
            case Field::slug:
                return &object.slug.emplace();
            case Field::external_id:
                return &object.external_id.emplace();
            default:
                return nullptr;
        }
    }
    switch (field_) {
        case Field::object:
            return &organization_->object;
        case Field::id:
            return &organization_->id;
        case Field::name:
            return &organization_->name;
        case Field::slug:
            return &organization_->slug.emplace();
        case Field::image_url:
            return &organization_->image_url.emplace();
        case Field::created_by:
            return &organization_->created_by.emplace();
        case Field::role_set_key:
            return &organization_->role_set_key.emplace();
        case Field::logo_url:
            return &target_.logo_url->emplace();
        default:
            return nullptr;
    }
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
        if (field_ == Field::unknown) members_->extra.end_string();
    } else {
        return scalar_outside_objects(Found::string, failed);
    }
    return true;
}

bool DecodeHandler::scalar_outside_objects(Found found, error_code& failed) {
    if (state_ == State::skip) return true;
    if (state_ == State::items) return odd_item(found, failed);
    return fail(failed, "$", std::string{"expected an object, found "}.append(describe(found)));
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
    return number({piece.data(), piece.size()}, std::nullopt, Found::fraction, failed);
}

void DecodeHandler::set_timestamp(std::optional<Timestamp>& target, std::int64_t value) {
    Timestamp const time{std::chrono::milliseconds{value}};
    if (!base::is_representable(time)) {
        note_bad(field_, Found::time_out_of_range);
    } else {
        target = time;
    }
}

void DecodeHandler::set_integer(std::int64_t value) {
    note(field_);
    if (state_ == State::page) {
        if (field_ != Field::total_count) return note_bad(field_, Found::number);
        if (value < 0) return note_bad(field_, Found::negative);
        target_.page->total_count = value;
        return;
    }
    if (organization_ == nullptr) return note_bad(field_, Found::number);
    switch (field_) {
        case Field::members_count:
            organization_->members_count = value;
            return;
        case Field::pending_invitations_count:
            organization_->pending_invitations_count = value;
            return;
        case Field::max_allowed_memberships:
            organization_->max_allowed_memberships = value;
            return;
        case Field::created_at:
            set_timestamp(organization_->created_at, value);
            return;
        case Field::updated_at:
            set_timestamp(organization_->updated_at, value);
            return;
        case Field::last_active_at:
            set_timestamp(organization_->last_active_at, value);
            return;
        default:
            note_bad(field_, Found::number);
    }
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
    note(field_);
    if (organization_ == nullptr && field_ == Field::deleted) {
        target_.deleted_object->deleted = value;
    } else if (field_ == Field::has_image && organization_ != nullptr) {
        organization_->has_image = value;
    } else if (field_ == Field::missing_member_with_elevated_permissions) {
        organization_->missing_member_with_elevated_permissions = value;
    } else if (field_ == Field::admin_delete_enabled) {
        organization_->admin_delete_enabled = value;
    } else {
        note_bad(field_, Found::boolean);
    }
    return true;
}

bool DecodeHandler::on_null(error_code& failed) {
    if (literal("null")) return true;
    if (!in_object()) return scalar_outside_objects(Found::null, failed);
    switch (field_) {
        case Field::id:
            if (organization_ == nullptr) break;
            [[fallthrough]];
        case Field::deleted:
        case Field::data:
        case Field::total_count:
            note_bad(field_, Found::null);
            return true;
        default:
            break;
    }
    set_null();
    return true;
}

// An earlier duplicate may have left a value.
void DecodeHandler::set_null() {
    note_null(field_);
    if (organization_ == nullptr) {
        DeletedObject& object = *target_.deleted_object;
        switch (field_) {
            case Field::object:
                object.object.clear();
                return;
            case Field::id:
                object.id.reset();
                return;
            case Field::slug:
                object.slug.reset();
                return;
            default:
                object.external_id.reset();
                return;
        }
    }
    switch (field_) {
        case Field::object:
            organization_->object.clear();
            return;
        case Field::name:
            organization_->name.clear();
            return;
        case Field::slug:
            organization_->slug.reset();
            return;
        case Field::image_url:
            organization_->image_url.reset();
            return;
        case Field::has_image:
            organization_->has_image.reset();
            return;
        case Field::members_count:
            organization_->members_count.reset();
            return;
        case Field::missing_member_with_elevated_permissions:
            organization_->missing_member_with_elevated_permissions.reset();
            return;
        case Field::pending_invitations_count:
            organization_->pending_invitations_count.reset();
            return;
        case Field::max_allowed_memberships:
            organization_->max_allowed_memberships.reset();
            return;
        case Field::admin_delete_enabled:
            organization_->admin_delete_enabled.reset();
            return;
        case Field::public_metadata:
            organization_->public_metadata = {};
            return;
        case Field::private_metadata:
            organization_->private_metadata = {};
            return;
        case Field::created_by:
            organization_->created_by.reset();
            return;
        case Field::created_at:
            organization_->created_at.reset();
            return;
        case Field::updated_at:
            organization_->updated_at.reset();
            return;
        case Field::last_active_at:
            organization_->last_active_at.reset();
            return;
        case Field::role_set_key:
            organization_->role_set_key.reset();
            return;
        case Field::logo_url:
            target_.logo_url->reset();
            return;
        default:
            return;
    }
}

}  // namespace clerk::organizations
