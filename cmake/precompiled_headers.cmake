# clerk_precompile_headers(TARGET …): target_precompile_headers(), in a way that a compiler cache can keep.
# CMAKE_DISABLE_PRECOMPILE_HEADERS turns it off everywhere.
# Never a header of this project: a cached one is found by its text without comments, and `#pragma once` would not know a
# header again of which only a comment changed since.
function(clerk_precompile_headers target)
  target_precompile_headers(${target} ${ARGN})
  target_compile_options(${target} PRIVATE
    "$<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>" "$<$<CXX_COMPILER_ID:Clang,AppleClang>:SHELL:-Xclang -fno-pch-timestamp>")
endfunction()
