#include "organizations/decode_messages.hpp"

namespace clerk::organizations {

namespace {

std::string_view describe(Found found) noexcept {
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
        case Found::invalid_text:
            return "text that is not UTF-8";
        case Found::nothing:
            return "nothing";
    }
    return "";
}

std::string_view describe_expected(Field field) noexcept {
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

}  // namespace

std::string explain(Field field, Found found) {
    if (field == Field::unknown) return std::string{"has "}.append(describe(found));
    std::string message{"expected "};
    message += describe_expected(field);
    message += ", found ";
    message += describe(found);
    return message;
}

std::string explain_object(Found found) { return std::string{"expected an object, found "}.append(describe(found)); }

}  // namespace clerk::organizations
