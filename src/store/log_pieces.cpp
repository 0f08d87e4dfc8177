#include "store/log_pieces.hpp"

#include "codec/records/outcome_line.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <map>

#include <fmt/format.h>

namespace tidings::store {

namespace {

constexpr std::string_view current_name = "outcomes.ndjson";
constexpr std::string_view prefix = "outcomes-";
constexpr std::string_view raw_suffix = ".ndjson";
constexpr std::string_view packed_suffix = ".ndjson.zst";
constexpr std::size_t chunk_bytes = 1U << 20;

std::string fresh_path(const std::string& path) {
    return path + ".new";
}

std::optional<log_piece> piece_named(const std::string& folder, const std::string& name) {
    if (!name.starts_with(prefix)) return std::nullopt;
    log_piece piece;
    const char* const begin = name.data() + prefix.size();
    const char* const end = name.data() + name.size();
    const auto read = std::from_chars(begin, end, piece.number);
    const std::string_view suffix(read.ptr, static_cast<std::size_t>(end - read.ptr));
    if (read.ec != std::errc{} || piece.number == 0) return std::nullopt;
    if (suffix != raw_suffix && suffix != packed_suffix) return std::nullopt;
    piece.compressed = suffix == packed_suffix;
    piece.path = folder + "/" + name;
    return piece;
}

core::failure damaged(const std::string& path, std::string_view why) {
    return {core::trouble::journal,
            fmt::format("{} is damaged ({}); remove it, and `tidings resume` writes its lines anew",
                        path, why)};
}

}  // namespace

std::string current_piece_path(const std::string& folder) {
    return fmt::format("{}/{}", folder, current_name);
}

std::string rotated_piece_path(const std::string& folder, std::uint32_t number) {
    return fmt::format("{}/{}{:06}{}", folder, prefix, number, raw_suffix);
}

std::string packed_piece_path(const std::string& folder, std::uint32_t number) {
    return fmt::format("{}/{}{:06}{}", folder, prefix, number, packed_suffix);
}

core::result<std::vector<log_piece>> list_pieces(disk& where, const std::string& folder) {
    std::vector<std::string> names;
    if (const int got = where.list(folder, names); got < 0)
        return disk_failure(-got, "list the pieces of the outcome log in", folder,
                            core::trouble::missing);
    std::map<std::uint32_t, log_piece> by_number;
    for (const auto& name : names)
        if (auto piece = piece_named(folder, name))
            if (auto& known = by_number[piece->number]; known.number == 0 || piece->compressed)
                known = std::move(*piece);
    std::vector<log_piece> pieces;
    for (auto& [number, piece] : by_number)
        pieces.push_back(std::move(piece));
    const auto last = pieces.empty() ? 0 : pieces.back().number;
    pieces.push_back({last + 1, current_piece_path(folder), false});
    return pieces;
}

core::result<piece_reader> piece_reader::open(disk& where, const log_piece& piece) {
    auto file = disk_file::open(where, piece.path, open_mode::read);
    if (!file) return file.error();
    piece_reader made;
    made.file_ = std::move(*file);
    if (piece.compressed) made.context_.reset(ZSTD_createDCtx());
    return made;
}

// More bytes at the end of buffer_; false when there are none.
core::result<bool> piece_reader::fill() {
    buffer_.erase(0, used_);
    base_ += used_;
    used_ = 0;
    if (context_) return fill_packed();
    const auto size = file_.size();
    if (!size) return size.error();
    const auto left = *size > file_at_ ? *size - file_at_ : 0;
    const auto had = buffer_.size();
    buffer_.resize(had + static_cast<std::size_t>(std::min<std::uint64_t>(left, chunk_bytes)));
    const auto got = file_.read(std::as_writable_bytes(std::span(buffer_)).subspan(had), file_at_);
    if (!got) return got.error();
    buffer_.resize(had + *got);
    file_at_ += *got;
    return *got != 0;
}

core::result<bool> piece_reader::fill_packed() {
    const auto had = buffer_.size();
    buffer_.resize(had + chunk_bytes);
    ZSTD_outBuffer out{buffer_.data() + had, chunk_bytes, 0};
    while (out.pos < out.size) {
        if (packed_at_ == packed_.size()) {
            packed_.resize(chunk_bytes);
            const auto got = file_.read(packed_, file_at_);
            if (!got) return got.error();
            packed_.resize(*got);
            packed_at_ = 0;
            file_at_ += *got;
            if (*got == 0) break;
        }
        ZSTD_inBuffer in{packed_.data(), packed_.size(), packed_at_};
        const auto left = ZSTD_decompressStream(context_.get(), &out, &in);
        packed_at_ = in.pos;
        if (ZSTD_isError(left) != 0) return damaged(file_.path(), ZSTD_getErrorName(left));
        frame_open_ = left != 0;
    }
    if (out.pos == 0 && frame_open_) return damaged(file_.path(), "it is cut");
    buffer_.resize(had + out.pos);
    return out.pos != 0;
}

core::result<void> piece_reader::skip_to(std::uint64_t offset) {
    if (!context_ && offset > base_ + buffer_.size()) {
        buffer_.clear();
        used_ = 0;
        base_ = file_at_ = offset;
    }
    while (base_ + buffer_.size() < offset) {
        used_ = buffer_.size();
        const auto more = fill();
        if (!more) return more.error();
        if (!*more) break;
    }
    if (base_ + buffer_.size() >= offset) used_ = static_cast<std::size_t>(offset - base_);
    return {};
}

core::result<std::optional<piece_line>> piece_reader::next() {
    std::size_t looked = 0;
    while (!over_) {
        const auto rest = std::string_view(buffer_).substr(used_);
        if (const auto end = rest.find('\n', looked); end != std::string_view::npos) {
            const piece_line line{rest.substr(0, end), base_ + used_, true};
            used_ += end + 1;
            return std::optional(line);
        }
        looked = rest.size();
        const bool too_long = looked > codec::outcome_line::bytes_max;
        const auto more = too_long ? core::result<bool>(false) : fill();
        if (!more) return more.error();
        if (*more) continue;
        over_ = true;
        const auto last = std::string_view(buffer_).substr(used_);
        if (!last.empty()) return std::optional(piece_line{last, base_ + used_, false});
    }
    return std::optional<piece_line>();
}

core::result<std::string_view> piece_reader::take_bytes() {
    used_ = buffer_.size();
    const auto more = fill();
    if (!more) return more.error();
    return std::string_view(buffer_);
}

core::result<piece_writer> piece_writer::open(disk& where, std::string path, int level) {
    const auto fresh = fresh_path(path);
    if (const int got = where.unlink(fresh); got < 0 && got != -ENOENT)
        return disk_failure(-got, "remove", fresh, core::trouble::journal);
    auto file = disk_file::open(where, fresh, open_mode::create_new);
    if (!file) return file.error();
    piece_writer made;
    made.file_ = std::move(*file);
    made.path_ = std::move(path);
    if (level != 0) {
        made.context_.reset(ZSTD_createCCtx());
        ZSTD_CCtx_setParameter(made.context_.get(), ZSTD_c_compressionLevel, level);
        ZSTD_CCtx_setParameter(made.context_.get(), ZSTD_c_checksumFlag, 1);
        made.packed_.resize(ZSTD_CStreamOutSize());
    }
    return made;
}

core::result<void> piece_writer::append(std::string_view text) {
    if (context_) return pack(text, ZSTD_e_continue);
    if (auto done = file_.write(text, size_); !done) return done;
    size_ += text.size();
    return {};
}

core::result<void> piece_writer::pack(std::string_view text, ZSTD_EndDirective how) {
    ZSTD_inBuffer in{text.data(), text.size(), 0};
    for (;;) {
        ZSTD_outBuffer out{packed_.data(), packed_.size(), 0};
        const auto left = ZSTD_compressStream2(context_.get(), &out, &in, how);
        if (ZSTD_isError(left) != 0)
            return core::failure{
                core::trouble::internal,
                fmt::format("cannot compress {}: {}", path_, ZSTD_getErrorName(left))};
        const auto part = std::span<const std::byte>(packed_).first(out.pos);
        if (auto done = file_.write(part, size_); !done) return done;
        size_ += out.pos;
        if (how == ZSTD_e_end ? left == 0 : in.pos == in.size) return {};
    }
}

core::result<void> piece_writer::finish() {
    if (context_)
        if (auto done = pack({}, ZSTD_e_end); !done) return done;
    if (auto done = file_.sync(); !done) return done;
    auto& where = file_.where();
    file_.close();
    if (const int got = where.rename(fresh_path(path_), path_); got < 0)
        return disk_failure(-got, "replace", path_, core::trouble::journal);
    if (const int got = where.sync_folder(folder_of(path_)); got < 0)
        return disk_failure(-got, "sync the folder of", path_, core::trouble::journal);
    return {};
}

void piece_writer::discard() {
    if (!file_.is_open()) return;
    auto& where = file_.where();
    file_.close();
    where.unlink(fresh_path(path_));
}

core::result<piece_packer> piece_packer::begin(disk& where, const std::string& folder,
                                               std::uint32_t number, int level) {
    piece_packer made;
    made.where_ = &where;
    made.raw_path_ = rotated_piece_path(folder, number);
    auto from = piece_reader::open(where, {number, made.raw_path_, false});
    if (!from) return from.error();
    auto to = piece_writer::open(where, packed_piece_path(folder, number), std::max(level, 1));
    if (!to) return to.error();
    made.from_ = std::move(*from);
    made.to_ = std::move(*to);
    return made;
}

core::result<bool> piece_packer::step() {
    const auto bytes = from_->take_bytes();
    auto done = bytes ? core::result<void>() : core::result<void>(bytes.error());
    if (done) done = bytes->empty() ? to_->finish() : to_->append(*bytes);
    if (!done) {
        to_->discard();
        return done.error();
    }
    if (!bytes->empty()) return false;
    // What is left of it after a crash here is removed by the next open().
    if (const int got = where_->unlink(raw_path_); got < 0)
        return disk_failure(-got, "remove", raw_path_, core::trouble::journal);
    return true;
}

}  // namespace tidings::store
