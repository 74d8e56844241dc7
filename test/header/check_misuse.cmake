# cmake -DCOMPILER=… -DREFUSES_TEMPORARIES=… -DWARNS_BEHIND_CO_AWAIT=… -DFLAGS=… -DINCLUDE_DIRS=… -DIMPLICIT_INCLUDE_DIRS=… -P this
# Checks that the compiler points out each mistake of misuse.cpp in one line.
cmake_minimum_required(VERSION 3.25)
set(source "${CMAKE_CURRENT_LIST_DIR}/misuse.cpp")

separate_arguments(command NATIVE_COMMAND "${FLAGS}")
list(REMOVE_ITEM INCLUDE_DIRS "" ${IMPLICIT_INCLUDE_DIRS})
list(TRANSFORM INCLUDE_DIRS PREPEND "-I")
execute_process(COMMAND "${COMPILER}" ${command} ${INCLUDE_DIRS} -fsyntax-only -Wall "${source}"
  OUTPUT_VARIABLE output ERROR_VARIABLE output)

# The diagnostic that each kind of mistake must have.
set(ignored "warning: ignoring return value")
set(temporary "${ignored}")
set(awaited "")
if(WARNS_BEHIND_CO_AWAIT)
  set(awaited "${ignored}")
endif()
if(REFUSES_TEMPORARIES)
  set(temporary "error: [^\n]*NameTheRequestFirstThisCompilerDestroysTemporariesTwice")
endif()

file(STRINGS "${source}" lines)
set(number 0)
foreach(line IN LISTS lines)
  math(EXPR number "${number} + 1")
  if(line MATCHES "^    .* // ([a-z]+)$")
    set(expected "misuse\\.cpp:${number}:[0-9]+: ${${CMAKE_MATCH_1}}")
    if(NOT "${${CMAKE_MATCH_1}}" STREQUAL "" AND NOT output MATCHES "${expected}")
      message(SEND_ERROR "The compiler does not say ${expected}\n${output}")
    endif()
  endif()
endforeach()
