#include "store/people_file.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

namespace tidings::store {

namespace {

// The head: what it is, the key, how many rows. Then eight bytes a row, the lowest first.
constexpr std::string_view mark = "tidings people\n\x01";
constexpr std::size_t key_at = 16;
constexpr std::size_t rows_at = 32;
constexpr std::size_t head_bytes = 64;
constexpr std::size_t row_bytes = 8;
constexpr std::size_t waiting_max = std::size_t{1} << 18;

static_assert(mark.size() == key_at);

void put(std::byte* at, std::uint64_t value) {
    for (std::size_t i = 0; i < row_bytes; ++i)
        at[i] = static_cast<std::byte>(value >> (8 * i));
}

std::uint64_t get(const std::byte* at) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < row_bytes; ++i)
        value |= std::uint64_t{std::to_integer<std::uint8_t>(at[i])} << (8 * i);
    return value;
}

std::array<std::byte, head_bytes> head_of(const codec::number_key& key, std::uint64_t rows) {
    std::array<std::byte, head_bytes> head{};
    std::memcpy(head.data(), mark.data(), mark.size());
    std::memcpy(head.data() + key_at, key.data(), key.size());
    put(head.data() + rows_at, rows);
    return head;
}

}  // namespace

core::result<people_writer> people_writer::create(disk& where, const std::string& path,
                                                  const codec::number_key& key) {
    where.unlink(path);
    auto file = disk_file::open(where, path, open_mode::create_new, core::trouble::list);
    if (!file) return file.error();
    return people_writer(std::move(*file), key);
}

core::result<void> people_writer::add(core::phone_number number) {
    const auto at = waiting_.size();
    waiting_.resize(at + row_bytes);
    put(waiting_.data() + at, number.empty() ? 0 : hash_(number));
    return waiting_.size() < waiting_max ? core::result<void>() : flush();
}

core::result<void> people_writer::flush() {
    const auto done = file_.write(waiting_, head_bytes + written_ * row_bytes);
    written_ += waiting_.size() / row_bytes;
    waiting_.clear();
    return done;
}

core::result<void> people_writer::finish() {
    if (auto done = flush(); !done) return done;
    if (auto done = file_.write(head_of(key_, written_), 0); !done) return done;
    return file_.sync();
}

core::result<people_file> people_file::open(disk& where, const std::string& path) {
    auto file = disk_file::open(where, path, open_mode::read, core::trouble::missing);
    if (!file) return file.error();
    const auto size = file->size();
    if (!size) return size.error();
    std::array<std::byte, head_bytes> head{};
    const auto got = file->read(head, 0);
    if (!got) return got.error();
    codec::number_key key{};
    std::memcpy(key.data(), head.data() + key_at, key.size());
    const auto rows = get(head.data() + rows_at);
    const bool whole = *got == head_bytes &&
                       std::memcmp(head.data(), mark.data(), mark.size()) == 0 &&
                       rows <= (*size - head_bytes) / row_bytes;
    if (!whole)
        return core::failure{core::trouble::journal,
                             path +
                                 " is damaged: it says whose rows the list of this run had; put "
                                 "it back from a copy of the whole run folder"};
    return people_file(std::move(*file), key, rows);
}

core::result<bool> people_file::names(core::row_number row, core::phone_number number) {
    if (row == 0 || row > rows_) return false;
    const auto known = hash_of(row);
    if (!known) return known.error();
    return *known == (number.empty() ? 0 : hash_(number));
}

core::result<std::uint64_t> people_file::hash_of(core::row_number row) {
    const auto index = row - 1;
    const auto first = index - index % block_rows;
    auto& held = blocks_[first / block_rows % blocks_kept];
    if (held.first != first) {
        held.first = ~std::uint64_t{0};
        held.bytes.resize(std::min<std::uint64_t>(block_rows, rows_ - first) * row_bytes);
        const auto got = file_.read(held.bytes, head_bytes + first * row_bytes);
        if (!got) return got.error();
        if (*got != held.bytes.size())
            return core::failure{core::trouble::journal, file_.path() + " ends too early"};
        held.first = first;
    }
    return get(held.bytes.data() + (index - first) * row_bytes);
}

}  // namespace tidings::store
