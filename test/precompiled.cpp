// A precompiled header is made with a source that uses it; main.cpp must not.
#include <boost/test/unit_test.hpp>
