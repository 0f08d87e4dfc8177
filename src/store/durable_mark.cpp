#include "store/durable_mark.hpp"

#include "codec/records/byte_cursor.hpp"
#include "codec/records/crc32c.hpp"

#include <array>
#include <utility>

namespace tidings::store {

namespace {

constexpr std::uint64_t magic = 0x4453474E49444954;  // "TIDINGSD"
constexpr std::size_t mark_bytes = 32;
constexpr std::size_t crc_at = 24;

using mark = std::array<std::byte, mark_bytes>;

std::uint32_t crc_of(const mark& bytes) {
    return codec::crc32c(std::span<const std::byte>(bytes).first(crc_at));
}

}  // namespace

std::string durable_mark_path(const std::string& folder) {
    return folder + "/durable";
}

durable_mark durable_mark::open(disk& where, const std::string& folder, std::uint64_t journal_id) {
    const auto path = durable_mark_path(folder);
    const auto mode = where.exists(path) ? open_mode::write : open_mode::create_new;
    durable_mark made;
    made.journal_id_ = journal_id;
    if (auto file = disk_file::open(where, path, mode)) made.file_ = std::move(*file);
    return made;
}

void durable_mark::set(std::uint64_t sequence) {
    if (!file_.is_open()) return;
    mark bytes{};
    codec::byte_writer out(bytes.data());
    out.fixed(magic);
    out.fixed(journal_id_);
    out.fixed(sequence);
    out.fixed(crc_of(bytes));
    // One call and no second try: half a mark has no checksum and counts as none.
    (void)file_.write(std::span<const std::byte>(bytes), 0);
}

std::uint64_t read_durable_mark(disk& where, const std::string& folder, std::uint64_t journal_id) {
    const auto path = durable_mark_path(folder);
    if (!where.exists(path)) return 0;
    auto file = disk_file::open(where, path, open_mode::read);
    if (!file) return 0;
    mark bytes{};
    const auto got = file->read(bytes, 0);
    if (!got || *got != mark_bytes) return 0;
    codec::byte_reader in(bytes);
    const bool ours = in.fixed<std::uint64_t>() == magic && in.fixed<std::uint64_t>() == journal_id;
    const auto sequence = in.fixed<std::uint64_t>();
    return ours && in.fixed<std::uint32_t>() == crc_of(bytes) ? sequence : 0;
}

}  // namespace tidings::store
