#include "api/json_writer.hpp"
#include "organizations/fields.hpp"

#include <clerk/organization.hpp>

namespace clerk {

namespace {

using namespace organizations;

// What a member without a value becomes: null or nothing. `always` are the members that only their missing bit leaves
// out.
class OrganizationWriter {
public:
    OrganizationWriter(api::JsonObjectWriter& json, Organization const& value, FieldMask always) noexcept
        : json_{json}, null_{value.null_fields}, written_{always & ~value.missing_fields} {}

    void write(Field field, std::string const& value) {
        if (!value.empty() || is_plain(field)) {
            json_.member(name_of(field), value);
        } else {
            absent(field);
        }
    }

    void write(Field field, Metadata const& value) {
        if (!value.empty() || is_plain(field)) {
            json_.member(name_of(field), value);
        } else {
            absent(field);
        }
    }

    template <class T>
    void write(Field field, std::optional<T> const& value) {
        if (value) {
            json_.member(name_of(field), *value);
        } else {
            absent(field);
        }
    }

private:
    // Whether an empty string or object stands for itself.
    [[nodiscard]] bool is_plain(Field field) const noexcept {
        return (null_ & bit(field)) == 0 && (written_ & bit(field)) != 0;
    }
    void absent(Field field) {
        if (((null_ | written_) & bit(field)) != 0) json_.null(name_of(field));
    }

    api::JsonObjectWriter& json_;
    FieldMask null_;
    FieldMask written_;
};

// The order of the OpenAPI description.
void write_members(api::JsonObjectWriter& json, Organization const& value, FieldMask always) {
    OrganizationWriter writer{json, value, always};
    writer.write(Field::object, value.object);
    writer.write(Field::id, value.id);
    writer.write(Field::name, value.name);
    writer.write(Field::slug, value.slug);
    writer.write(Field::image_url, value.image_url);
    writer.write(Field::has_image, value.has_image);
    writer.write(Field::members_count, value.members_count);
    writer.write(Field::missing_member_with_elevated_permissions, value.missing_member_with_elevated_permissions);
    writer.write(Field::pending_invitations_count, value.pending_invitations_count);
    writer.write(Field::max_allowed_memberships, value.max_allowed_memberships);
    writer.write(Field::admin_delete_enabled, value.admin_delete_enabled);
    writer.write(Field::public_metadata, value.public_metadata);
    writer.write(Field::private_metadata, value.private_metadata);
    writer.write(Field::created_by, value.created_by);
    writer.write(Field::created_at, value.created_at);
    writer.write(Field::updated_at, value.updated_at);
    writer.write(Field::last_active_at, value.last_active_at);
    writer.write(Field::role_set_key, value.role_set_key);
}

// Room for everything but escapes and the longest numbers.
std::size_t estimated_size(Organization const& value) noexcept {
    constexpr std::size_t names_and_numbers = 640;
    auto const size_of = [](std::optional<std::string> const& text) { return text ? text->size() : 0; };
    return names_and_numbers + value.object.size() + value.id.size() + value.name.size() + size_of(value.slug) +
           size_of(value.image_url) + value.public_metadata.text().size() + value.private_metadata.text().size() +
           size_of(value.created_by) + size_of(value.role_set_key) + value.additional_fields.text().size();
}

}  // namespace

void append_json(std::string& out, Organization const& value) {
    api::JsonObjectWriter json{out};
    write_members(json, value, organization_always);
    json.members_of(value.additional_fields);
    json.end();
}

std::string to_json(Organization const& value) {
    std::string out;
    out.reserve(estimated_size(value));
    append_json(out, value);
    return out;
}

std::string to_json(OrganizationWithLogo const& value) {
    std::string out;
    out.reserve(estimated_size(value) + (value.logo_url ? value.logo_url->size() : 0));
    api::JsonObjectWriter json{out};
    write_members(json, value, organization_with_logo_always);
    OrganizationWriter{json, value, organization_with_logo_always}.write(Field::logo_url, value.logo_url);
    json.members_of(value.additional_fields);
    json.end();
    return out;
}

// A null member arrives among additional_fields, see DecodeHandler::finish_deleted_object.
std::string to_json(DeletedObject const& value) {
    std::string out;
    api::JsonObjectWriter json{out};
    if (!value.object.empty()) json.member(name_of(Field::object), value.object);
    if (value.id) json.member(name_of(Field::id), *value.id);
    if (value.slug) json.member(name_of(Field::slug), *value.slug);
    json.member(name_of(Field::deleted), value.deleted);
    if (value.external_id) json.member(name_of(Field::external_id), *value.external_id);
    json.members_of(value.additional_fields);
    json.end();
    return out;
}

std::string to_json(Organizations const& value) {
    constexpr std::size_t typical_item = 1024;
    std::string out;
    out.reserve(64 + value.data.size() * typical_item);
    api::JsonObjectWriter json{out};
    json.begin(name_of(Field::data)) += '[';
    for (Organization const& organization : value.data) {
        if (&organization != value.data.data()) out += ',';
        append_json(out, organization);
    }
    out += ']';
    json.member(name_of(Field::total_count), value.total_count);
    json.members_of(value.additional_fields);
    json.end();
    return out;
}

}  // namespace clerk
