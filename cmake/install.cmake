# The rules of cmake --install: the libraries, their headers and the packages for find_package(clerk CONFIG) and
# pkg-config. The components are those of the Debian packages: runtime and testing (the shared libraries), dev, tools.
include(CMakePackageConfigHelpers)

set(clerk_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/clerk")
set(clerk_generated_dir "${PROJECT_BINARY_DIR}/package")

# clerk_install_library(TARGET EXPORT-FILE COMPONENT): COMPONENT is that of a shared library.
function(clerk_install_library target export_name component)
  install(TARGETS ${target} EXPORT ${export_name}
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT dev
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT ${component} NAMELINK_COMPONENT dev
    RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT ${component})
  install(EXPORT ${export_name} NAMESPACE clerk:: DESTINATION "${clerk_package_dir}" COMPONENT dev)
endfunction()

# clerk_install_program(TARGET SUMMARY): installs a program and, if help2man is installed, a manual page made from its
# --help.
find_program(CLERK_HELP2MAN help2man)
function(clerk_install_program target summary)
  install(TARGETS ${target} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT tools)
  if(CLERK_HELP2MAN AND NOT CMAKE_CROSSCOMPILING AND NOT CLERK_SANITIZE)
    get_target_property(name ${target} OUTPUT_NAME)
    set(page "${clerk_generated_dir}/${name}.1")
    add_custom_command(OUTPUT "${page}"
      COMMAND "${CLERK_HELP2MAN}" --no-info "--name=${summary}" "--version-string=${PROJECT_VERSION}"
        "--source=clerk-cpp ${PROJECT_VERSION}" "--output=${page}" $<TARGET_FILE:${target}>
      DEPENDS ${target}
      COMMENT "Making the manual page of ${name}"
      VERBATIM)
    add_custom_target(${target}_manual ALL DEPENDS "${page}")
    # Optional, because a build of single targets may not have made it.
    install(FILES "${page}" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1" COMPONENT tools OPTIONAL)
  endif()
endfunction()

clerk_install_library(clerk clerkTargets runtime)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/" "${PROJECT_BINARY_DIR}/include/"
  DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT dev
  FILES_MATCHING PATTERN "*.hpp" PATTERN testing EXCLUDE)
if(TARGET clerk_testing)
  clerk_install_library(clerk_testing clerkTestingTargets testing)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/clerk/testing"
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/clerk" COMPONENT dev
    FILES_MATCHING PATTERN "*.hpp")
endif()

# Users of a static library link its dependencies.
get_target_property(clerk_type clerk TYPE)
if(clerk_type STREQUAL "STATIC_LIBRARY")
  set(CLERK_IS_STATIC TRUE)
else()
  set(CLERK_IS_STATIC FALSE)
endif()
configure_package_config_file(cmake/clerkConfig.cmake.in "${clerk_generated_dir}/clerkConfig.cmake"
  INSTALL_DESTINATION "${clerk_package_dir}"
  NO_SET_AND_CHECK_MACRO)
# Below 1.0 a minor version may change the interface.
write_basic_package_version_file("${clerk_generated_dir}/clerkConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${clerk_generated_dir}/clerkConfig.cmake" "${clerk_generated_dir}/clerkConfigVersion.cmake"
  DESTINATION "${clerk_package_dir}" COMPONENT dev)
include(cmake/pkg_config.cmake)
