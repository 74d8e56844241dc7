// A precompiled header is made with a source that uses it, which main.cpp must not do.
#include <boost/test/unit_test.hpp>
