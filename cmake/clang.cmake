# The toolchain of the presets that need clang: the one that the environment variable CXX names, else the newest
# installed one.
if(NOT CMAKE_CXX_COMPILER AND NOT "$ENV{CXX}" MATCHES "clang")
  execute_process(COMMAND "${CMAKE_CURRENT_LIST_DIR}/../scripts/newest_tool" clang++ 16
    OUTPUT_VARIABLE CMAKE_CXX_COMPILER OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE clang_missing)
  if(clang_missing)
    message(FATAL_ERROR "This preset needs clang 16 or newer")
  endif()
  set(CMAKE_CXX_COMPILER "${CMAKE_CXX_COMPILER}" CACHE FILEPATH "")
endif()
