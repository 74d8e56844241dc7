// CLERK_TEST_SANITIZED: built with a sanitizer whose allocation functions must not be replaced by a test.
#pragma once

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CLERK_TEST_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CLERK_TEST_SANITIZED
#endif
#endif
