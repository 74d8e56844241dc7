#include "testing/service/ordered_slots.hpp"

#include <algorithm>

namespace clerk::testing {
namespace {

constexpr std::size_t max_chunk = 2048;

}  // namespace

void OrderedSlots::build(std::vector<Slot> slots) {
    auto const less = [this](Slot left, Slot right) { return less_(left, right); };
    if (!std::is_sorted(slots.begin(), slots.end(), less)) std::sort(slots.begin(), slots.end(), less);
    chunks_.clear();
    for (auto from = slots.begin(); from != slots.end();) {
        auto const count = std::min<std::ptrdiff_t>(max_chunk / 2, slots.end() - from);
        chunks_.emplace_back(from, from + count);
        from += count;
    }
    size_ = slots.size();
    built_ = true;
}

std::vector<OrderedSlots::Chunk>::iterator OrderedSlots::chunk_for(Slot slot) {
    return std::lower_bound(chunks_.begin(), chunks_.end(), slot,
                            [this](Chunk const& chunk, Slot value) { return less_(chunk.back(), value); });
}

OrderedSlots::Chunk::iterator OrderedSlots::find_in(Chunk& chunk, Slot slot) const {
    return std::lower_bound(chunk.begin(), chunk.end(), slot,
                            [this](Slot left, Slot right) { return less_(left, right); });
}

void OrderedSlots::insert(Slot slot) {
    if (!built_) return;
    ++size_;
    if (chunks_.empty()) {
        chunks_.push_back({slot});
        return;
    }
    auto chunk = chunk_for(slot);
    if (chunk == chunks_.end()) --chunk;
    chunk->insert(find_in(*chunk, slot), slot);
    if (chunk->size() <= max_chunk) return;
    auto const middle = chunk->begin() + static_cast<std::ptrdiff_t>(chunk->size() / 2);
    Chunk upper(middle, chunk->end());
    chunk->erase(middle, chunk->end());
    chunks_.insert(chunk + 1, std::move(upper));
}

void OrderedSlots::erase(Slot slot) {
    if (!built_) return;
    auto const chunk = chunk_for(slot);
    if (chunk == chunks_.end()) return;
    auto const at = find_in(*chunk, slot);
    if (at == chunk->end() || *at != slot) return;
    chunk->erase(at);
    --size_;
    if (chunk->empty()) chunks_.erase(chunk);
}

}  // namespace clerk::testing
