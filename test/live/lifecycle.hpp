// Creates, changes and deletes one organization on the real service, checks every answer, and leaves nothing behind.
#pragma once

#include <clerk.hpp>

#include <iosfwd>
#include <string>
#include <vector>

namespace clerk_live {

/// A step that failed.
struct Failure {
    std::string step{};
    std::string reason{};
};

class Lifecycle {
public:
    /// `label` is in the name of every organization that it creates, and of no other.
    Lifecycle(clerk::OrganizationsApi organizations, std::string label, std::ostream& log);

    /// All steps: create, get, list, update, merge and replace metadata, upload and delete a logo, delete. Throws
    /// `Failure` at the first failing step. Always call `clean_up()` afterwards, also when it was cancelled.
    clerk::awaitable<void> run();

    /// Deletes remaining organizations, also those found by the label, because a create may have worked although it
    /// failed. Returns a line for each organization that could not be deleted, and for a search that failed.
    clerk::awaitable<std::vector<std::string>> clean_up();

private:
    clerk::awaitable<void> create();
    clerk::awaitable<void> read();
    clerk::awaitable<void> change();
    clerk::awaitable<void> change_metadata();
    clerk::awaitable<void> change_logo();
    clerk::awaitable<void> remove();

    void begin(std::string step);
    void check(bool condition, char const* what) const;
    [[noreturn]] void fail(clerk::Error const& error) const;
    // The value; throws Failure when there is an error.
    template <class T>
    T take(clerk::Result<T> result) const {
        if (!result) fail(result.error());
        return *std::move(result);
    }

    clerk::OrganizationsApi organizations_;
    std::string label_;
    std::ostream& log_;
    std::string step_{};
    std::string id_{};
};

}  // namespace clerk_live
