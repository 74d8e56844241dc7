# Shared by the tests in this folder.
cmake_minimum_required(VERSION 3.25)

if(DEFINED ENV{TMPDIR})
  set(work "$ENV{TMPDIR}")
elseif(DEFINED ENV{TEMP})
  set(work "$ENV{TEMP}")
else()
  set(work /tmp)
endif()
string(RANDOM LENGTH 12 suffix)
file(TO_CMAKE_PATH "${work}/clerk-install-test-${suffix}" work)
file(MAKE_DIRECTORY "${work}")

string(REPLACE "," ";" PROGRAMS "${PROGRAMS}")
set(config "")
set(test_config "")
if(BUILD_TYPE)
  set(config --config "${BUILD_TYPE}")
  set(test_config --build-config "${BUILD_TYPE}")
endif()

set(installed_packages "")  # must always be removed from this system
function(fail text)
  if(installed_packages)
    execute_process(COMMAND dpkg --purge ${installed_packages} OUTPUT_QUIET ERROR_QUIET)
  endif()
  file(REMOVE_RECURSE "${work}")
  message(FATAL_ERROR "${text}")
endfunction()

# run(OUTPUT COMMAND…): fails the test and prints the output unless the command succeeds.
function(run output)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE text ERROR_VARIABLE text)
  if(NOT status EQUAL 0)
    string(JOIN " " command ${ARGN})
    fail("${command}\nended with ${status}:\n${text}")
  endif()
  set(${output} "${text}" PARENT_SCOPE)
endfunction()

# configure(PROJECT ARGUMENTS…): a copy of PROJECT outside the tree, with the compiler and the flags of this build.
function(configure project)
  file(COPY "${CMAKE_CURRENT_LIST_DIR}/${project}" DESTINATION "${work}")
  set(sanitizer_flag "")
  if(SANITIZE)
    set(sanitizer_flag "-fsanitize=${SANITIZE}")
  endif()
  run(ignored "${CMAKE_COMMAND}" -S "${work}/${project}" -B "${work}/build" -G "${GENERATOR}"
    "-DCMAKE_MAKE_PROGRAM=${MAKE_PROGRAM}"
    "-DCMAKE_BUILD_TYPE=${BUILD_TYPE}"
    "-DCMAKE_CXX_COMPILER=${COMPILER}"
    "-DCMAKE_CXX_COMPILER_LAUNCHER=${COMPILER_LAUNCHER}"
    "-DCMAKE_CXX_FLAGS=${FLAGS} ${sanitizer_flag}"
    ${ARGN})
endfunction()

# use_with_cmake(ARGUMENTS…): builds and runs the programs of package/, which use find_package.
function(use_with_cmake)
  configure(package "-DEXPECTED_VERSION=${VERSION}" ${ARGN})
  run(ignored "${CMAKE_COMMAND}" --build "${work}/build" ${config})
  run(text "${CMAKE_CTEST_COMMAND}" --test-dir "${work}/build" ${test_config} --output-on-failure)
  message(STATUS "${text}")
  file(REMOVE_RECURSE "${work}/build")
endfunction()

# use_with_pkg_config([LIBDIR]): the same programs with only the compiler and pkg-config. LIBDIR has the libraries,
# unless the system finds them.
function(use_with_pkg_config)
  find_program(pkg_config NAMES pkgconf pkg-config)
  if(NOT pkg_config OR SANITIZE)
    message(STATUS "without pkg-config or with a sanitizer: not tested")
    return()
  endif()
  if(ARGC)
    set(environment "${CMAKE_COMMAND}" -E env "PKG_CONFIG_PATH=${ARGV0}/pkgconfig" "LD_LIBRARY_PATH=${ARGV0}")
  else()
    set(environment "")
  endif()
  separate_arguments(flags NATIVE_COMMAND "${FLAGS}")
  set(arguments_of_use_client "${VERSION}")
  set(package_of_use_client clerk)
  set(package_of_use_emulator clerk-testing)
  foreach(program use_client use_emulator)
    set(package "${package_of_${program}}")
    run(version ${environment} "${pkg_config}" --modversion "${package}")
    string(STRIP "${version}" version)
    if(NOT version STREQUAL VERSION)
      fail("pkg-config --modversion ${package} says ${version}")
    endif()
    run(cflags ${environment} "${pkg_config}" --cflags "${package}")
    run(libs ${environment} "${pkg_config}" --libs "${package}")
    foreach(output cflags libs)
      string(STRIP "${${output}}" ${output})
      separate_arguments(${output} NATIVE_COMMAND "${${output}}")
    endforeach()
    set(object "${work}/${program}.o")
    run(ignored ${COMPILER_LAUNCHER} "${COMPILER}" -std=c++20 ${flags} ${cflags}
      -c "${CMAKE_CURRENT_LIST_DIR}/package/${program}.cpp" -o "${object}")
    run(ignored "${COMPILER}" ${flags} "${object}" ${libs} -o "${work}/${program}")
    run(ignored ${environment} "${work}/${program}" ${arguments_of_${program}})
    message(STATUS "${program}: built with pkg-config ${package}, runs")
  endforeach()
endfunction()

# check_programs(PREFIX): the installed programs run from there.
function(check_programs prefix)
  foreach(program IN LISTS PROGRAMS)
    run(text "${CMAKE_COMMAND}" -E env "LD_LIBRARY_PATH=${LOADER_PATH}" "${prefix}/${BIN_DIR}/${program}" --help)
    if(NOT text MATCHES "${program}")
      fail("${program} --help says: ${text}")
    endif()
  endforeach()
endfunction()
