#include "store/list_source.hpp"

#include "store/packed_bytes.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tidings::store {
namespace {

core::failure cannot_open(const std::string& path, int error) {
    std::string text = path + ": " + std::strerror(error);
    if (error == ENOENT) text = path + ": there is no such file";
    if (error == EACCES) text = path + ": this user may not read it";
    return {core::trouble::list, std::move(text)};
}

}  // namespace

list_source::list_source() = default;
list_source::~list_source() = default;
list_source::list_source(list_source&&) noexcept = default;
list_source& list_source::operator=(list_source&&) noexcept = default;

core::result<list_source> list_source::open(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) return cannot_open(path, errno);
    input_file file(descriptor, path);
    struct stat facts {};
    if (::fstat(descriptor, &facts) != 0) return cannot_open(path, errno);
    if (S_ISDIR(facts.st_mode))
        return core::failure{core::trouble::list, path + ": this is a folder, not a list"};
    // Several passes are made over a list, so it must be one that can be read again.
    if (!S_ISREG(facts.st_mode))
        return core::failure{core::trouble::list,
                             path +
                                 ": this is no regular file; pipe it to standard input and name "
                                 "\"-\" as the list"};
    std::array<char, 4> magic{};
    auto got = file.read(magic);
    if (!got) return got.error();
    if (auto back = file.rewind(); !back) return back.error();

    const std::string_view head(magic.data(), *got);
    list_source made;
    made.path_ = path;
    const bool named_gzip = path.ends_with(".gz");
    const bool named_zstd = path.ends_with(".zst");
    if (head.starts_with("\x1F\x8B")) {
        auto bytes = gzip_bytes(std::move(file));
        if (!bytes) return bytes.error();
        made.bytes_ = std::move(*bytes);
    } else if (head == std::string_view("\x28\xB5\x2F\xFD", 4)) {
        auto bytes = zstd_bytes(std::move(file));
        if (!bytes) return bytes.error();
        made.bytes_ = std::move(*bytes);
    } else if ((named_gzip || named_zstd) && !head.empty()) {
        return core::failure{core::trouble::list, path +
                                                      ": the name says compressed, but the first "
                                                      "bytes are not: rename or repair it"};
    } else {
        made.bytes_ = plain_bytes(std::move(file));
    }
    return made;
}

core::result<std::size_t> list_source::read(std::span<char> out) {
    return bytes_->read(out);
}
core::result<void> list_source::rewind() {
    return bytes_->rewind();
}

}  // namespace tidings::store
