# clerk_unity_build(TARGET FILES): with CLERK_UNITY_BUILD, that many sources of TARGET are compiled as one unit. 0: all.
function(clerk_unity_build target files)
  if(NOT CLERK_UNITY_BUILD)
    return()
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${files})
  # In a unity build GCC treats an included source as a header whose types are used by others.
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endfunction()
