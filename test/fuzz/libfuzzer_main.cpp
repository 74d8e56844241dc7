// What libFuzzer, which brings its own main(), calls.
#include "fuzz/target.hpp"

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
    clerk::fuzz::run({reinterpret_cast<char const*>(data), size});
    return 0;
}
