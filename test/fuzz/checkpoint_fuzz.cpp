// Checkpoints of walks. Input: a checkpoint, or its part without the checksum; whatever is read from it survives being
// written and read again, and a walk can go on from it.
#include "fuzz/target.hpp"

#include "organizations/walk_checkpoint.hpp"
#include "policy/anchored_cursor.hpp"
#include "policy/page_cursor.hpp"

#include <string>
#include <vector>

namespace clerk::fuzz {
namespace {

using organizations::WalkIdentity;

// The walk goes on for some pages, whatever they hold.
void go_on(organizations::SavedWalk const& walk, bool anchored) {
    if (!anchored) {
        policy::PageCursor cursor{10, 0, walk.state};
        for (int page = 0; page != 5 && !cursor.done(); ++page) {
            check(cursor.next_request(1).has_value(), "a walk that is not done asks for a page");
            policy::PageFacts facts{};
            facts.received = 10 - page;
            facts.total_count = 1000;
            cursor.accept(facts);
        }
        return;
    }
    policy::AnchoredCursor cursor{{.page_size = 10, .overlap = 3}, walk.state};
    for (int page = 0; page != 8 && !cursor.done(); ++page) {
        auto const wanted = cursor.next_request(2);
        check(wanted.has_value(), "a walk that is not done asks for a page");
        check(wanted->offset >= 0 && wanted->limit >= 1, "it asks for a page that can be");
        std::vector<policy::ListedItem> items;
        if (!walk.state.known.empty()) items.push_back({walk.state.known.back(), walk.state.frontier, true});
        items.push_back({"org_new", page == 7 ? std::nullopt : walk.state.frontier, true});
        items.push_back({"", std::nullopt, false});
        auto const verdict = cursor.accept({items, 1000 + page});
        check(verdict.keep.size() == items.size(), "there is a flag for each item");
    }
}

void read(std::string_view text, WalkIdentity const& identity) {
    auto const walk = organizations::read_checkpoint_body(text, identity);
    if (!walk) return;
    std::string const written = organizations::write_checkpoint(*walk, identity);
    for (char const c : written) check(c >= ' ' && c <= '~', "a checkpoint is printable ASCII");
    auto const again = organizations::read_checkpoint(written, identity);
    check(again.has_value() && *again == *walk, "a checkpoint survives being written and read");
    go_on(*walk, identity.anchored);
}

}  // namespace

void run(std::string_view input) {
    ListOrganizationsRequest const request{};
    for (bool const anchored : {false, true}) {
        WalkIdentity const identity = organizations::identity_of(request, anchored);
        static_cast<void>(organizations::read_checkpoint(input, identity));
        read(input, identity);
        read(input.substr(0, input.rfind(' ')), identity);
    }
}

}  // namespace clerk::fuzz
