// The deep merge of `PATCH …/metadata`. Pure.
#pragma once

#include "testing/service/json.hpp"

namespace clerk::testing {

// Merges `patch`, an object, into `target`: nested objects are merged, null removes its key at any depth, everything
// else (arrays too) replaces. A target that is not an object counts as `{}`.
void merge_metadata(Json& target, Json const& patch);

}  // namespace clerk::testing
