# cpack -G DEB: Debian packages of what cmake --install installs. `cmake --preset package` configures for it.
#   libclerk0.1, libclerk-testing0.1   the shared libraries
#   libclerk-dev                       headers, the packages for CMake and pkg-config, the linker's names
#   clerk-tools                        clerk-orgs, clerk-emulator, clerk-bench
set(CPACK_PACKAGE_NAME clerk)
set(CPACK_PACKAGE_VENDOR "clerk-cpp developers")
# Each package has its own summary; CPack would prepend this one.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_BINARY_DIR}/packages")
set(CPACK_GENERATOR DEB)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
# The format requires an address, and the project has none: publishers of packages set CLERK_PACKAGE_MAINTAINER.
set(CLERK_PACKAGE_MAINTAINER "clerk-cpp developers <noreply@clerk-cpp.invalid>" CACHE STRING
  "Maintainer of the Debian packages")
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "${CLERK_PACKAGE_MAINTAINER}")
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${PROJECT_BINARY_DIR}/src")
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY "=")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_PRE_BUILD_SCRIPTS "${CMAKE_CURRENT_LIST_DIR}/debian/documents.cmake")

set(what_it_is "An asynchronous C++20 client for the organizations API of Clerk: coroutines
of Boost.Asio over pooled, verified HTTPS connections.")
set(exactly_this "(= ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})")
string(REGEX MATCH "^[0-9]+\\.[0-9]+" boost_version "${Boost_VERSION}")

# clerk_deb(COMPONENT PACKAGE SECTION DESCRIPTION…): other settings are CPack variables that are named after the
# component.
macro(clerk_deb component package section)
  string(TOUPPER "${component}" upper)
  list(APPEND CPACK_COMPONENTS_ALL ${component})
  set(CPACK_DEBIAN_${upper}_PACKAGE_NAME "${package}")
  set(CPACK_DEBIAN_${upper}_PACKAGE_SECTION "${section}")
  set(CPACK_DEBIAN_${upper}_DESCRIPTION "${ARGN}")
endmacro()

set(CPACK_COMPONENTS_ALL "")
set(libraries "")
if(BUILD_SHARED_LIBS)
  get_target_property(clerk_soversion clerk SOVERSION)
  clerk_deb(runtime libclerk${clerk_soversion} libs "Client for Clerk's organizations API, shared library
${what_it_is}
.
This package holds what programs need that were built with libclerk-dev.")
  list(APPEND libraries "libclerk${clerk_soversion} ${exactly_this}")
  if(TARGET clerk_testing)
    clerk_deb(testing libclerk-testing${clerk_soversion} libs "Emulator of Clerk's organizations API, shared library
${what_it_is}
.
This package holds an in-process HTTPS server that behaves like the service,
for tests of programs that use it.")
    list(APPEND libraries "libclerk-testing${clerk_soversion} ${exactly_this}")
  endif()
endif()

clerk_deb(dev libclerk-dev libdevel "Client for Clerk's organizations API, development files
${what_it_is}
.
This package holds the headers, the emulator for tests, and the files by which
CMake and pkg-config find them.")
set(needs ${libraries} "libboost${boost_version}-dev" "libboost-json${boost_version}-dev")
if(NOT BUILD_SHARED_LIBS)
  list(APPEND needs "libboost-url${boost_version}-dev" "libssl-dev (>= 3)" zlib1g-dev)
endif()
list(JOIN needs ", " CPACK_DEBIAN_DEV_PACKAGE_DEPENDS)
set(CPACK_DEBIAN_DEV_PACKAGE_SUGGESTS "clerk-tools, libssl-dev (>= 3)")

if(TARGET clerk_orgs OR TARGET clerk_emulator OR TARGET clerk_bench)
  clerk_deb(tools clerk-tools utils "Programs around Clerk's organizations API
clerk-orgs creates, reads, changes, deletes and exports organizations,
clerk-emulator is a server that behaves like the service, for tests, and
clerk-bench measures the client library.")
  list(JOIN libraries ", " CPACK_DEBIAN_TOOLS_PACKAGE_DEPENDS)
  set(CPACK_DEBIAN_TOOLS_PACKAGE_RECOMMENDS ca-certificates)
endif()
if(BUILD_SHARED_LIBS)
  set(CPACK_DEBIAN_RUNTIME_PACKAGE_RECOMMENDS ca-certificates)
  set(triggers "${PROJECT_BINARY_DIR}/package/triggers")
  file(CONFIGURE OUTPUT "${triggers}" CONTENT "activate-noawait ldconfig\n")
  set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA "${triggers}")
  set(CPACK_DEBIAN_TESTING_PACKAGE_CONTROL_EXTRA "${triggers}")
endif()

# For the script that runs before the packages are made: it sees only variables named CPACK_….
set(CPACK_CLERK_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_CLERK_CHANGELOG "${PROJECT_SOURCE_DIR}/CHANGELOG.md")
include(CPack)
