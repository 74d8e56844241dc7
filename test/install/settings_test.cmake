# A program that is compiled with another Boost or other settings than the library does not link, and the message names
# the difference.
include("${CMAKE_CURRENT_LIST_DIR}/support.cmake")
string(REPLACE "," ";" LIBRARIES "${LIBRARIES}")
string(REPLACE "," ";" INCLUDE_DIRS "${INCLUDE_DIRS}")
list(TRANSFORM INCLUDE_DIRS PREPEND -I)

file(WRITE "${work}/emulator.cpp" "#include <clerk/testing/emulator.hpp>\nint main() { clerk::testing::Emulator emulator; }\n")
file(WRITE "${work}/client.cpp" "#include <clerk/client.hpp>\n#include <boost/asio/io_context.hpp>\n"
  "int main() { boost::asio::io_context io; clerk::Client client{io.get_executor(), clerk::Config{}}; }\n")
file(WRITE "${work}/boost_1_99.hpp" "#include <boost/version.hpp>\n#undef BOOST_VERSION\n#define BOOST_VERSION 109900\n")

# refuses(PROGRAM NAMES FLAGS…): PROGRAM compiled with FLAGS does not link, and the message contains each of NAMES.
function(refuses program names)
  run(ignored "${COMPILER}" -std=c++20 ${INCLUDE_DIRS} ${ARGN} -c "${work}/${program}.cpp" -o "${work}/${program}.o")
  execute_process(COMMAND "${COMPILER}" "${work}/${program}.o" ${LIBRARIES} -o "${work}/${program}"
    RESULT_VARIABLE status OUTPUT_VARIABLE text ERROR_VARIABLE text)
  if(status EQUAL 0)
    fail("${program}: linked although compiled with ${ARGN}")
  endif()
  foreach(name IN LISTS names)
    if(NOT text MATCHES "BuildSettings<[^\n]*${name}[ ,>]")
      fail("${program} with ${ARGN}: the linker does not say ${name}:\n${text}")
    endif()
  endforeach()
  message(STATUS "${program} with ${ARGN}: refused, ${names}")
endfunction()

# One setting is tested alone, the others together, because each program takes a second to compile.
refuses(client no_rtti -fno-rtti)
refuses(emulator asio_disable_epoll -DBOOST_ASIO_DISABLE_EPOLL)
refuses(emulator 109900 -include "${work}/boost_1_99.hpp")
refuses(emulator glibcxx_debug -D_GLIBCXX_DEBUG)
refuses(emulator "no_rtti;no_exceptions;glibcxx_old_abi" -fno-rtti -fno-exceptions -D_GLIBCXX_USE_CXX11_ABI=0)
set(names asio_has_io_uring_as_default asio_custom_handler_tracking "asio_recycling_allocator_cache_size<4>")
set(flags "-DBOOST_ASIO_CUSTOM_HANDLER_TRACKING=<cstddef>" -DBOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=4)
foreach(setting NO_TYPEID DISABLE_THREADS DISABLE_EPOLL DISABLE_EVENTFD DISABLE_TIMERFD DISABLE_FUTEX DISABLE_KQUEUE
    DISABLE_DEV_POLL DISABLE_IOCP HAS_IO_URING ENABLE_HANDLER_TRACKING ENABLE_BUFFER_DEBUGGING SEPARATE_COMPILATION
    USE_TS_EXECUTOR_AS_DEFAULT NO_TS_EXECUTORS DISABLE_AWAITABLE_FRAME_RECYCLING DISABLE_SMALL_BLOCK_RECYCLING
    DISABLE_THREAD_KEYWORD_EXTENSION DISABLE_STD_ALIGNED_ALLOC DISABLE_BOOST_ALIGN)
  string(TOLOWER "asio_${setting}" name)
  list(APPEND names "${name}")
  list(APPEND flags "-DBOOST_ASIO_${setting}")
endforeach()
refuses(emulator "${names}" ${flags})
file(REMOVE_RECURSE "${work}")
