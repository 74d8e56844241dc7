/// @file
/// Settings that must be the same for a program and this library. A difference is an error at link time.
#pragma once

#include <boost/asio/detail/config.hpp>
#include <boost/config.hpp>
#include <boost/version.hpp>

namespace clerk {

/// Names the Boost and the unusual settings that a file is compiled with. It is part of the name of the constructors
/// that every program calls, so the linker does not find them when program and library differ, and its message names
/// the difference. The boolean settings, such as `asio_disable_epoll`, are named for the macros that Boost.Asio reads.
template <int BoostVersion, class... Unusual>
struct BuildSettings {};

template <int>
struct asio_recycling_allocator_cache_size;  ///< One of them.

/// Those of the file that includes this.
// clang-format off
using ThisBuild = BuildSettings<BOOST_VERSION
#if defined(BOOST_NO_RTTI)
    , struct no_rtti
#endif
#if defined(BOOST_ASIO_NO_TYPEID)
    , struct asio_no_typeid
#endif
#if defined(BOOST_ASIO_NO_EXCEPTIONS)
    , struct no_exceptions
#endif
#if defined(_GLIBCXX_DEBUG)
    , struct glibcxx_debug
#endif
#if defined(_GLIBCXX_USE_CXX11_ABI) && !_GLIBCXX_USE_CXX11_ABI
    , struct glibcxx_old_abi
#endif
#if defined(_LIBCPP_VERSION)
    , struct libcxx
#endif
#if !defined(BOOST_ASIO_HAS_THREADS)
    , struct asio_disable_threads
#endif
#if defined(BOOST_ASIO_DISABLE_EPOLL)
    , struct asio_disable_epoll
#endif
#if defined(BOOST_ASIO_DISABLE_EVENTFD)
    , struct asio_disable_eventfd
#endif
#if defined(BOOST_ASIO_DISABLE_TIMERFD)
    , struct asio_disable_timerfd
#endif
#if defined(BOOST_ASIO_DISABLE_KQUEUE)
    , struct asio_disable_kqueue
#endif
#if defined(BOOST_ASIO_DISABLE_DEV_POLL)
    , struct asio_disable_dev_poll
#endif
#if defined(BOOST_ASIO_DISABLE_IOCP)
    , struct asio_disable_iocp
#endif
#if defined(BOOST_ASIO_DISABLE_FUTEX)
    , struct asio_disable_futex
#endif
#if defined(BOOST_ASIO_HAS_IO_URING)
    , struct asio_has_io_uring
#endif
#if defined(BOOST_ASIO_HAS_IO_URING_AS_DEFAULT)
    , struct asio_has_io_uring_as_default
#endif
#if defined(BOOST_ASIO_ENABLE_HANDLER_TRACKING)
    , struct asio_enable_handler_tracking
#endif
#if defined(BOOST_ASIO_CUSTOM_HANDLER_TRACKING)
    , struct asio_custom_handler_tracking
#endif
#if defined(BOOST_ASIO_ENABLE_BUFFER_DEBUGGING)
    , struct asio_enable_buffer_debugging
#endif
#if defined(BOOST_ASIO_SEPARATE_COMPILATION) || defined(BOOST_ASIO_DYN_LINK)
    , struct asio_separate_compilation
#endif
#if defined(BOOST_ASIO_USE_TS_EXECUTOR_AS_DEFAULT)
    , struct asio_use_ts_executor_as_default
#endif
#if defined(BOOST_ASIO_NO_TS_EXECUTORS)
    , struct asio_no_ts_executors
#endif
#if defined(BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING)
    , struct asio_disable_awaitable_frame_recycling
#endif
#if defined(BOOST_ASIO_DISABLE_SMALL_BLOCK_RECYCLING)
    , struct asio_disable_small_block_recycling
#endif
#if defined(BOOST_ASIO_DISABLE_THREAD_KEYWORD_EXTENSION)
    , struct asio_disable_thread_keyword_extension
#endif
#if defined(BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE) && BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE != 2
    , asio_recycling_allocator_cache_size<BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE>
#endif
#if defined(BOOST_ASIO_DISABLE_STD_ALIGNED_ALLOC)
    , struct asio_disable_std_aligned_alloc
#endif
#if defined(BOOST_ASIO_DISABLE_BOOST_ALIGN)
    , struct asio_disable_boost_align
#endif
    >;
// clang-format on

}  // namespace clerk
