// Checkpoints of walks. Input: a checkpoint, or its part without the checksum; a state that is read from it is the same
// after it was written and read again, and a walk can continue from it.
#include "fuzz/target.hpp"

#include "api/organizations/organization_requests.hpp"
#include "api/pagination/checkpoint.hpp"
#include "api/pagination/keyset_cursor.hpp"
#include "api/pagination/page_cursor.hpp"

#include <string>
#include <vector>

namespace clerk::fuzz {
namespace {

using api::KeysetCursor;
using api::ListedItem;
using api::PageCursor;
using api::PageFacts;
using api::SavedWalk;
using api::WalkIdentity;

// The walk continues for some random pages.
void go_on(SavedWalk const& walk, bool anchored) {
    if (!anchored) {
        PageCursor cursor{10, 0, walk.state};
        for (int page = 0; page != 5 && !cursor.done(); ++page) {
            check(cursor.next_request(1).has_value(), "a walk that is not done asks for a page");
            PageFacts facts{};
            facts.ends.received = 10 - page;
            facts.total_count = 1000;
            cursor.accept(facts);
        }
        return;
    }
    KeysetCursor cursor{{.page_size = 10, .overlap = 3}, walk.state};
    for (int page = 0; page != 8 && !cursor.done(); ++page) {
        auto const wanted = cursor.next_request(2);
        check(wanted.has_value(), "a walk that is not done asks for a page");
        check(wanted->offset >= 0 && wanted->limit >= 1, "it asks for a page that can be");
        std::vector<ListedItem> items;
        if (!walk.state.known.empty()) items.push_back({walk.state.known.back(), walk.state.frontier, true});
        items.push_back({"org_new", page == 7 ? std::nullopt : walk.state.frontier, true});
        items.push_back({"", std::nullopt, false});
        auto const verdict = cursor.accept({items, 1000 + page});
        check(verdict.keep.size() == items.size(), "there is a flag for each item");
    }
}

void read(std::string_view text, WalkIdentity const& identity) {
    auto const walk = api::read_checkpoint_body(text, identity);
    if (!walk) return;
    std::string const written = api::write_checkpoint(*walk, identity);
    for (char const c : written) check(c >= ' ' && c <= '~', "a checkpoint is printable ASCII");
    auto const again = api::read_checkpoint(written, identity);
    check(again.has_value() && *again == *walk, "a checkpoint survives being written and read");
    go_on(*walk, identity.anchored);
}

}  // namespace

void run(std::string_view input) {
    ListOrganizationsRequest const request{};
    for (bool const anchored : {false, true}) {
        WalkIdentity const identity =
            api::identity_of(organizations::list_organizations(request).value(), anchored, {});
        static_cast<void>(api::read_checkpoint(input, identity));
        read(input, identity);
        read(input.substr(0, input.rfind(' ')), identity);
    }
}

}  // namespace clerk::fuzz
