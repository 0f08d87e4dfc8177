// What store needs of a file system: the calls as POSIX has them (disk), and files that handle what
// can be handled (disk_file). posix_disk is the real one; tests have a simulated one that loses
// power and fails on demand. One thread at a time uses a disk_file.
#pragma once

#include "core/failure.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::store {

enum class open_mode : std::uint8_t {
    read,        // must exist
    write,       // read and write; must exist
    create_new,  // read and write; must not exist; mode 0600
};

// Every call returns 0 or a count, or -errno. They may be interrupted and may do less than asked:
// what to do then is disk_file's.
class disk {
  public:
    virtual ~disk() = default;

    virtual int open(const std::string& path, open_mode mode) = 0;  // a handle >= 0
    virtual int close(int file) = 0;
    virtual std::int64_t pwrite(int file, std::span<const std::byte> bytes, std::uint64_t at) = 0;
    virtual std::int64_t pread(int file, std::span<std::byte> bytes, std::uint64_t at) = 0;
    virtual int fdatasync(int file) = 0;
    virtual int allocate(int file, std::uint64_t size) = 0;  // reserves room; the size grows
    virtual int truncate(int file, std::uint64_t size) = 0;
    virtual std::int64_t size(int file) = 0;
    // Drops what is cached and clean, so that the next read sees the device.
    virtual int forget_cached(int file) = 0;
    // Begins writing out without waiting; a hint.
    virtual int start_writing(int file, std::uint64_t at, std::uint64_t size) = 0;
    // Whole file, exclusive, opened for writing; -EWOULDBLOCK when held elsewhere.
    virtual int try_lock(int file) = 0;
    virtual int is_locked(int file) = 0;  // 1 when held elsewhere; takes nothing

    virtual int make_folder(const std::string& path) = 0;  // mode 0700
    virtual int rename(const std::string& from, const std::string& to) = 0;
    virtual int unlink(const std::string& path) = 0;
    virtual int sync_folder(const std::string& path) = 0;
    // Names of what is in the folder, in no order, without . and ..
    virtual int list(const std::string& path, std::vector<std::string>& names) = 0;
    virtual std::int64_t free_space(const std::string& path) = 0;
    virtual bool exists(const std::string& path) = 0;
};

// There is no room: on the disk, in somebody's quota, under a limit on the size of files. More may
// be given while a run waits for it.
bool is_full(int error);
// trouble::disk_full for those, `otherwise` for the rest; the text says what was being done to
// which file and why it failed.
core::failure disk_failure(int error, std::string_view doing, const std::string& path,
                           core::trouble otherwise);

// An open file. Interrupted and short calls are gone on with. `otherwise` of open() is the kind of
// trouble its failures are (a full disk is always trouble::disk_full).
class disk_file {
  public:
    static core::result<disk_file> open(disk& where, std::string path, open_mode mode,
                                        core::trouble otherwise = core::trouble::journal);

    disk_file() = default;
    disk_file(disk_file&& other) noexcept;
    disk_file& operator=(disk_file&& other) noexcept;
    ~disk_file();

    bool is_open() const noexcept { return disk_ != nullptr; }
    const std::string& path() const noexcept { return path_; }
    disk& where() const noexcept { return *disk_; }

    // Writes all of it. When this fails any part of it may have been written.
    core::result<void> write(std::span<const std::byte> bytes, std::uint64_t at);
    core::result<void> write(std::string_view text, std::uint64_t at);
    // Reads as many as there are up to bytes.size(); fewer only at the end of the file.
    core::result<std::size_t> read(std::span<std::byte> bytes, std::uint64_t at);
    // Makes everything written durable. Never try it again on a file where it failed once: the
    // kernel may have dropped the pages and would call the second try a success.
    core::result<void> sync();
    core::result<void> allocate(std::uint64_t size);
    core::result<void> truncate(std::uint64_t size);
    core::result<std::uint64_t> size();
    core::result<void> forget_cached();
    void start_writing(std::uint64_t at, std::uint64_t size) noexcept;
    // False when another process holds it.
    core::result<bool> try_lock();
    // Whether another one holds it. Asking holds nothing, so it is in nobody's way.
    core::result<bool> is_locked();
    void close() noexcept;

  private:
    core::failure trouble_with(int error, std::string_view doing) const;

    disk* disk_ = nullptr;
    int handle_ = -1;
    std::string path_;
    core::trouble otherwise_ = core::trouble::journal;
};

// Whole small files. write_whole_file is all or nothing: a temporary file, synced, renamed over
// `path`, and the folder synced.
core::result<std::string> read_whole_file(disk& where, const std::string& path,
                                          std::uint64_t bytes_max, core::trouble otherwise);
core::result<void> write_whole_file(disk& where, const std::string& path, std::string_view text,
                                    core::trouble otherwise);

// Makes the folder and those above it that are not there, each durable in the one above.
core::result<void> make_folders(disk& where, const std::string& path, core::trouble otherwise);

// The folder part of a path ("." when there is none).
std::string folder_of(const std::string& path);

}  // namespace tidings::store
