# Configures a project that has the library as a subdirectory, by add_subdirectory and by FetchContent, and compiles one
# of its files; the library itself is not built again.
include("${CMAKE_CURRENT_LIST_DIR}/support.cmake")
foreach(fetch OFF ON)
  configure(subdirectory "-DCLERK_DIR=${SOURCE_DIR}" "-DCLERK_FETCH=${fetch}")
  if(GENERATOR MATCHES "Ninja")
    run(ignored "${CMAKE_COMMAND}" --build "${work}/build" --target CMakeFiles/user.dir/user.cpp.o)
  elseif(GENERATOR MATCHES "Makefiles")
    run(ignored "${CMAKE_COMMAND}" --build "${work}/build" --target user.cpp.o)
  endif()
  file(REMOVE_RECURSE "${work}/build")
endforeach()
file(REMOVE_RECURSE "${work}")
