// The life of one organization on a real service, every answer looked at, and nothing left behind.
#pragma once

#include <clerk.hpp>

#include <iosfwd>
#include <string>
#include <vector>

namespace clerk_live {

/// A step that did not go as it should.
struct Failure {
    std::string step{};
    std::string reason{};
};

class Lifecycle {
public:
    /// `label` is in the name of every organization it makes, and in that of no other.
    Lifecycle(clerk::OrganizationsApi organizations, std::string label, std::ostream& log);

    /// All steps: create, get, list, update, merge and replace metadata, upload and delete a logo, delete. Throws
    /// `Failure` at the first that goes wrong. Call `clean_up()` afterwards in any case, also when it was cancelled.
    clerk::awaitable<void> run();

    /// Deletes what is left, found by its label too: a create may have worked without saying so. Returns a line for
    /// each organization that could not be removed, and for a search that failed.
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
    // The value, or the end of the run.
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
