/// @file
/// The command line as values.
#pragma once

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
};

enum class ExportFormat { ndjson, csv };

struct Export {
    std::string out{};  ///< A file, or `-` for standard output.
    ExportFormat format{ExportFormat::ndjson};
    clerk::ListOrganizationsRequest request{};
    clerk::PaginatorOptions paging{};
    std::string report{};  ///< A file for the report, or `-`; empty: none.
    std::string resume{};  ///< The file that holds the checkpoint; empty: none.
};

using Command =
    std::variant<Create, Get, List, Update, MergeMetadata, ReplaceMetadata, UploadLogo, DeleteLogo, Delete, Export>;

struct Options {
    clerk::Config config{};
    bool http_info{};
    bool verbose{};
    Command command{};
};

/// The options with the key read and @FILEs loaded, or a text to print for `--help` and `--version`.
/// @throws UsageError
std::variant<Options, std::string> parse_options(int argc, char const* const* argv);

}  // namespace clerk_orgs
