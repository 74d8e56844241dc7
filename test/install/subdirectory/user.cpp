#include <clerk.hpp>
#include <clerk/testing/emulator.hpp>

bool is_valid(clerk::Config const& config);

int main() {
    clerk::Config config{};
    config.base_url = clerk::testing::EmulatorOptions{}.secret_key;
    return is_valid(config) ? 0 : 1;
}
