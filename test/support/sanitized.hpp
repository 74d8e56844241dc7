// CLERK_TEST_SANITIZED: this is built with a sanitizer whose own allocation functions are worth more than a test that
// replaces them.
#pragma once

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CLERK_TEST_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CLERK_TEST_SANITIZED
#endif
#endif
