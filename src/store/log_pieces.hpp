// The files of an outcome log: rotated pieces, compressed or not yet, and outcomes.ndjson at the
// end. Reading them line by line and writing them whole; which lines there are to be is
// outcome_log's.
#pragma once

#include "core/failure.hpp"
#include "store/disk.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zstd.h>

namespace tidings::store {

struct log_piece {
    std::uint32_t number = 0;
    std::string path;
    bool compressed = false;
};

std::string current_piece_path(const std::string& folder);
std::string rotated_piece_path(const std::string& folder, std::uint32_t number);
std::string packed_piece_path(const std::string& folder, std::uint32_t number);

// All of them in order; of a piece that is there twice the compressed one, which is whole.
// outcomes.ndjson comes last, numbered one above the highest rotated one, whether it is there or
// not.
core::result<std::vector<log_piece>> list_pieces(disk& where, const std::string& folder);

struct piece_line {
    std::string_view text;     // without its newline; valid until the next call
    std::uint64_t offset = 0;  // where it begins, in the piece not compressed
    bool ended = false;        // by a newline; false: the piece ends in it, or it is far too long
};

// Lines of one piece from front to back.
class piece_reader {
  public:
    static core::result<piece_reader> open(disk& where, const log_piece& piece);

    // Goes to a place behind the current one.
    core::result<void> skip_to(std::uint64_t offset);
    // nullopt at the end of the piece. After a line that is not ended there is nothing more.
    core::result<std::optional<piece_line>> next();
    // As many bytes as are at hand, for copying; empty at the end.
    core::result<std::string_view> take_bytes();

  private:
    core::result<bool> fill();
    core::result<bool> fill_packed();

    struct free_context {
        void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
    };

    disk_file file_;
    std::uint64_t file_at_ = 0;
    std::unique_ptr<ZSTD_DCtx, free_context> context_;  // null: not compressed
    std::vector<std::byte> packed_;  // read and not yet unpacked: from packed_at_
    std::size_t packed_at_ = 0;
    bool frame_open_ = false;
    std::string buffer_;
    std::size_t used_ = 0;    // of buffer_
    std::uint64_t base_ = 0;  // offset of buffer_'s front
    bool over_ = false;
};

// Writes one whole piece to a temporary file, compressed or not, and puts it in its place.
class piece_writer {
  public:
    // `level` 0: not compressed.
    static core::result<piece_writer> open(disk& where, std::string path, int level);

    core::result<void> append(std::string_view text);
    // Syncs, renames over `path` and syncs the folder.
    core::result<void> finish();
    void discard();  // removes the temporary file

  private:
    core::result<void> pack(std::string_view text, ZSTD_EndDirective how);

    struct free_context {
        void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
    };

    disk_file file_;
    std::string path_;
    std::uint64_t size_ = 0;
    std::unique_ptr<ZSTD_CCtx, free_context> context_;
    std::vector<std::byte> packed_;
};

// Compresses a rotated piece a megabyte at a time, then removes the uncompressed one.
class piece_packer {
  public:
    static core::result<piece_packer> begin(disk& where, const std::string& folder,
                                            std::uint32_t number, int level);
    core::result<bool> step();  // true when done

  private:
    disk* where_ = nullptr;
    std::string raw_path_;
    std::optional<piece_reader> from_;
    std::optional<piece_writer> to_;
};

}  // namespace tidings::store
