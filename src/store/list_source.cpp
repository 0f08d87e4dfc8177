#include "store/list_source.hpp"

#include "codec/lists/foreign_formats.hpp"
#include "codec/lists/list_text.hpp"
#include "store/packed_bytes.hpp"
#include "store/workbook_bytes.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tidings::store {
namespace {

using namespace std::string_view_literals;
using unpacked = std::unique_ptr<list_source::unpacking>;

core::failure list_failure(const std::string& path, std::string_view text) {
    return {core::trouble::list, path + ": " + std::string(text)};
}

core::failure cannot_open(const std::string& path, int error) {
    if (error == ENOENT) return list_failure(path, "there is no such file");
    if (error == EACCES) return list_failure(path, "this user may not read it");
    return list_failure(path, std::strerror(error));
}

core::result<unpacked> archived(input_file file, const list_source_options& options) {
    auto parts = workbook_parts::open(std::move(file));
    if (!parts) return parts.error();
    const auto workbook = is_workbook(*parts);
    if (!workbook) return workbook.error();
    if (*workbook) return workbook_bytes(std::move(*parts), options);
    return zip_bytes(std::move(*parts).take_file());
}

// A way of packing: its first bytes, and the endings of names that promise it.
struct packing {
    std::string_view magic;
    std::string_view ending;
    core::result<unpacked> (*open)(input_file);
};
constexpr std::array<packing, 4> packings = {{
    {"\x1F\x8B"sv, ".gz", gzip_bytes},
    {"\x28\xB5\x2F\xFD"sv, ".zst", zstd_bytes},
    {"\xFD\x37zXZ\0"sv, ".xz", xz_bytes},
    {"BZh"sv, ".bz2", bzip2_bytes},
}};
constexpr std::array<std::string_view, 3> archive_endings = {".zip", ".xlsx", ".ods"};

// Frames that are to be skipped may stand before the first zstd frame.
bool is_skippable_frame(std::string_view head) {
    return head.size() >= 4 && (head[0] & '\xF0') == '\x50' && head.substr(1, 3) == "\x2A\x4D\x18";
}

core::result<unpacked> opened(input_file file, std::string_view head,
                              const list_source_options& options) {
    const auto path = file.path();
    for (const auto& one : packings)
        if (head.starts_with(one.magic)) return one.open(std::move(file));
    if (is_skippable_frame(head)) return zstd_bytes(std::move(file));
    if (head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06"))
        return archived(std::move(file), options);
    bool promised = false;
    for (const auto& one : packings)
        promised = promised || path.ends_with(one.ending);
    for (const auto ending : archive_endings)
        promised = promised || path.ends_with(ending);
    if (promised && !head.empty() && codec::words_for_foreign(head).empty())
        return list_failure(path,
                            "the name says compressed, but the first bytes are not: rename or "
                            "repair it");
    return plain_bytes(std::move(file));
}

// A workbook with a password is not one that is only old.
core::result<bool> has_encrypted_package(input_file& file) {
    std::vector<char> block(std::size_t{1} << 20);
    const auto got = file.read(block);
    if (!got) return got.error();
    std::string wanted;
    for (const char c : "EncryptedPackage"sv)
        wanted += {c, '\0'};
    return std::string_view(block.data(), *got).find(wanted) != std::string_view::npos;
}

}  // namespace

list_source::list_source() = default;
list_source::~list_source() = default;
list_source::list_source(list_source&&) noexcept = default;
list_source& list_source::operator=(list_source&&) noexcept = default;

core::result<list_source> list_source::open(const std::string& path,
                                            const list_source_options& options) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) return cannot_open(path, errno);
    input_file file(descriptor, path);
    struct stat facts {};
    if (::fstat(descriptor, &facts) != 0) return cannot_open(path, errno);
    if (S_ISDIR(facts.st_mode)) return list_failure(path, "this is a folder, not a list");
    // Several passes are made over a list, so it must be one that can be read again.
    if (!S_ISREG(facts.st_mode))
        return list_failure(path,
                            "this is no regular file; pipe it to standard input and name \"-\" as "
                            "the list");
    std::vector<char> head(codec::list_text_probe_bytes);
    auto got = file.read(std::span(head).first(8));
    if (!got) return got.error();
    const std::string magic(head.data(), *got);
    if (magic == "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv) {
        const auto locked = has_encrypted_package(file);
        if (!locked) return locked.error();
        if (*locked) return list_failure(path, "it has a password: save it without one, or as CSV");
    }
    if (auto back = file.rewind(); !back) return back.error();

    auto bytes = opened(std::move(file), magic, options);
    if (!bytes) return bytes.error();
    list_source made;
    made.path_ = path;
    made.bytes_ = std::move(*bytes);
    made.name_ = made.bytes_->name().empty() ? path : made.bytes_->name();
    made.is_sheet_ = made.bytes_->is_sheet();
    if (made.is_sheet_) return made;
    got = made.bytes_->read(head);
    if (!got) return got.error();
    const std::string_view text(head.data(), *got);
    if (const auto words = codec::words_for_foreign(text); !words.empty())
        return list_failure(path, words);
    if (auto filter = codec::filter_for(text, *got < head.size()))
        made.bytes_ = filtered_bytes(std::move(made.bytes_), std::move(filter), path);
    if (auto back = made.bytes_->rewind(); !back) return back.error();
    return made;
}

core::result<std::size_t> list_source::read(std::span<char> out) {
    return bytes_->read(out);
}
core::result<void> list_source::rewind() {
    return bytes_->rewind();
}
list_oddities list_source::oddities() const {
    return bytes_->oddities();
}

}  // namespace tidings::store
