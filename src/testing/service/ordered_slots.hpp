// A sorted sequence of slots with access by position. It consists of sorted chunks of bounded size, so that a change or
// an access by offset reads only one chunk and the list of chunks. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace clerk::testing {

using Slot = std::uint32_t;

class OrderedSlots {
public:
    // A strict total order. It must not change for a slot that is inside.
    using Less = std::function<bool(Slot, Slot)>;

    explicit OrderedSlots(Less less) : less_(std::move(less)) {}

    // Sorts and stores `slots`. Before that the index is inactive: insert and erase have no effect.
    void build(std::vector<Slot> slots);
    [[nodiscard]] bool built() const noexcept { return built_; }
    void insert(Slot slot);
    void erase(Slot slot);
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    // Visits slots from `offset` on, in ascending or in exactly reversed order, until `visit(slot)` returns false.
    template <class Visit>
    void visit_from(std::size_t offset, bool descending, Visit visit) const {
        if (offset >= size_) return;
        if (descending) {
            std::size_t chunk = chunks_.size() - 1;
            for (; offset >= chunks_[chunk].size(); --chunk) offset -= chunks_[chunk].size();
            for (std::size_t at = chunks_[chunk].size() - offset;;) {
                for (; at != 0; --at) {
                    if (!visit(chunks_[chunk][at - 1])) return;
                }
                if (chunk == 0) return;
                at = chunks_[--chunk].size();
            }
        }
        std::size_t chunk = 0;
        for (; offset >= chunks_[chunk].size(); ++chunk) offset -= chunks_[chunk].size();
        for (; chunk != chunks_.size(); ++chunk, offset = 0) {
            for (; offset != chunks_[chunk].size(); ++offset) {
                if (!visit(chunks_[chunk][offset])) return;
            }
        }
    }

private:
    using Chunk = std::vector<Slot>;

    // The position of `slot`, or where it would be inserted.
    [[nodiscard]] std::vector<Chunk>::iterator chunk_for(Slot slot);
    [[nodiscard]] Chunk::iterator find_in(Chunk& chunk, Slot slot) const;

    Less less_;
    std::vector<Chunk> chunks_{};  // none empty
    std::size_t size_{};
    bool built_{};
};

}  // namespace clerk::testing
