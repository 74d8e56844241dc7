# clerk_precompile_headers(TARGET …): target_precompile_headers(), in a way that a compiler cache can keep.
# CMAKE_DISABLE_PRECOMPILE_HEADERS turns it off everywhere.
# Must not contain a header of this project: ccache ignores comments when it looks up a precompiled header, and `#pragma
# once` would not recognise a header in which only a comment has changed.
function(clerk_precompile_headers target)
  target_precompile_headers(${target} ${ARGN})
  target_compile_options(${target} PRIVATE
    "$<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>" "$<$<CXX_COMPILER_ID:Clang,AppleClang>:SHELL:-Xclang -fno-pch-timestamp>")
endfunction()
