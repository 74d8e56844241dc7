/// @file
/// Which symbols a shared build of this library exports.
#pragma once

/// Marks what programs link to; all else stays inside a shared library, so that it can neither clash with other code
/// nor become something that programs depend on. Windows exports by the linker's definition file instead.
#if defined(__GNUC__) && !defined(_WIN32)
#define CLERK_EXPORT __attribute__((visibility("default")))
/// Keeps a nested class inside although the class around it is exported.
#define CLERK_NO_EXPORT __attribute__((visibility("hidden")))
#else
#define CLERK_EXPORT
#define CLERK_NO_EXPORT
#endif
