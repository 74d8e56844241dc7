// Where the examples connect to: CLERK_SECRET_KEY; CLERK_BASE_URL and CLERK_CA_FILE for another server than Clerk's,
// such as clerk-emulator.
#pragma once

#include <clerk.hpp>

#include <cstdlib>
#include <string>

inline std::string from_env(char const* variable) {
    char const* const value = std::getenv(variable);
    return value != nullptr ? value : "";
}

inline clerk::Config config_from_env() {
    clerk::Config config{.secret_key = clerk::secret_key_from_env(), .base_url = from_env("CLERK_BASE_URL")};
    config.tls.ca_file = from_env("CLERK_CA_FILE");
    return config;
}
