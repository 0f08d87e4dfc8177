#include "store/list_fingerprint.hpp"

#include "codec/tokens/content_digest.hpp"
#include "store/disk.hpp"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <vector>

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tidings::store {
namespace {

constexpr std::uint64_t end_bytes = std::uint64_t{64} << 10;
constexpr std::size_t block_bytes = std::size_t{1} << 20;

class descriptor {
  public:
    explicit descriptor(int raw) : raw_(raw) {}
    ~descriptor() {
        if (raw_ >= 0) ::close(raw_);
    }
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    int get() const { return raw_; }

  private:
    int raw_;
};

core::failure failed(const std::string& path, const char* doing, int error) {
    return {is_full(error) ? core::trouble::disk_full : core::trouble::list,
            fmt::format("{}: cannot be {}: {}", path, doing, std::strerror(error))};
}

// Adds file[at, at + count) to the digest; how many bytes there were.
core::result<std::uint64_t> add_range(codec::content_digest& digest, int file, std::uint64_t at,
                                      std::uint64_t count, const std::string& path) {
    std::vector<char> block(static_cast<std::size_t>(std::min<std::uint64_t>(count, block_bytes)));
    std::uint64_t done = 0;
    while (done < count) {
        const auto want =
            static_cast<std::size_t>(std::min<std::uint64_t>(count - done, block.size()));
        const auto got = ::pread(file, block.data(), want, static_cast<off_t>(at + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failed(path, "read", errno);
        if (got == 0) break;
        digest.add({block.data(), static_cast<std::size_t>(got)});
        done += static_cast<std::uint64_t>(got);
    }
    return done;
}

core::result<list_fingerprint> fingerprint(const std::string& path, bool whole) {
    const descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) return failed(path, "opened", errno);
    struct stat facts {};
    if (::fstat(file.get(), &facts) != 0) return failed(path, "opened", errno);
    list_fingerprint made;
    made.bytes = static_cast<std::uint64_t>(facts.st_size);
    made.changed_at_ns = std::int64_t{facts.st_mtim.tv_sec} * 1'000'000'000 + facts.st_mtim.tv_nsec;
    codec::content_digest digest;
    const auto tail_at = made.bytes > end_bytes ? made.bytes - end_bytes : 0;
    for (const auto at : {std::uint64_t{0}, tail_at}) {
        auto added = add_range(digest, file.get(), at, end_bytes, path);
        if (!added) return added.error();
    }
    made.ends_sha256 = digest.take();
    if (whole) {
        auto added = add_range(digest, file.get(), 0, made.bytes, path);
        if (!added) return added.error();
        made.whole_sha256 = digest.take();
    }
    return made;
}

template <class T>
bool read_number(std::string_view text, T& out) {
    const auto end = std::from_chars(text.data(), text.data() + text.size(), out);
    return end.ec == std::errc() && end.ptr == text.data() + text.size();
}

}  // namespace

std::string list_fingerprint::text() const {
    return fmt::format("bytes={};changed={};ends={};whole={}", bytes, changed_at_ns, ends_sha256,
                       whole_sha256);
}

std::optional<list_fingerprint> list_fingerprint::parse(std::string_view text) {
    list_fingerprint made;
    unsigned seen = 0;
    while (!text.empty()) {
        const auto part = text.substr(0, text.find(';'));
        text.remove_prefix(std::min(part.size() + 1, text.size()));
        const auto equals = part.find('=');
        if (equals == std::string_view::npos) return std::nullopt;
        const auto key = part.substr(0, equals);
        const auto value = part.substr(equals + 1);
        if (key == "bytes" && read_number(value, made.bytes))
            seen |= 1;
        else if (key == "changed" && read_number(value, made.changed_at_ns))
            seen |= 2;
        else if (key == "ends")
            made.ends_sha256 = value, seen |= 4;
        else if (key == "whole")
            made.whole_sha256 = value;
        else
            return std::nullopt;
    }
    if (seen != 7) return std::nullopt;
    return made;
}

core::result<list_fingerprint> quick_fingerprint(const std::string& path) {
    return fingerprint(path, false);
}

core::result<list_fingerprint> whole_fingerprint(const std::string& path) {
    return fingerprint(path, true);
}

core::result<list_match> compare(const list_fingerprint& recorded, const std::string& path) {
    auto now = quick_fingerprint(path);
    if (!now) return now.error();
    if (now->bytes != recorded.bytes || now->ends_sha256 != recorded.ends_sha256)
        return list_match::changed;
    if (recorded.whole_sha256.empty() || now->changed_at_ns == recorded.changed_at_ns)
        return list_match::probably;
    auto whole = whole_fingerprint(path);
    if (!whole) return whole.error();
    return whole->whole_sha256 == recorded.whole_sha256 ? list_match::same : list_match::changed;
}

}  // namespace tidings::store
