// Where an object ends: its members are judged, and it becomes a value, an undecoded item or a failure.
#include "organizations/decode_handler.hpp"

#include <bit>
#include <utility>

namespace clerk::organizations {

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
    return member_path(std::move(path), field_);
}

std::string DecodeHandler::member_path(std::string object, Field field) {
    if (field != Field::unknown) (object += '.') += name_of(field);
    return object;
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
    note_invalid_text(Field::unknown, record_members_.extra.text());
    if (organization_ != nullptr) {
        judge_id(organization_->id);
    } else if ((record_members_.seen & bit(Field::deleted)) == 0) {
        note_bad(Field::deleted, Found::nothing);
    }
    if (target_.page != nullptr) return end_item(failed);

    state_ = State::done;
    if (record_members_.bad != 0) {
        auto const field = static_cast<Field>(std::countr_zero(record_members_.bad));
        return fail(failed, member_path("$", field),
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
    item.path = member_path(item_path(), field);
    item.message = explain(field, record_members_.found[static_cast<std::size_t>(field)]);
    target_.page->data.pop_back();
    return report_item(std::move(item), failed);
}

bool DecodeHandler::odd_item(Found found, error_code& failed) {
    UndecodedItem item;
    item.path = item_path();
    item.message = explain_object(found);
    return report_item(std::move(item), failed);
}

bool DecodeHandler::report_item(UndecodedItem item, error_code& failed) {
    if (index_ == max_items) return too_many_items(failed);
    item.index = index_++;
    target_.page->undecoded.push_back(std::move(item));
    return true;
}

Organization* DecodeHandler::add_item() { return index_ == max_items ? nullptr : &target_.page->data.emplace_back(); }

bool DecodeHandler::give_up_item(std::string message, error_code& failed) {
    bool const is_nested = state_ == State::capture || state_ == State::skip;
    State const state = is_nested ? owner_ : state_;
    // An item of another type is reported where it begins.
    bool const is_reported = is_nested && state == State::items;
    if (!is_reported) {
        UndecodedItem item;
        item.path = path();
        item.message = std::move(message);
        if (state == State::record) {
            bool const has_id = (record_members_.bad & bit(Field::id)) == 0 && field_ != Field::id;
            if (has_id) item.id = std::move(organization_->id);
            target_.page->data.pop_back();
        }
        if (!report_item(std::move(item), failed)) return false;
    }
    members_ = &page_members_;
    gave_up_item_ = true;
    continued_ = false;
    key_.clear();
    number_.clear();
    owner_ = State::items;
    state_ = State::skip;
    depth_ = 1;
    return true;
}

bool DecodeHandler::too_many_items(error_code& failed) {
    return fail(failed, "$.data", "has more than " + std::to_string(max_items) + " items");
}

bool DecodeHandler::end_page(error_code& failed) {
    state_ = State::done;
    note_invalid_text(Field::unknown, page_members_.extra.text());
    for (Field const field : {Field::data, Field::total_count, Field::unknown}) {
        if ((page_fields & ~page_members_.seen & bit(field)) != 0) note_bad(field, Found::nothing);
        if ((page_members_.bad & bit(field)) == 0) continue;
        return fail(failed, member_path("$", field),
                    explain(field, page_members_.found[static_cast<std::size_t>(field)]));
    }
    target_.page->additional_fields = take_extra(page_members_);
    return true;
}

}  // namespace clerk::organizations
