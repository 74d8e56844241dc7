# Installed programs and libraries find libclerk relative to their own location, so that any prefix works. In /usr the
# loader finds it, and packages must not contain an rpath.
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  return()
endif()
if(APPLE)
  set(origin "@loader_path")
else()
  set(origin "$ORIGIN")
endif()
file(RELATIVE_PATH bin_to_lib "${CMAKE_INSTALL_FULL_BINDIR}" "${CMAKE_INSTALL_FULL_LIBDIR}")
set(CMAKE_INSTALL_RPATH "${origin}" "${origin}/${bin_to_lib}")
unset(origin)
unset(bin_to_lib)
