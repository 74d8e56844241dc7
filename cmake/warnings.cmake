# clerk_set_warnings(TARGET): enables the warnings that no target of this project may cause.
function(clerk_set_warnings target)
  target_compile_options(${target} PRIVATE
    $<$<CXX_COMPILER_ID:GNU,Clang,AppleClang>:-Wall;-Wextra;-Wpedantic;-Wconversion>
    # False warnings of GCC 12: "literal" + std::string at -O2 and above (bug 105651), and at -O2 the frames of
    # coroutines, which Asio allocates and frees by different names.
    $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict;-Wno-mismatched-new-delete>
    $<$<AND:$<BOOL:${CLERK_WARNINGS_AS_ERRORS}>,$<CXX_COMPILER_ID:GNU,Clang,AppleClang>>:-Werror>
    $<$<CXX_COMPILER_ID:MSVC>:/W4>)
endfunction()
