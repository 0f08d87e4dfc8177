#include "store/segment.hpp"

#include "codec/records/byte_cursor.hpp"
#include "codec/records/crc32c.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include <fmt/format.h>

namespace tidings::store {

namespace {

constexpr std::uint64_t magic = 0x4A53474E49444954;  // "TIDINGSJ"
constexpr std::uint32_t version = 1;
constexpr std::size_t slice_bytes = 1U << 20;
constexpr std::string_view suffix = ".segment";
constexpr std::size_t name_digits = 6;

bool is_zero(std::byte one) {
    return one == std::byte{0};
}

}  // namespace

std::uint32_t segment_head::salt() const {
    std::array<std::byte, 12> bytes{};
    codec::byte_writer out(bytes.data());
    out.fixed(journal_id);
    out.fixed(number);
    return codec::crc32c(bytes);
}

std::array<std::byte, segment_head_bytes> segment_head_to_bytes(const segment_head& head) {
    std::array<std::byte, segment_head_bytes> bytes{};
    codec::byte_writer out(bytes.data());
    out.fixed(magic);
    out.fixed(version);
    out.fixed(head.number);
    out.fixed(head.journal_id);
    out.fixed(head.first_sequence);
    out.fixed(static_cast<std::int64_t>(head.created.wall.time_since_epoch().count()));
    out.fixed(static_cast<std::int64_t>(head.created.steady.time_since_epoch().count()));
    out.fixed(head.boot);
    const std::span<const std::byte> all(bytes);
    codec::byte_writer(bytes.data() + segment_head_bytes - 4)
        .fixed(codec::crc32c(all.first(segment_head_bytes - 4)));
    return bytes;
}

head_state read_segment_head(std::span<const std::byte> bytes, segment_head& head) {
    if (std::all_of(bytes.begin(), bytes.end(), is_zero)) return head_state::blank;
    if (bytes.size() < segment_head_bytes) return head_state::damaged;
    codec::byte_reader in(bytes);
    const bool ours = in.fixed<std::uint64_t>() == magic;
    const auto form = in.fixed<std::uint32_t>();
    segment_head read;
    read.number = in.fixed<std::uint32_t>();
    read.journal_id = in.fixed<std::uint64_t>();
    read.first_sequence = in.fixed<std::uint64_t>();
    read.created.wall = core::wall_time(std::chrono::microseconds(in.fixed<std::int64_t>()));
    read.created.steady = core::instant(core::duration(in.fixed<std::int64_t>()));
    read.boot = in.fixed<std::uint32_t>();
    const auto crc =
        codec::byte_reader(bytes.subspan(segment_head_bytes - 4)).fixed<std::uint32_t>();
    if (!ours || crc != codec::crc32c(bytes.first(segment_head_bytes - 4)))
        return head_state::damaged;
    if (form != version) return head_state::other_version;
    head = read;
    return head_state::good;
}

std::string segment_path(const std::string& folder, std::uint32_t number) {
    return fmt::format("{}/{:0{}}{}", folder, number, name_digits, suffix);
}

core::result<std::vector<std::uint32_t>> list_segments(disk& where, const std::string& folder) {
    std::vector<std::string> names;
    if (const int got = where.list(folder, names); got < 0) {
        const auto kind = got == -ENOENT ? core::trouble::missing : core::trouble::journal;
        return disk_failure(-got, "list the journal in", folder, kind);
    }
    std::vector<std::uint32_t> numbers;
    for (const auto& name : names) {
        if (!name.ends_with(suffix)) continue;
        std::uint32_t number = 0;
        const char* const end = name.data() + name.size() - suffix.size();
        const auto read = std::from_chars(name.data(), end, number);
        if (read.ec == std::errc{} && read.ptr == end && number != 0) numbers.push_back(number);
    }
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

core::result<segment_reader> segment_reader::open(disk& where, const std::string& path, bool live) {
    auto file = disk_file::open(where, path, open_mode::read);
    if (!file) return file.error();
    segment_reader made;
    made.file_ = std::move(*file);
    if (!live) {
        if (auto done = made.file_.sync(); !done) return done.error();
        if (auto done = made.file_.forget_cached(); !done) return done.error();
    }
    const auto size = made.file_.size();
    if (!size) return size.error();
    made.size_ = *size;
    auto front = made.window(segment_head_bytes);
    if (!front) return front.error();
    made.state_ =
        read_segment_head(front->first(std::min(front->size(), segment_head_bytes)), made.head_);
    made.offset_ = segment_head_bytes;
    return made;
}

void segment_reader::go_to(std::uint64_t offset) {
    offset_ = offset;
}

// The file's bytes from offset_ on: `wanted` of them, more where they are at hand, fewer at the
// end.
core::result<std::span<const std::byte>> segment_reader::window(std::size_t wanted) {
    const bool covered = offset_ >= buffer_at_ && offset_ + wanted <= buffer_at_ + buffer_.size();
    if (!covered) {
        const auto left = size_ > offset_ ? size_ - offset_ : 0;
        const auto slice = std::min<std::uint64_t>(slice_bytes, left);
        buffer_.resize(std::max(wanted, static_cast<std::size_t>(slice)));
        const auto got = file_.read(buffer_, offset_);
        if (!got) return got.error();
        buffer_.resize(*got);
        buffer_at_ = offset_;
    }
    return std::span<const std::byte>(buffer_).subspan(
        static_cast<std::size_t>(offset_ - buffer_at_));
}

core::result<codec::frame_found> segment_reader::next() {
    const auto salt = head_.salt();
    std::size_t wanted = codec::frame_head_bytes;
    for (;;) {
        const auto bytes = window(wanted);
        if (!bytes) return bytes.error();
        auto found = codec::find_frame(*bytes, salt);
        if (found.state == codec::frame_state::short_read) {
            if (offset_ + found.size <= size_ && bytes->size() < found.size) {
                wanted = found.size;
                continue;
            }
            found.state = codec::frame_state::bad;
        }
        if (found.state == codec::frame_state::good) offset_ += found.size;
        return found;
    }
}

core::result<std::span<const std::byte>> segment_reader::rest() {
    const auto left = size_ > offset_ ? size_ - offset_ : 0;
    return window(static_cast<std::size_t>(std::min<std::uint64_t>(left, codec::frame_bytes_max)));
}

core::result<segment_reader::behind> segment_reader::look_behind(std::uint64_t last,
                                                                 std::uint32_t salt) {
    constexpr std::size_t sequence_at = 8;  // in a frame's head
    // A sequence this far ahead is chance: it keeps the checksums that are computed in vain rare.
    constexpr std::uint64_t ahead_max = 1U << 24;
    behind seen;
    const auto came_from = offset_;
    while (offset_ < size_) {
        const auto bytes = window(codec::frame_head_bytes);
        if (!bytes) return bytes.error();
        if (bytes->empty()) break;
        const auto begin = offset_;
        // Nearly all of a tail is zeros, and no frame begins with as many.
        const bool blank = is_zero(bytes->front()) &&
                           std::memcmp(bytes->data(), bytes->data() + 1, bytes->size() - 1) == 0;
        // The window's last bytes are looked at again with what follows them.
        const bool at_end = begin + bytes->size() >= size_;
        const auto usable = at_end ? bytes->size() : bytes->size() - codec::frame_head_bytes + 1;
        for (std::size_t i = 0; i < usable && !blank; ++i) {
            if (!is_zero((*bytes)[i])) seen.used_end = begin + i + 1;
            if (i + codec::frame_head_bytes > bytes->size()) continue;
            std::uint64_t sequence = 0;
            std::memcpy(&sequence, bytes->data() + i + sequence_at, sizeof sequence);
            if (sequence <= last || sequence - last > ahead_max) continue;
            auto found = codec::find_frame(bytes->subspan(i), salt);
            if (found.state == codec::frame_state::short_read && begin + i + found.size <= size_) {
                std::vector<std::byte> whole(found.size);
                const auto got = file_.read(whole, begin + i);
                if (!got) return got.error();
                found = codec::find_frame(std::span(whole).first(*got), salt);
            }
            if (found.state == codec::frame_state::good && !seen.good) seen.good = found.head;
        }
        offset_ = begin + usable;
    }
    offset_ = came_from;
    return seen;
}

core::result<segment_maker> segment_maker::begin(disk& where, const std::string& folder,
                                                 std::uint32_t number, std::uint64_t bytes) {
    const auto path = segment_path(folder, number);
    if (const int got = where.unlink(path); got < 0 && got != -ENOENT)
        return disk_failure(-got, "remove", path, core::trouble::journal);
    auto file = disk_file::open(where, path, open_mode::create_new);
    if (!file) return file.error();
    segment_maker made;
    made.file_ = std::move(*file);
    made.number_ = number;
    made.bytes_ = bytes;
    // Reserving first tells a full disk at once. Not every file system can; the zeros reserve too.
    if (auto done = made.file_.allocate(bytes);
        !done && done.error().kind == core::trouble::disk_full)
        return made.give_up(done.error()).error();
    return made;
}

core::result<bool> segment_maker::give_up(core::failure why) {
    const auto path = file_.path();
    auto& where = file_.where();
    file_.close();
    where.unlink(path);
    return why;
}

core::result<bool> segment_maker::step() {
    static constexpr std::array<std::byte, slice_bytes> zeros{};
    if (ready_) return true;
    if (filled_ < bytes_) {
        const auto part = std::min<std::uint64_t>(slice_bytes, bytes_ - filled_);
        const auto slice = std::span(zeros).first(static_cast<std::size_t>(part));
        if (auto done = file_.write(slice, filled_); !done) return give_up(done.error());
        file_.start_writing(filled_, part);
        filled_ += part;
        return false;
    }
    if (auto done = file_.sync(); !done) return give_up(done.error());
    const auto folder = folder_of(file_.path());
    if (const int got = file_.where().sync_folder(folder); got < 0)
        return give_up(disk_failure(-got, "sync", folder, core::trouble::journal));
    ready_ = true;
    return true;
}

core::result<void> segment_maker::finish() {
    while (!ready_)
        if (auto done = step(); !done) return done.error();
    return {};
}

}  // namespace tidings::store
