#include "store/checkpoint.hpp"

#include "codec/records/byte_cursor.hpp"
#include "codec/records/crc32c.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace tidings::store {

namespace {

constexpr std::uint64_t magic = 0x4353474E49444954;  // "TIDINGSC"
constexpr std::uint32_t version = 1;
constexpr std::size_t slice_words = (1U << 20) / 8;
constexpr std::size_t fixed_bytes = 256;
constexpr std::size_t release_bytes = 20;
constexpr std::size_t slot_bytes = 26;
constexpr std::size_t crc_bytes = 4;

std::string fresh_path(const std::string& folder) {
    return checkpoint_path(folder) + ".new";
}

void put_stamp(codec::byte_writer& out, core::time_stamp at) {
    out.fixed(static_cast<std::int64_t>(at.wall.time_since_epoch().count()));
    out.fixed(static_cast<std::int64_t>(at.steady.time_since_epoch().count()));
}

core::wall_time get_wall(codec::byte_reader& in) {
    return core::wall_time(std::chrono::microseconds(in.fixed<std::int64_t>()));
}

core::time_stamp get_stamp(codec::byte_reader& in) {
    core::time_stamp at;
    at.wall = get_wall(in);
    at.steady = core::instant(core::duration(in.fixed<std::int64_t>()));
    return at;
}

// How many of each follow the fixed part.
struct list_sizes {
    std::uint64_t releases = 0;
    std::uint64_t slots = 0;
    std::uint64_t words = 0;
    std::uint64_t unread = 0;  // 0 where an earlier version wrote it

    std::uint64_t bytes() const {
        return fixed_bytes + releases * release_bytes + (slots + unread) * slot_bytes + words * 8 +
               crc_bytes;
    }
};

void put_fixed(codec::byte_writer& out, std::uint64_t journal_id, journal_place place,
               const log_position& log, const journal_state& state, const list_sizes& sizes) {
    out.fixed(magic);
    out.fixed(version);
    out.fixed(place.segment);
    out.fixed(place.offset);
    out.fixed(journal_id);
    out.fixed(log.sequence);
    out.fixed(log.offset);
    out.fixed(log.piece);
    out.fixed(state.boot);
    out.fixed(state.sequence);
    out.fixed(state.requests);
    out.fixed(static_cast<std::uint64_t>(state.finished ? 1 : 0));
    for (const auto count : state.counts.by_outcome)
        out.fixed(count);
    put_stamp(out, state.last);
    put_stamp(out, state.first);
    out.fixed(static_cast<std::int64_t>(state.slots.window().count()));
    out.fixed(sizes.releases);
    out.fixed(sizes.slots);
    out.fixed(sizes.words);
    out.fixed(sizes.unread);
}

void put_slots(codec::byte_writer& out, const slot_run& one) {
    out.fixed(one.lane);
    out.fixed(one.boot);
    out.fixed(one.count);
    put_stamp(out, one.at);
}

bool get_fixed(codec::byte_reader& in, checkpoint& found, list_sizes& sizes) {
    if (in.fixed<std::uint64_t>() != magic || in.fixed<std::uint32_t>() != version) return false;
    journal_state& state = found.state;
    found.place.segment = in.fixed<std::uint32_t>();
    found.place.offset = in.fixed<std::uint64_t>();
    found.journal_id = in.fixed<std::uint64_t>();
    found.log.sequence = in.fixed<std::uint64_t>();
    found.log.offset = in.fixed<std::uint64_t>();
    found.log.piece = in.fixed<std::uint32_t>();
    state.boot = in.fixed<std::uint32_t>();
    state.sequence = in.fixed<std::uint64_t>();
    state.requests = in.fixed<std::uint64_t>();
    state.finished = in.fixed<std::uint64_t>() != 0;
    for (auto& count : state.counts.by_outcome)
        count = in.fixed<std::uint64_t>();
    state.last = get_stamp(in);
    state.first = get_stamp(in);
    state.slots = slot_history(core::duration(in.fixed<std::int64_t>()));
    sizes.releases = in.fixed<std::uint64_t>();
    sizes.slots = in.fixed<std::uint64_t>();
    sizes.words = in.fixed<std::uint64_t>();
    sizes.unread = in.fixed<std::uint64_t>();
    return in.ok();
}

void get_lists(codec::byte_reader& in, const list_sizes& sizes, journal_state& state) {
    for (std::uint64_t i = 0; i < sizes.releases; ++i) {
        dated_release one;
        one.rows.first = in.fixed<std::uint64_t>();
        one.rows.count = in.fixed<std::uint32_t>();
        one.at = get_wall(in);
        state.releases.push_back(one);
    }
    for (std::uint64_t i = 0; i < sizes.slots; ++i) {
        const auto lane = in.fixed<core::lane_id>();
        const auto boot = in.fixed<std::uint32_t>();
        const auto count = in.fixed<std::uint32_t>();
        state.slots.add(lane, get_stamp(in), boot, count);
    }
    for (std::uint64_t i = 0; i < sizes.unread; ++i) {
        const auto lane = in.fixed<core::lane_id>();
        const auto boot = in.fixed<std::uint32_t>();
        const auto count = in.fixed<std::uint32_t>();
        state.unread.owe(lane, get_stamp(in), boot, count);
    }
}

}  // namespace

std::string checkpoint_path(const std::string& folder) {
    return folder + "/checkpoint";
}

