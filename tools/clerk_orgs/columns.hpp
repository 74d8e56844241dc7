/// @file
/// The layout of an export: which members of each item are written, in which order and format.
#pragma once

#include <clerk.hpp>

#include <concepts>
#include <string>
#include <string_view>
#include <vector>

namespace clerk_orgs {

enum class ExportFormat { ndjson, csv };

struct Layout {
    ExportFormat format{ExportFormat::ndjson};
    std::vector<std::string> fields{};  ///< Names of `field_names()` in the requested order; empty: all members.
    bool private_metadata{true};
    bool raw_csv{};  ///< Formulas are not marked by an apostrophe.

    friend bool operator==(Layout const&, Layout const&) = default;
};

/// The types that have columns.
template <class T>
concept Tabular = std::same_as<T, clerk::Organization> || std::same_as<T, clerk::OrganizationMembership> ||
                  std::same_as<T, clerk::OrganizationInvitation> ||
                  std::same_as<T, clerk::OrganizationInvitationWithPublicOrganizationData>;

/// The members of T that the library knows, those of an inner object as `organization.id`, and `additional_fields` for
/// all others.
template <Tabular T = clerk::Organization>
std::vector<std::string> field_names();

/// The value of one member as text; empty when it has no value.
template <Tabular T>
std::string field_text(T const& record, std::string_view name);

/// A text that is equal only for equal layouts: `csv object,id,name`.
template <Tabular T = clerk::Organization>
std::string describe(Layout const& layout);

/// Appends the header row of CSV; nothing for NDJSON.
template <Tabular T = clerk::Organization>
void append_header(std::string& out, Layout const& layout);
/// Appends one record and the end of its line: RFC 4180, or a JSON object.
template <Tabular T>
void append_record(std::string& out, T const& record, Layout const& layout);

}  // namespace clerk_orgs
