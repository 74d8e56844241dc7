# What cmake --install puts where: the libraries, their headers and the package for find_package(clerk CONFIG).
include(CMakePackageConfigHelpers)

set(clerk_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/clerk")
set(clerk_generated_dir "${PROJECT_BINARY_DIR}/package")

# clerk_install_library(TARGET EXPORT-FILE)
function(clerk_install_library target export_name)
  install(TARGETS ${target} EXPORT ${export_name}
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
  install(EXPORT ${export_name} NAMESPACE clerk:: DESTINATION "${clerk_package_dir}")
endfunction()

clerk_install_library(clerk clerkTargets)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/" "${PROJECT_BINARY_DIR}/include/"
  DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
  FILES_MATCHING PATTERN "*.hpp" PATTERN testing EXCLUDE)
if(TARGET clerk_testing)
  clerk_install_library(clerk_testing clerkTestingTargets)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/clerk/testing" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/clerk"
    FILES_MATCHING PATTERN "*.hpp")
endif()

# A static library leaves the linking of what it uses to its user.
get_target_property(clerk_type clerk TYPE)
if(clerk_type STREQUAL "STATIC_LIBRARY")
  set(CLERK_IS_STATIC TRUE)
else()
  set(CLERK_IS_STATIC FALSE)
endif()
configure_package_config_file(cmake/clerkConfig.cmake.in "${clerk_generated_dir}/clerkConfig.cmake"
  INSTALL_DESTINATION "${clerk_package_dir}"
  NO_SET_AND_CHECK_MACRO)
# Below 1.0 a minor version may break its users.
write_basic_package_version_file("${clerk_generated_dir}/clerkConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${clerk_generated_dir}/clerkConfig.cmake" "${clerk_generated_dir}/clerkConfigVersion.cmake"
  DESTINATION "${clerk_package_dir}")
