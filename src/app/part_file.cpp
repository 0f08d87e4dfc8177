#include "app/part_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tidings::app {

core::failure part_file::trouble_with(const std::string& why) const {
    return {core::trouble::usage, called_ + " " + target_ + " " + why};
}

core::result<part_file> part_file::begin(std::string called, const std::filesystem::path& target) {
    part_file made;
    made.called_ = std::move(called);
    made.target_ = target.string();
    struct stat found {};
    if (::stat(made.target_.c_str(), &found) == 0 && !S_ISREG(found.st_mode))
        return made.trouble_with("is no ordinary file: name one, or - for standard output");
    const auto part = made.target_ + "." + std::to_string(::getpid()) + ".part";
    const int file =
        ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0)
        return made.trouble_with(std::string("cannot be written: ") + std::strerror(errno));
    made.part_ = part;
    ::fchmod(file, 0600);
    // The stream opens it by what this process holds open, not by a name that others may change.
    made.stream_.open("/proc/self/fd/" + std::to_string(file), std::ios::binary);
    ::close(file);
    if (!made.stream_) return made.trouble_with("cannot be written");
    return made;
}

part_file::part_file(part_file&& other) noexcept
    : called_(std::move(other.called_)),
      target_(std::move(other.target_)),
      part_(std::exchange(other.part_, {})),
      stream_(std::move(other.stream_)) {}

part_file::~part_file() {
    if (!part_.empty()) ::unlink(part_.c_str());
}

core::result<void> part_file::finish() {
    stream_.close();
    if (!stream_) return trouble_with("cannot be written whole; is there room?");
    if (::rename(part_.c_str(), target_.c_str()) != 0)
        return trouble_with(std::string("cannot be put in place: ") + std::strerror(errno));
    part_.clear();
    return {};
}

}  // namespace tidings::app
