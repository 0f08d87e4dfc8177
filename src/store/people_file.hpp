// Whose rows a run's list had, without their numbers: eight bytes a row, hashes with a key that
// lies in the file itself. So that a list that was changed is found row by row, and so that a run
// is whole without its list. Made once, before the run is (run/people_census); never changed.
#pragma once

#include "codec/numbers/number_hash.hpp"
#include "core/failure.hpp"
#include "core/row.hpp"
#include "store/disk.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace tidings::store {

class people_writer {
  public:
    // Replaces what an attempt that died left there.
    static core::result<people_writer> create(disk& where, const std::string& path,
                                              const codec::number_key& key);

    // The next row's; empty: it names nobody.
    core::result<void> add(core::phone_number number);
    // All of it is durable then. The folder's entry is whoever's who moves the file to its place.
    core::result<void> finish();
    const std::string& path() const noexcept { return file_.path(); }

  private:
    people_writer(disk_file file, const codec::number_key& key)
        : file_(std::move(file)), key_(key), hash_(key) {}
    core::result<void> flush();

    disk_file file_;
    codec::number_key key_;
    codec::number_hash hash_;
    std::vector<std::byte> waiting_;
    std::uint64_t written_ = 0;  // rows
};

class people_file {
  public:
    // Fails (missing) when there is none, (journal) when it is damaged.
    static core::result<people_file> open(disk& where, const std::string& path);

    std::uint64_t rows() const noexcept { return rows_; }
    const codec::number_key& key() const noexcept { return key_; }
    // The hash of the row's number; 0: it named nobody. Pre: 1 <= row <= rows().
    core::result<std::uint64_t> hash_of(core::row_number row);
    // The row was this number's; empty: it named nobody. Rows in about their order are cheap. False
    // of a row that the list had not.
    core::result<bool> names(core::row_number row, core::phone_number number);

  private:
    static constexpr std::size_t block_rows = 8192;
    static constexpr std::size_t blocks_kept = 8;
    struct block {
        std::uint64_t first = ~std::uint64_t{0};  // index of its first row; no block: none
        std::vector<std::byte> bytes;
    };

    people_file(disk_file file, const codec::number_key& key, std::uint64_t rows)
        : file_(std::move(file)), key_(key), hash_(key), rows_(rows) {}

    disk_file file_;
    codec::number_key key_;
    codec::number_hash hash_;
    std::uint64_t rows_;
    std::array<block, blocks_kept> blocks_;
};

}  // namespace tidings::store
