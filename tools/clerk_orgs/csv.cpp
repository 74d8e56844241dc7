#include "output.hpp"

#include <cstdint>
#include <optional>
#include <utility>

namespace clerk_orgs {
namespace {

/// Control characters as \u00XX, but for tabs and line breaks, which RFC 4180 allows inside quotes. A carriage return
/// alone would let a name overwrite its line on a terminal.
void append_safe(std::string& out, std::string_view text) {
    constexpr char hex_digits[] = "0123456789abcdef";
    auto const escape = [&](unsigned char byte) {
        out.append("\\u00").append({hex_digits[byte >> 4U], hex_digits[byte & 0xfU]});
    };
    for (std::size_t index = 0; index < text.size(); ++index) {
        auto const byte = static_cast<unsigned char>(text[index]);
        auto const next =
            index + 1 < text.size() ? static_cast<unsigned char>(text[index + 1]) : static_cast<unsigned char>(0);
        bool const line_break = byte == '\n' || (byte == '\r' && next == '\n');
        if (byte == 0xc2 && next >= 0x80 && next <= 0x9f) {
            escape(next);
            ++index;
        } else if ((byte < 0x20 && byte != '\t' && !line_break) || byte == 0x7f) {
            escape(byte);
        } else {
            if (byte == '"') out.push_back('"');
            out.push_back(text[index]);
        }
    }
}

void append_value(std::string& out, std::string_view text) {
    bool const needs_quotes =
        text.find_first_of(",\"\r\n\t") != std::string_view::npos || text.starts_with(' ') || text.ends_with(' ');
    if (needs_quotes) out.push_back('"');
    append_safe(out, text);
    if (needs_quotes) out.push_back('"');
}

void append_value(std::string& out, bool value) { out.append(value ? "true" : "false"); }
void append_value(std::string& out, std::int64_t value) { out.append(std::to_string(value)); }
void append_value(std::string& out, clerk::Timestamp value) { out.append(clerk::to_string(value)); }
void append_value(std::string& out, clerk::Metadata const& value) { append_value(out, value.text()); }

template <class T>
void append_value(std::string& out, std::optional<T> const& value) {
    if (value) append_value(out, *value);
}

template <class... Values>
void append_row(std::string& out, Values const&... values) {
    bool first = true;
    auto const append = [&](auto const& value) {
        if (!std::exchange(first, false)) out.push_back(',');
        append_value(out, value);
    };
    (append(values), ...);
    out.append("\r\n");
}

}  // namespace

void append_csv_header(std::string& out) {
    out.append(
        "object,id,name,slug,image_url,has_image,members_count,missing_member_with_elevated_permissions,"
        "pending_invitations_count,max_allowed_memberships,admin_delete_enabled,public_metadata,private_metadata,"
        "created_by,created_at,updated_at,last_active_at,role_set_key,additional_fields\r\n");
}

void append_csv(std::string& out, clerk::Organization const& organization) {
    clerk::Organization const& o = organization;
    append_row(out, o.object, o.id, o.name, o.slug, o.image_url, o.has_image, o.members_count,
               o.missing_member_with_elevated_permissions, o.pending_invitations_count, o.max_allowed_memberships,
               o.admin_delete_enabled, o.public_metadata, o.private_metadata, o.created_by, o.created_at, o.updated_at,
               o.last_active_at, o.role_set_key, o.additional_fields);
}

}  // namespace clerk_orgs
