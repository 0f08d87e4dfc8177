// A file that a person asked for by name, written beside its place and put there when it is whole.
// What was there stays until then, and nothing is left of one that was not finished. Files of a run
// are store's.
#pragma once

#include "core/failure.hpp"

#include <filesystem>
#include <fstream>
#include <string>

namespace tidings::app {

class part_file {
  public:
    // Mode 0600, whatever the umask. Fails (usage) where it cannot be made, and where something
    // stands that is no ordinary file: a pipe, a device, a folder. `called` begins the text:
    // "--out".
    static core::result<part_file> begin(std::string called, const std::filesystem::path& target);
    part_file(part_file&& other) noexcept;
    part_file& operator=(part_file&&) = delete;
    ~part_file();

    std::ostream& stream() { return stream_; }
    // Takes the place of what was there; a link there is replaced, not followed.
    core::result<void> finish();

  private:
    part_file() = default;
    core::failure trouble_with(const std::string& why) const;

    std::string called_;
    std::string target_;
    std::string part_;  // empty: finished or moved from
    std::ofstream stream_;
};

}  // namespace tidings::app
