# ccache, where it is installed and no other launcher was chosen. All its settings are here, so that every way to start
# a build uses the same: other checkouts of this repository share what is cached, and so do sources that use a
# precompiled header. A header that changes while it is compiled is not cached (ccache's include_file_mtime would allow it,
# and its object would be taken for that of the later text).
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
