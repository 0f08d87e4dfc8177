// The whole content of a file that a test reads; empty where there is none.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace tidings::tests {

inline std::string file_text(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

}  // namespace tidings::tests
