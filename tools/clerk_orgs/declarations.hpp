/// @file
/// Declares commands and options; the parser, help, manual pages and completions are generated from it.
#pragma once

#include "options.hpp"
#include "program_text.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace clerk_orgs {

/// The order in which an export can be known to be complete.
inline constexpr char const* default_export_order = "+created_at";

/// Declares the options and holds the values that CLI11 reads.
class Declarations {
public:
    Declarations();
    Declarations(Declarations const&) = delete;  // CLI11 holds references to the members
    Declarations& operator=(Declarations const&) = delete;

    [[nodiscard]] ProgramText program_text() const;
    /// The parsed command, or only its group; null when neither was parsed yet.
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
    ListMemberships list_memberships{};
    GetMembership get_membership{};
    CreateMembership create_membership{};
    UpdateMembership update_membership{};
    MergeMembershipMetadata merge_membership{};
    DeleteMembership delete_membership{};
    ListInvitations list_invitations{};
    GetInvitation get_invitation{};
    CreateInvitation create_invitation{};
    CreateInvitations create_invitations{};
    RevokeInvitation revoke_invitation{};
    Api any_endpoint{};
    Export bulk_export{};
    CLI::App const* export_app{};
    std::string export_fields{};
    bool export_of_all{};
    bool plain{};                ///< Of an export.
    bool no_private_metadata{};  ///< Of an export.

    std::function<Command()> take_command{};       ///< Moves the chosen command out.
    std::function<std::string()> make_document{};  ///< Makes the output of a command that does not use the service.

private:
    CLI::App& add_subcommand(std::string const& name, std::string const& summary, std::vector<std::string> examples,
                             std::string const& details = {});
    /// A command whose options fill `command`.
    template <class T>
    CLI::App& add_command(std::string const& name, std::string const& summary, T& command,
                          std::vector<std::string> examples, std::string const& details = {}) {
        CLI::App& added = add_subcommand(name, summary, std::move(examples), details);
        added.callback([this, &command] {
            chosen_ = &command;
            take_command = [&command] { return Command{std::move(command)}; };
        });
        return added;
    }
    /// Begins a group. Commands that are added afterwards belong to it.
    void begin_group(std::string const& name, std::string const& summary);
    void end_group() { group_ = &app; }
    void add_dry_run(CLI::App& command);
    void add_yes(CLI::App& command, bool& yes);
    void add_output(CLI::App& command);
    void add_page(CLI::App& command, std::optional<std::int64_t>& limit, std::optional<std::int64_t>& offset);

    void declare_globals();
    void declare_create();
    void declare_reads();
    void declare_update();
    void declare_metadata();
    void declare_logo();
    void declare_delete();
    void declare_memberships();
    void declare_invitations();
    void declare_api();
    void declare_export();
    void declare_documents();

    CLI::App* group_{&app};             ///< Where commands are added.
    std::string shell_{};               ///< Of a completion.
    std::vector<std::string> topic_{};  ///< The words of a manual's COMMAND.
    std::map<std::string, std::vector<std::string>> examples_{};
    void const* chosen_{};
};

}  // namespace clerk_orgs
