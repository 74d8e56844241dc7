# What the tests in this folder share.
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

function(fail text)
  file(REMOVE_RECURSE "${work}")
  message(FATAL_ERROR "${text}")
endfunction()

# run(OUTPUT COMMAND…): fails the test, with all it printed, unless it succeeds.
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
