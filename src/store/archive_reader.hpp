// The members of a zip archive, one after another, and the bytes of each: libarchive, with nothing
// of it that is not asked for. Nothing is ever unpacked to a file, so that the names in an archive
// are only ever compared; one that would lead out of its folder is refused all the same. Which
// member is wanted is store/packed_bytes' and store/workbook_bytes' business.
#pragma once

#include "core/failure.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct archive;
struct archive_entry;

namespace tidings::store {

class archive_reader {
  public:
    static constexpr std::size_t members_max = 10'000;
    // What unpacks to more than so many times the archive's size is no list: a bomb.
    static constexpr std::uint64_t growth_max = 400;
    static constexpr std::uint64_t growth_free_bytes = std::uint64_t{256} << 20;

    enum class kind : std::uint8_t { zip, bzip2 };  // bzip2: one member without a name

    // From the descriptor's beginning; it stays its owner's, and is used by one reader at a time.
    // `path` is for messages. Failures here and below are of kind list.
    static core::result<archive_reader> open(int descriptor, std::string path, kind what);

    // Goes on to the next member; false: there are no more.
    core::result<bool> next();
    // As it is written, with / between its parts.
    const std::string& name() const noexcept { return name_; }
    bool is_file() const noexcept { return is_file_; }
    bool is_locked() const noexcept { return is_locked_; }  // needs a password

    // Would the name lead out of the folder that the archive is unpacked in?
    static bool strays(std::string_view name) noexcept;

    // The member's bytes; 0: its end. What was unpacked is checked against the archive's sums.
    core::result<std::size_t> read(std::span<char> out);

  private:
    struct closing {
        void operator()(archive* one) const noexcept;
    };
    archive_reader(std::string path, std::uint64_t size);
    core::failure failed(const std::string& doing) const;

    std::string path_;
    std::uint64_t packed_bytes_;
    std::unique_ptr<archive, closing> archive_;
    std::string name_;
    bool is_file_ = false;
    bool is_locked_ = false;
    std::size_t members_ = 0;
    std::uint64_t unpacked_bytes_ = 0;  // of this member
};

}  // namespace tidings::store
