#include <clerk.hpp>

bool is_valid(clerk::Config const& config) { return clerk::validate(config).has_value(); }
