// The function that libFuzzer calls; libFuzzer has its own main().
#include "fuzz/target.hpp"

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
    clerk::fuzz::run({reinterpret_cast<char const*>(data), size});
    return 0;
}
