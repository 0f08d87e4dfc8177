// A file in memory that has a path, for code that opens files.
#pragma once

#include <cstdlib>
#include <string>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

namespace tidings::tests {

class memory_file {
  public:
    memory_file() : file_(::memfd_create("file", MFD_CLOEXEC)) {
        if (file_ < 0) std::abort();
    }
    ~memory_file() { ::close(file_); }
    memory_file(const memory_file&) = delete;
    memory_file& operator=(const memory_file&) = delete;

    void hold(std::string_view text) const {
        const bool held =
            ::ftruncate(file_, 0) == 0 &&
            ::pwrite(file_, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
        if (!held) std::abort();
    }
    std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

  private:
    int file_;
};

}  // namespace tidings::tests
