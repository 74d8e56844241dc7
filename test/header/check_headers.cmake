# cmake -DSHELL=… -DCOMPILER=… -DFLAGS=… -DINCLUDE_DIRS=… -DIMPLICIT_INCLUDE_DIRS=… -DHEADERS=… -DMAX_PERCENT=…
# -DWORK_DIR=… -P this Checks that <clerk.hpp> includes no Beast, TLS and OpenSSL and compiles within a time limit; that
# it includes all public headers, so that none of them costs more; and the same for the headers that it leaves out (the
# testing ones).
cmake_minimum_required(VERSION 3.25)
set(forbidden "/boost/beast[./]|/boost/asio/ssl[./]|/openssl/|/boost/url[./]")
set(umbrella clerk.hpp)

separate_arguments(command NATIVE_COMMAND "${FLAGS}")
list(REMOVE_ITEM INCLUDE_DIRS "" ${IMPLICIT_INCLUDE_DIRS})
list(REMOVE_DUPLICATES INCLUDE_DIRS)
list(TRANSFORM INCLUDE_DIRS PREPEND "-I")
set(command "${COMPILER}" ${command} ${INCLUDE_DIRS})
file(MAKE_DIRECTORY "${WORK_DIR}")

# compile(HEADER INCLUDED HUNDREDTHS): the tree of included files, "... /path" a line, and the CPU time, because elapsed
# time depends on the load of the machine.
function(compile header included hundredths)
  string(MAKE_C_IDENTIFIER "${header}" name)
  file(WRITE "${WORK_DIR}/${name}.cpp" "#include <${header}>\n")
  execute_process(
    COMMAND "${SHELL}" -c "\"$@\" || exit; times" sh ${command} -H -c "${WORK_DIR}/${name}.cpp" -o "${WORK_DIR}/${name}.o"
    RESULT_VARIABLE status OUTPUT_VARIABLE times ERROR_VARIABLE tree)
  if(NOT status EQUAL 0)
    string(REGEX REPLACE "\n\\.+ [^\n]*" "" errors "\n${tree}")
    string(REGEX REPLACE "\nMultiple include guards.*" "" errors "${errors}")
    message(FATAL_ERROR "<${header}> does not compile:${errors}")
  endif()
  # The second line is that of child processes: user time, then system time.
  if(NOT times MATCHES "\n([0-9]+)m([0-9]+)[.,]([0-9][0-9])[0-9]*s ([0-9]+)m([0-9]+)[.,]([0-9][0-9])[0-9]*s")
    message(FATAL_ERROR "not the output of times: ${times}")
  endif()
  math(EXPR sum "(${CMAKE_MATCH_1} + ${CMAKE_MATCH_4}) * 6000 + (${CMAKE_MATCH_2} + ${CMAKE_MATCH_5}) * 100
    + 1${CMAKE_MATCH_3} + 1${CMAKE_MATCH_6} - 200")
  string(REPLACE ";" "" tree "${tree}")
  string(REGEX MATCHALL "\n\\.+ [^\n]+" tree "\n${tree}")
  list(TRANSFORM tree STRIP)
  set(${included} "${tree}" PARENT_SCOPE)
  set(${hundredths} ${sum} PARENT_SCOPE)
endfunction()

# The include chain of a header: the last file before it at each lower depth.
function(describe_path tree position result)
  list(GET tree ${position} entry)
  string(REGEX MATCH "^\\.+" depth "${entry}")
  set(path "${entry}")
  while(position GREATER 0 AND NOT depth STREQUAL ".")
    math(EXPR position "${position} - 1")
    list(GET tree ${position} entry)
    string(REGEX MATCH "^\\.+" entry_depth "${entry}")
    string(LENGTH "${entry_depth}" entry_length)
    string(LENGTH "${depth}" length)
    if(entry_length LESS length)
      string(PREPEND path "${entry}; ")
      set(depth "${entry_depth}")
    endif()
  endwhile()
  set(${result} "${path}" PARENT_SCOPE)
endfunction()

function(check_light header tree)
  set(position 0)
  foreach(entry IN LISTS tree)
    if(entry MATCHES "${forbidden}")
      describe_path("${tree}" ${position} path)
      message(FATAL_ERROR "<${header}> includes a forbidden header: ${path}")
    endif()
    math(EXPR position "${position} + 1")
  endforeach()
endfunction()

# Headers that programs with the library include anyway.
set(reference reference.hpp)
file(WRITE "${WORK_DIR}/${reference}" "#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>
#include <boost/system/result.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <span>
")
list(APPEND command "-I${WORK_DIR}")

# check_time(HEADER TREE): compares with the reference, because machines differ; uses the best of several runs, because
# machines are busy.
function(check_time header tree)
  set(best 1000000)
  set(best_reference 1000000)
  foreach(attempt RANGE 1 5)
    compile(${header} included hundredths)
    compile(${reference} ignored reference_hundredths)
    if(hundredths LESS best)
      set(best ${hundredths})
    endif()
    if(reference_hundredths LESS best_reference)
      set(best_reference ${reference_hundredths})
    endif()
    math(EXPR percent "${best} * 100 / ${best_reference}")
    if(NOT percent GREATER MAX_PERCENT)
      break()
    endif()
  endforeach()
  list(LENGTH included count)
  message(STATUS "<${header}> compiles in ${best} hundredths of a second of processor time, ${percent} % of what it uses of "
    "Boost and the standard library alone, and includes ${count} files")
  if(percent GREATER MAX_PERCENT)
    message(FATAL_ERROR "more than ${MAX_PERCENT} %")
  endif()
  set(${tree} "${included}" PARENT_SCOPE)
endfunction()

check_time(${umbrella} tree)
list(LENGTH tree count)
if(count LESS 100)
  message(FATAL_ERROR "The list of included files is implausibly short:\n${tree}")
endif()

check_light(${umbrella} "${tree}")
list(REMOVE_ITEM HEADERS ${umbrella})
foreach(header IN LISTS HEADERS)
  string(REPLACE "." "\\." pattern "/${header}")
  set(reached "${tree}")
  list(FILTER reached INCLUDE REGEX "${pattern}$")
  if(header MATCHES "^clerk/testing/")
    if(reached)
      message(FATAL_ERROR "<${umbrella}> must not include <${header}>")
    endif()
    check_time(${header} testing_tree)
    check_light(${header} "${testing_tree}")
  elseif(NOT reached)
    message(FATAL_ERROR "<${umbrella}> does not include <${header}>")
  endif()
endforeach()
