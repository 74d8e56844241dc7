#include <clerk.hpp>
#include <clerk/testing/emulator.hpp>

int main() {
    clerk::Config config{};
    config.base_url = clerk::testing::EmulatorOptions{}.secret_key;
    return clerk::validate(config) ? 0 : 1;
}
