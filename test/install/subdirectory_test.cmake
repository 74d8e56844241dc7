# Configures a project that has the library as a subdirectory, and compiles one of its files; the library itself is not
# built again.
include("${CMAKE_CURRENT_LIST_DIR}/support.cmake")
configure(subdirectory "-DCLERK_DIR=${SOURCE_DIR}")
if(GENERATOR MATCHES "Ninja")
  run(ignored "${CMAKE_COMMAND}" --build "${work}/build" --target CMakeFiles/user.dir/user.cpp.o)
elseif(GENERATOR MATCHES "Makefiles")
  run(ignored "${CMAKE_COMMAND}" --build "${work}/build" --target user.cpp.o)
endif()
file(REMOVE_RECURSE "${work}")
