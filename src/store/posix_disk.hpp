// store::disk over the system's calls, kept to what nobody else can change: see posix_disk.cpp.
#pragma once

#include "store/disk.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tidings::store {

class posix_disk final : public disk {
  public:
    int open(const std::string& path, open_mode mode) override;
    int close(int file) override;
    std::int64_t pwrite(int file, std::span<const std::byte> bytes, std::uint64_t at) override;
    std::int64_t pread(int file, std::span<std::byte> bytes, std::uint64_t at) override;
    int fdatasync(int file) override;
    int allocate(int file, std::uint64_t size) override;
    int truncate(int file, std::uint64_t size) override;
    std::int64_t size(int file) override;
    int forget_cached(int file) override;
    int start_writing(int file, std::uint64_t at, std::uint64_t size) override;
    int try_lock(int file) override;
    int is_locked(int file) override;
    int make_folder(const std::string& path) override;
    int rename(const std::string& from, const std::string& to) override;
    int unlink(const std::string& path) override;
    int sync_folder(const std::string& path) override;
    int list(const std::string& path, std::vector<std::string>& names) override;
    std::int64_t free_space(const std::string& path) override;
    bool exists(const std::string& path) override;
};

// Names the steady clock of this process: what frames carry, so that their steady times are
// compared within one boot, and one time namespace of it, only. Differs from one to another except
// by a chance of 1 in 4 billion.
std::uint32_t boot_tag();

}  // namespace tidings::store
