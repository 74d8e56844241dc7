// What is known of each organization that was requested by id, and what to request next. Pure.
#pragma once

#include <clerk/organization.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace clerk::organizations {

// Goes through the ids in batches, each in rounds. A round asks for those of its batch that are not known yet and
// follows the pages by offset to the total. A round of one page is a snapshot: what it does not show is not there. One
// of several pages may have lost organizations to a deletion in between, so what it left open is asked for again.
class IdLookup {
public:
    static constexpr std::int64_t page_size = 100;  // as many ids as the service takes

    // Of an id that occurs twice, the first counts.
    explicit IdLookup(std::span<std::string const> ids);
    IdLookup(IdLookup&&) = default;
    IdLookup& operator=(IdLookup&&) = default;
    IdLookup(IdLookup const&) = delete;
    IdLookup& operator=(IdLookup const&) = delete;
    ~IdLookup() = default;

    // Empty when nothing is left to ask.
    [[nodiscard]] std::optional<ListOrganizationsRequest> next_request() const;
    // Takes the answer to next_request(). False when the answers keep having organizations that were not requested.
    [[nodiscard]] bool accept(Organizations page);
    // What was found. Call it once, at the end.
    [[nodiscard]] OrganizationsById take();

private:
    enum class State : std::uint8_t { unknown, found, undecoded, missing };

    void begin_batch();
    void begin_round();
    void end_round();
    [[nodiscard]] bool all_settled() const;

    std::vector<std::string> ids_{};
    std::unordered_map<std::string_view, std::size_t> places_{};  // views of ids_
    std::vector<State> states_{};                                 // by place
    std::vector<Organization> organizations_{};                   // by place
    std::size_t begin_{};                                         // the batch
    std::size_t end_{};
    std::vector<std::string> asked_{};  // in this round, on each of its pages
    std::int64_t received_{};           // in this round, which is also its offset
    bool several_pages_{};
    bool progress_{};    // something became known
    bool unreadable_{};  // an item without a readable id: it may be any of those that are still unknown
};

}  // namespace clerk::organizations
