#include "store/archive_reader.hpp"

#include <algorithm>
#include <archive.h>
#include <archive_entry.h>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include <sys/stat.h>
#include <unistd.h>

namespace tidings::store {
namespace {

constexpr std::size_t block_bytes = std::size_t{64} << 10;

}  // namespace

void archive_reader::closing::operator()(archive* one) const noexcept {
    archive_read_free(one);
}

archive_reader::archive_reader(std::string path, std::uint64_t size)
    : path_(std::move(path)), packed_bytes_(size), archive_(archive_read_new()) {
    if (!archive_) throw std::bad_alloc();
}

bool archive_reader::strays(std::string_view name) noexcept {
    if (name.starts_with('/') || name.find('\0') != std::string_view::npos) return true;
    while (!name.empty()) {
        const auto part = name.substr(0, name.find('/'));
        if (part == "..") return true;
        name.remove_prefix(std::min(part.size() + 1, name.size()));
    }
    return false;
}

core::failure archive_reader::failed(const std::string& doing) const {
    const char* const why = archive_error_string(archive_.get());
    return {core::trouble::list,
            fmt::format("{}: {} ({})", path_, doing, why == nullptr ? "no reason is given" : why)};
}

core::result<archive_reader> archive_reader::open(int descriptor, std::string path, kind what) {
    struct stat facts {};
    if (::fstat(descriptor, &facts) != 0 || ::lseek(descriptor, 0, SEEK_SET) != 0)
        return core::failure{core::trouble::list, path + ": " + std::strerror(errno)};
    archive_reader made(std::move(path), static_cast<std::uint64_t>(facts.st_size));
    auto* const in = made.archive_.get();
    if (what == kind::zip) {
        // By the directory at the end: what stands before the members may be left open there.
        archive_read_support_format_zip_seekable(in);
    } else {
        archive_read_support_filter_bzip2(in);
        archive_read_support_format_raw(in);
    }
    if (archive_read_open_fd(in, descriptor, block_bytes) != ARCHIVE_OK)
        return made.failed(what == kind::zip ? "the zip archive is damaged"
                                             : "the bzip2 data is damaged");
    return made;
}

core::result<bool> archive_reader::next() {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(archive_.get(), &entry);
    if (status == ARCHIVE_EOF) return false;
    if (status < ARCHIVE_WARN) return failed("the archive is damaged");
    if (++members_ > members_max)
        return core::failure{core::trouble::list, path_ + ": the archive has over 10,000 members"};
    const char* name = archive_entry_pathname_utf8(entry);
    if (name == nullptr) name = archive_entry_pathname(entry);
    name_ = name == nullptr ? "" : name;
    std::replace(name_.begin(), name_.end(), '\\', '/');
    is_file_ = archive_entry_filetype(entry) == AE_IFREG && !name_.ends_with('/');
    is_locked_ = archive_entry_is_data_encrypted(entry) == 1;
    unpacked_bytes_ = 0;
    return true;
}

core::result<std::size_t> archive_reader::read(std::span<char> out) {
    std::size_t got = 0;
    while (got != out.size()) {
        const auto count = archive_read_data(archive_.get(), out.data() + got, out.size() - got);
        if (count == 0) break;
        if (count == ARCHIVE_RETRY) continue;
        if (count < 0)
            return failed(name_.empty() ? "the data is damaged or ends too early"
                                        : name_ + " in it is damaged or ends too early");
        got += static_cast<std::size_t>(count);
    }
    unpacked_bytes_ += got;
    if (unpacked_bytes_ > growth_free_bytes && unpacked_bytes_ / growth_max > packed_bytes_)
        return core::failure{core::trouble::list,
                             fmt::format("{}: it unpacks to over {} times its size, as no list "
                                         "does: unpack it and look",
                                         path_, growth_max)};
    return got;
}

}  // namespace tidings::store
