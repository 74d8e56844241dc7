/// @file
/// The one description of commands and options: the parser, help, manual pages and completions are made of it.
#pragma once

#include "options.hpp"
#include "program_text.hpp"

#include <CLI/CLI.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace clerk_orgs {

/// The order in which an export can tell whether it is complete.
inline constexpr char const* default_export_order = "+created_at";

/// Declares the options and holds what CLI11 reads into them.
class Declarations {
public:
    Declarations();
    Declarations(Declarations const&) = delete;  // CLI11 holds references to the members
    Declarations& operator=(Declarations const&) = delete;

    [[nodiscard]] ProgramText program_text() const;
    /// Null when there is none yet.
    [[nodiscard]] CommandText const* chosen_command(ProgramText const& text) const;
    [[nodiscard]] bool is_chosen(void const* command) const noexcept { return chosen_ == command; }

    CLI::App app;
    Options options{};  ///< Without the command.
    std::string secret_key_file{};
    Create create{};
    Get get{};
    List list{};
    Update update{};
    std::vector<std::string> null_fields{};  ///< Of an update.
    MergeMetadata merge{};
    ReplaceMetadata replace{};
    UploadLogo upload_logo{};
    DeleteLogo delete_logo{};
    Delete remove{};
    Api any_endpoint{};
    Export bulk_export{};
    bool plain{};                ///< Of an export.
    bool no_private_metadata{};  ///< Of an export.

    std::function<Command()> take_command{};       ///< Moves the chosen command out.
    std::function<std::string()> make_document{};  ///< What a command that needs no service prints.

private:
    CLI::App& add_subcommand(std::string const& name, std::string const& summary, std::vector<std::string> examples,
                             std::string const& details = {});
    template <class T>
    CLI::App& add_command(std::string const& name, std::string const& summary, T& command,
                          std::vector<std::string> examples, std::string const& details = {});
    void add_dry_run(CLI::App& command);
    void add_output(CLI::App& command);

    void declare_globals();
    void declare_create();
    void declare_reads();
    void declare_update();
    void declare_metadata();
    void declare_logo();
    void declare_delete();
    void declare_api();
    void declare_export();
    void declare_documents();

    std::string topic_{};  ///< The SHELL or COMMAND of a document.
    std::map<std::string, std::vector<std::string>> examples_{};
    void const* chosen_{};
};

}  // namespace clerk_orgs
