/// @file
/// Which symbols a shared build of this library exports.
#pragma once

/// Marks what programs link to. Everything else stays inside a shared library, so that it neither clashes with other
/// code nor becomes something that programs depend on. On Windows the linker's definition file exports.
#if defined(__GNUC__) && !defined(_WIN32)
#define CLERK_EXPORT __attribute__((visibility("default")))
/// Does not export a nested class of an exported class.
#define CLERK_NO_EXPORT __attribute__((visibility("hidden")))
#else
#define CLERK_EXPORT
#define CLERK_NO_EXPORT
#endif
