#include "store/packed_bytes.hpp"

#include <cerrno>
#include <cstring>
#include <lzma.h>

#include <zlib.h>
#include <zstd.h>

#include <fcntl.h>
#include <unistd.h>

namespace tidings::store {
namespace {

constexpr std::size_t block_bytes = std::size_t{256} << 10;

core::failure list_failure(const std::string& path, const std::string& text) {
    return {core::trouble::list, path + ": " + text};
}

class plain final : public list_source::unpacking {
  public:
    explicit plain(input_file file) : file_(std::move(file)) {}
    core::result<std::size_t> read(std::span<char> out) override { return file_.read(out); }
    core::result<void> rewind() override { return file_.rewind(); }

  private:
    input_file file_;
};

// A block of packed bytes on its way from the file to the unpacker.
class packed_block {
  public:
    explicit packed_block(input_file file) : file_(std::move(file)), bytes_(block_bytes) {}

    // Reads on when nothing is left; false at the end of the file.
    core::result<bool> fill() {
        if (at_ != size_) return true;
        auto got = file_.read(bytes_);
        if (!got) return got.error();
        at_ = 0;
        size_ = *got;
        return size_ != 0;
    }
    std::span<char> rest() { return std::span(bytes_).subspan(at_, size_ - at_); }
    void drop(std::size_t count) { at_ += count; }
    core::result<void> rewind() {
        at_ = size_ = 0;
        return file_.rewind();
    }
    // Of the next byte to unpack, in the file.
    std::uint64_t position() const { return file_.position() - (size_ - at_); }
    core::failure failed(const std::string& text) const {
        return list_failure(file_.path(), text + " at byte " + std::to_string(position()));
    }

  private:
    input_file file_;
    std::vector<char> bytes_;
    std::size_t at_ = 0;
    std::size_t size_ = 0;
};

class gzip final : public list_source::unpacking {
  public:
    explicit gzip(input_file file) : packed_(std::move(file)) {}
    ~gzip() override {
        if (begun_) inflateEnd(&state_);
    }
    gzip(const gzip&) = delete;
    gzip& operator=(const gzip&) = delete;

    bool begin() {
        constexpr int gzip_only = 16;
        begun_ = inflateInit2(&state_, MAX_WBITS + gzip_only) == Z_OK;
        return begun_;
    }

    core::result<std::size_t> read(std::span<char> out) override {
        std::size_t made = 0;
        while (made != out.size()) {
            auto more = packed_.fill();
            if (!more) return more.error();
            if (!*more) {
                if (inside_) return packed_.failed("the gzip data ends too early,");
                break;
            }
            if (!inside_ && skip_padding()) continue;
            auto got = unpack(out.subspan(made));
            if (!got) return got.error();
            made += *got;
        }
        return made;
    }

    core::result<void> rewind() override {
        inside_ = false;
        members_ = 0;
        inflateReset(&state_);
        return packed_.rewind();
    }

  private:
    // Between members and behind the last one zeros may stand (tapes, block devices).
    bool skip_padding() {
        if (members_ == 0) return false;
        std::size_t zeros = 0;
        for (const char c : packed_.rest()) {
            if (c != '\0') break;
            ++zeros;
        }
        packed_.drop(zeros);
        return zeros != 0;
    }

    core::result<std::size_t> unpack(std::span<char> out) {
        auto in = packed_.rest();
        state_.next_in = reinterpret_cast<Bytef*>(in.data());
        state_.avail_in = static_cast<uInt>(in.size());
        state_.next_out = reinterpret_cast<Bytef*>(out.data());
        state_.avail_out = static_cast<uInt>(std::min<std::size_t>(out.size(), UINT32_MAX));
        const auto room = state_.avail_out;
        inside_ = true;
        const int status = inflate(&state_, Z_NO_FLUSH);
        packed_.drop(in.size() - state_.avail_in);
        if (status == Z_STREAM_END) {
            inside_ = false;
            ++members_;
            inflateReset(&state_);
        } else if (status != Z_OK) {
            return packed_.failed(members_ == 0 ? "the gzip data is damaged"
                                                : "the gzip data is followed by something else,");
        }
        return static_cast<std::size_t>(room - state_.avail_out);
    }

    packed_block packed_;
    z_stream state_{};
    bool begun_ = false;
    bool inside_ = false;  // of a member
    std::uint64_t members_ = 0;
};

class zstd final : public list_source::unpacking {
  public:
    explicit zstd(input_file file) : packed_(std::move(file)), state_(ZSTD_createDCtx()) {}
    ~zstd() override { ZSTD_freeDCtx(state_); }
    zstd(const zstd&) = delete;
    zstd& operator=(const zstd&) = delete;

    bool begin() {
        return state_ != nullptr &&
               ZSTD_isError(ZSTD_DCtx_setParameter(state_, ZSTD_d_windowLogMax,
                                                   list_source::zstd_window_log_max)) == 0;
    }