checkpoint_writer::checkpoint_writer(disk& where, const std::string& folder,
                                     std::uint64_t journal_id, journal_place place,
                                     const log_position& log, const journal_state& state)
    : where_(&where),
      folder_(folder),
      words_(state.rows.words().begin(), state.rows.words().end()) {
    const auto slots = state.slots.within({state.last, state.boot});
    const auto& unread = state.unread.all();
    const list_sizes sizes{state.releases.size(), slots.size(), words_.size(), unread.size()};
    front_.resize(static_cast<std::size_t>(sizes.bytes() - sizes.words * 8 - crc_bytes));
    codec::byte_writer out(front_.data());
    put_fixed(out, journal_id, place, log, state, sizes);
    out = codec::byte_writer(front_.data() + fixed_bytes);
    for (const auto& one : state.releases) {
        out.fixed(one.rows.first);
        out.fixed(one.rows.count);
        out.fixed(static_cast<std::int64_t>(one.at.time_since_epoch().count()));
    }
    for (const auto& one : slots)
        put_slots(out, one);
    for (const auto& one : unread)
        put_slots(out, one);
}

core::result<void> checkpoint_writer::write(std::span<const std::byte> bytes) {
    if (auto done = file_.write(bytes, written_); !done) return done;
    file_.start_writing(written_, bytes.size());
    crc_ = codec::crc32c(bytes, crc_);
    written_ += bytes.size();
    return {};
}

core::result<bool> checkpoint_writer::give_up(core::failure why) {
    file_.close();
    where_->unlink(fresh_path(folder_));
    return why;
}

core::result<bool> checkpoint_writer::step() {
    if (done_) return true;
    const auto fresh = fresh_path(folder_);
    if (!file_.is_open()) {
        if (const int got = where_->unlink(fresh); got < 0 && got != -ENOENT)
            return disk_failure(-got, "remove", fresh, core::trouble::journal);
        auto file = disk_file::open(*where_, fresh, open_mode::create_new);
        if (!file) return file.error();
        file_ = std::move(*file);
        if (auto done = write(front_); !done) return give_up(done.error());
        return false;
    }
    if (words_done_ < words_.size()) {
        const auto count = std::min(slice_words, words_.size() - words_done_);
        const auto slice = std::span(words_).subspan(words_done_, count);
        if (auto done = write(std::as_bytes(slice)); !done) return give_up(done.error());
        words_done_ += count;
        return false;
    }
    std::array<std::byte, crc_bytes> crc{};
    codec::byte_writer(crc.data()).fixed(crc_);
    if (auto done = write(crc); !done) return give_up(done.error());
    if (auto done = file_.sync(); !done) return give_up(done.error());
    file_.close();
    if (const int got = where_->rename(fresh, checkpoint_path(folder_)); got < 0)
        return give_up(
            disk_failure(-got, "replace", checkpoint_path(folder_), core::trouble::journal));
    if (const int got = where_->sync_folder(folder_); got < 0)
        return disk_failure(-got, "sync", folder_, core::trouble::journal);
    done_ = true;
    return true;
}

core::result<void> checkpoint_writer::finish() {
    while (!done_)
        if (auto done = step(); !done) return done.error();
    return {};
}

core::result<std::optional<checkpoint>> read_checkpoint(disk& where, const std::string& folder,
                                                        std::uint64_t journal_id) {
    using none = std::optional<checkpoint>;
    if (!where.exists(checkpoint_path(folder))) return none{};
    auto file = disk_file::open(where, checkpoint_path(folder), open_mode::read);
    if (!file) return file.error();
    if (auto done = file->forget_cached(); !done) return done.error();
    const auto size = file->size();
    if (!size) return size.error();

    std::vector<std::byte> front(fixed_bytes);
    auto got = file->read(front, 0);
    if (!got) return got.error();
    checkpoint found;
    list_sizes sizes;
    codec::byte_reader fixed(std::span<const std::byte>(front).first(*got));
    if (!get_fixed(fixed, found, sizes) || found.journal_id != journal_id) return none{};
    // Each on its own first: a damaged count must not overflow the sum.
    for (const auto count : {sizes.releases, sizes.slots, sizes.words, sizes.unread})
        if (count > *size) return none{};
    if (sizes.bytes() != *size) return none{};

    const auto lists_bytes = sizes.bytes() - sizes.words * 8 - crc_bytes - fixed_bytes;
    front.resize(static_cast<std::size_t>(fixed_bytes + lists_bytes));
    got = file->read(std::span(front).subspan(fixed_bytes), fixed_bytes);
    if (!got) return got.error();
    std::vector<std::uint64_t> words(static_cast<std::size_t>(sizes.words));
    got = file->read(std::as_writable_bytes(std::span(words)), front.size());
    if (!got) return got.error();
    std::array<std::byte, crc_bytes> crc{};
    got = file->read(crc, *size - crc_bytes);
    if (!got) return got.error();
    const auto computed = codec::crc32c(std::as_bytes(std::span(words)), codec::crc32c(front));
    if (codec::byte_reader(crc).fixed<std::uint32_t>() != computed) return none{};

    codec::byte_reader lists(std::span<const std::byte>(front).subspan(fixed_bytes));
    get_lists(lists, sizes, found.state);
    found.state.rows.assign(std::move(words));
    found.state.released = found.state.rows.count(core::row_state::released);
    return none{std::move(found)};
}

}  // namespace tidings::store
