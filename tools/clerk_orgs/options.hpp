/// @file
/// The command line as values.
#pragma once

#include "columns.hpp"
#include "export_report.hpp"

#include <clerk.hpp>

#include <string>
#include <variant>

namespace clerk_orgs {

struct Create {
    clerk::CreateOrganizationRequest request{};
};
struct Get {
    std::string id{};
    clerk::GetOrganizationOptions query{};
};
struct List {
    clerk::ListOrganizationsRequest request{};
};
struct Update {
    std::string id{};
    clerk::UpdateOrganizationRequest request{};
};
struct MergeMetadata {
    std::string id{};
    clerk::MergeOrganizationMetadataRequest request{};
};
struct ReplaceMetadata {
    std::string id{};
    clerk::ReplaceOrganizationMetadataRequest request{};
};
struct UploadLogo {
    std::string id{};
    clerk::UploadOrganizationLogoRequest request{};
};
struct DeleteLogo {
    std::string id{};
};
struct Delete {
    std::string id{};
    bool yes{};  ///< Without asking.
};

/// Any endpoint.
struct Api {
    clerk::ApiRequest request{};
};

struct Export {
    std::string out{};  ///< A file, or `-` for standard output.
    Layout layout{};
    clerk::ListOrganizationsRequest request{};
    clerk::PaginatorOptions paging{};
    std::string report{};  ///< A file for the report, or `-`; empty: none.
    std::string resume{};  ///< The file that holds the checkpoint; empty: none.
    bool no_progress{};
};

using Command = std::variant<Create, Get, List, Update, MergeMetadata, ReplaceMetadata, UploadLogo, DeleteLogo, Delete,
                             Api, Export>;

enum class OutputFormat { json, table };

struct Options {
    clerk::Config config{};
    bool http_info{};
    bool verbose{};
    bool dry_run{};  ///< Print the request instead of sending it.
    OutputFormat output{OutputFormat::json};
    Command command{};
    OptionNames names{};
};

/// The options with the key read and @FILEs loaded, or a text to print for `--help`, `--version`, `manual` and
/// `completion`.
/// @throws UsageError
std::variant<Options, std::string> parse_options(int argc, char const* const* argv);

}  // namespace clerk_orgs
