// Lists as files in a folder of their own, plain or packed, for tests that read them.
#pragma once

#include "support/file_text.hpp"
#include "support/scratch_folder.hpp"

#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

namespace tidings::tests {

class list_files : public testing::Test {
  protected:
    std::string path(std::string_view name) const { return (folder_.path() / name).string(); }

    std::string put(std::string_view name, std::string_view bytes) const {
        std::ofstream out(path(name), std::ios::binary | std::ios::trunc);
        out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        return path(name);
    }
    void append(std::string_view name, std::string_view bytes) const {
        std::ofstream(path(name), std::ios::binary | std::ios::app) << bytes;
    }
    std::string content(std::string_view name) const { return file_text(path(name)); }

    static std::string gzipped(std::string_view bytes) {
        z_stream state{};
        deflateInit2(&state, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
        std::string out(deflateBound(&state, bytes.size()) + 64, '\0');
        std::string in(bytes);
        state.next_in = reinterpret_cast<Bytef*>(in.data());
        state.avail_in = static_cast<uInt>(in.size());
        state.next_out = reinterpret_cast<Bytef*>(out.data());
        state.avail_out = static_cast<uInt>(out.size());
        deflate(&state, Z_FINISH);
        out.resize(state.total_out);
        deflateEnd(&state);
        return out;
    }

    static std::string zstd_packed(std::string_view bytes, int window_log = 0) {
        auto* const state = ZSTD_createCCtx();
        ZSTD_CCtx_setParameter(state, ZSTD_c_checksumFlag, 1);
        if (window_log != 0) ZSTD_CCtx_setParameter(state, ZSTD_c_windowLog, window_log);
        std::string out(ZSTD_compressBound(bytes.size()), '\0');
        if (window_log == 0) {
            out.resize(ZSTD_compress2(state, out.data(), out.size(), bytes.data(), bytes.size()));
        } else {  // streamed without a known size, so that the frame asks for the whole window
            ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
            ZSTD_outBuffer to{out.data(), out.size(), 0};
            ZSTD_compressStream2(state, &to, &in, ZSTD_e_flush);
            ZSTD_compressStream2(state, &to, &in, ZSTD_e_end);
            out.resize(to.pos);
        }
        ZSTD_freeCCtx(state);
        return out;
    }

  private:
    scratch_folder folder_;
};

}  // namespace tidings::tests