    core::result<std::size_t> read(std::span<char> out) override {
        ZSTD_outBuffer made{out.data(), out.size(), 0};
        while (made.pos != made.size) {
            auto more = packed_.fill();
            if (!more) return more.error();
            auto rest = packed_.rest();
            ZSTD_inBuffer in{rest.data(), rest.size(), 0};
            const auto made_before = made.pos;
            if (!*more && !inside_) break;
            const auto left = ZSTD_decompressStream(state_, &made, &in);
            packed_.drop(in.pos);
            if (ZSTD_isError(left) != 0) return damaged(left);
            inside_ = left != 0;
            const bool stuck = !*more && made.pos == made_before;
            if (stuck && inside_) return packed_.failed("the zstd data ends too early,");
        }
        return made.pos;
    }

    core::result<void> rewind() override {
        inside_ = false;
        ZSTD_DCtx_reset(state_, ZSTD_reset_session_only);
        return packed_.rewind();
    }

  private:
    core::failure damaged(std::size_t code) const {
        const std::string name = ZSTD_getErrorName(code);
        if (name.find("memory") != std::string::npos)
            return packed_.failed(
                "the zstd data wants a window of over 32 MiB (compress it without "
                "--long or --ultra):");
        return packed_.failed("the zstd data is damaged (" + name + ")");
    }

    packed_block packed_;
    ZSTD_DCtx* state_;
    bool inside_ = false;  // of a frame
};

class xz final : public list_source::unpacking {
  public:
    explicit xz(input_file file) : packed_(std::move(file)) {}
    ~xz() override { lzma_end(&state_); }
    xz(const xz&) = delete;
    xz& operator=(const xz&) = delete;

    bool begin() {
        return lzma_stream_decoder(&state_, list_source::xz_memory_max, LZMA_CONCATENATED) ==
               LZMA_OK;
    }

    core::result<std::size_t> read(std::span<char> out) override {
        state_.next_out = reinterpret_cast<std::uint8_t*>(out.data());
        state_.avail_out = out.size();
        while (state_.avail_out != 0 && !over_) {
            auto more = packed_.fill();
            if (!more) return more.error();
            auto in = packed_.rest();
            state_.next_in = reinterpret_cast<const std::uint8_t*>(in.data());
            state_.avail_in = in.size();
            const auto status = lzma_code(&state_, *more ? LZMA_RUN : LZMA_FINISH);
            packed_.drop(in.size() - state_.avail_in);
            over_ = status == LZMA_STREAM_END;
            if (status == LZMA_OK || over_) continue;
            if (status == LZMA_MEMLIMIT_ERROR)
                return packed_.failed(
                    "the xz data wants over 128 MiB of memory (compress it with "
                    "-6 or less):");
            return packed_.failed(status == LZMA_BUF_ERROR ? "the xz data ends too early,"
                                                           : "the xz data is damaged");
        }
        return out.size() - state_.avail_out;
    }

    core::result<void> rewind() override {
        over_ = false;
        if (!begin()) return core::failure{core::trouble::internal, "liblzma cannot begin"};
        return packed_.rewind();
    }

  private:
    packed_block packed_;
    lzma_stream state_ = LZMA_STREAM_INIT;
    bool over_ = false;
};

}  // namespace

input_file::input_file(int descriptor, std::string path)
    : descriptor_(descriptor), path_(std::move(path)) {
    ::posix_fadvise(descriptor_, 0, 0, POSIX_FADV_SEQUENTIAL);
}

input_file::~input_file() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

input_file::input_file(input_file&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::move(other.path_)),
      position_(other.position_) {}

core::result<std::size_t> input_file::read(std::span<char> out) {
    std::size_t got = 0;
    while (got != out.size()) {
        const auto count = ::read(descriptor_, out.data() + got, out.size() - got);
        if (count == 0) break;
        if (count < 0) {
            if (errno == EINTR) continue;
            return list_failure(path_, std::string("cannot be read: ") + std::strerror(errno));
        }
        got += static_cast<std::size_t>(count);
        position_ += static_cast<std::size_t>(count);
    }
    return got;
}

core::result<void> input_file::rewind() {
    if (::lseek(descriptor_, 0, SEEK_SET) < 0)
        return list_failure(path_,
                            "can be read once only: give a file, or \"-\" for standard input");
    position_ = 0;
    return {};
}

std::unique_ptr<list_source::unpacking> plain_bytes(input_file file) {
    return std::make_unique<plain>(std::move(file));
}

core::result<std::unique_ptr<list_source::unpacking>> gzip_bytes(input_file file) {
    auto made = std::make_unique<gzip>(std::move(file));
    if (!made->begin()) return core::failure{core::trouble::internal, "zlib cannot begin"};
    return std::unique_ptr<list_source::unpacking>(std::move(made));
}

core::result<std::unique_ptr<list_source::unpacking>> zstd_bytes(input_file file) {
    auto made = std::make_unique<zstd>(std::move(file));
    if (!made->begin()) return core::failure{core::trouble::internal, "zstd cannot begin"};
    return std::unique_ptr<list_source::unpacking>(std::move(made));
}

core::result<std::unique_ptr<list_source::unpacking>> xz_bytes(input_file file) {
    auto made = std::make_unique<xz>(std::move(file));
    if (!made->begin()) return core::failure{core::trouble::internal, "liblzma cannot begin"};
    return std::unique_ptr<list_source::unpacking>(std::move(made));
}

}  // namespace tidings::store
