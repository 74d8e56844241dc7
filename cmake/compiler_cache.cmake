# Uses ccache if it is installed and no other launcher was chosen. All its settings are here, so that every build uses
# the same ones: other checkouts of this repository share the cache, and sources with a precompiled header are cached
# too. A compilation whose header changes meanwhile is not cached (with ccache's include_file_mtime the old object would
# be used for the new text).
find_program(CLERK_CCACHE ccache)
if(NOT CLERK_CCACHE OR CMAKE_CXX_COMPILER_LAUNCHER)
  return()
endif()
set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
  "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}"
  CCACHE_NOHASHDIR=1
  CCACHE_NAMESPACE=clerk-cpp
  CCACHE_SLOPPINESS=pch_defines,time_macros
  "${CLERK_CCACHE}")
