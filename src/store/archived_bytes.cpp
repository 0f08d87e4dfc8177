// The ways of store/packed_bytes.hpp that need an archive's reader, or rewrite another's bytes.
#include "store/archive_reader.hpp"
#include "store/packed_bytes.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

namespace tidings::store {
namespace {

constexpr std::size_t filtered_block_bytes = std::size_t{64} << 10;

core::failure list_failure(const std::string& path, const std::string& text) {
    return {core::trouble::list, path + ": " + text};
}

class bzip2 final : public list_source::unpacking {
  public:
    explicit bzip2(input_file file) : file_(std::move(file)) {}
    core::result<void> begin() {
        auto in =
            archive_reader::open(file_.descriptor(), file_.path(), archive_reader::kind::bzip2);
        if (!in) return in.error();
        const auto any = in->next();
        if (!any) return any.error();
        in_.reset();
        if (*any) in_.emplace(std::move(*in));
        return {};
    }
    core::result<std::size_t> read(std::span<char> out) override {
        return in_ ? in_->read(out) : core::result<std::size_t>(0U);
    }
    core::result<void> rewind() override { return begin(); }

  private:
    input_file file_;
    std::optional<archive_reader> in_;  // none: it unpacks to nothing
};

// What programs put into archives on their own.
bool is_litter(std::string_view name) {
    const auto last = name.substr(name.rfind('/') + 1);
    return name.starts_with("__MACOSX/") || last.starts_with("._") || last == ".DS_Store" ||
           last == "Thumbs.db" || last == "desktop.ini";
}

class zip final : public list_source::unpacking {
  public:
    explicit zip(input_file file) : file_(std::move(file)) {}

    core::result<void> begin() {
        std::size_t files = 0;
        auto looked = walk([&](archive_reader& in) {
            if (files++ == 0) member_ = in.name();
            return false;
        });
        if (!looked) return looked.error();
        if (files == 0) return list_failure(file_.path(), "the archive holds no file");
        if (files > 1)
            return list_failure(file_.path(), "the archive holds " + std::to_string(files) +
                                                  " files: unpack it, and name the one that is "
                                                  "the list");
        return rewind();
    }

    core::result<std::size_t> read(std::span<char> out) override { return in_->read(out); }

    core::result<void> rewind() override {
        return walk([&](archive_reader& in) {
            if (in.name() != member_) return false;
            in_.emplace(std::move(in));
            return true;
        });
    }
    std::string name() const override { return member_; }

  private:
    // Shows the files of the archive until `take` has taken one.
    template <class Take>
    core::result<void> walk(Take take) {
        auto in = archive_reader::open(file_.descriptor(), file_.path(), archive_reader::kind::zip);
        if (!in) return in.error();
        for (;;) {
            const auto more = in->next();
            if (!more) return more.error();
            if (!*more) return {};
            if (archive_reader::strays(in->name()))
                return list_failure(file_.path(),
                                    "a name in the archive leads out of it; unpack it with care");
            if (!in->is_file() || is_litter(in->name())) continue;
            if (in->is_locked())
                return list_failure(file_.path(), "the archive has a password: unpack it");
            if (take(*in)) return {};
        }
    }

    input_file file_;
    std::string member_;
    std::optional<archive_reader> in_;
};

class filtered final : public list_source::unpacking {
  public:
    filtered(std::unique_ptr<list_source::unpacking> from,
             std::unique_ptr<codec::list_filter> filter, std::string path)
        : from_(std::move(from)),
          filter_(std::move(filter)),
          path_(std::move(path)),
          block_(filtered_block_bytes) {}

    core::result<std::size_t> read(std::span<char> out) override {
        std::size_t made = 0;
        while (made != out.size()) {
            if (at_ == text_.size()) {
                if (ended_) break;
                if (auto more = fill(); !more) return more.error();
                continue;
            }
            const auto count = std::min(out.size() - made, text_.size() - at_);
            std::memcpy(out.data() + made, text_.data() + at_, count);
            at_ += count;
            made += count;
        }
        return made;
    }
    core::result<void> rewind() override {
        text_.clear();
        at_ = 0;
        ended_ = false;
        filter_->rewind();
        return from_->rewind();
    }
    std::string name() const override { return from_->name(); }

  private:
    core::result<void> fill() {
        text_.clear();
        at_ = 0;
        const auto got = from_->read(block_);
        if (!got) return got.error();
        ended_ = *got < block_.size();
        const auto done = filter_->append(text_, {block_.data(), *got}, ended_);
        if (!done) return list_failure(path_, done.error().text);
        return {};
    }

    std::unique_ptr<list_source::unpacking> from_;
    std::unique_ptr<codec::list_filter> filter_;
    std::string path_;
    std::vector<char> block_;
    std::string text_;
    std::size_t at_ = 0;
    bool ended_ = false;
};

}  // namespace

core::result<std::unique_ptr<list_source::unpacking>> bzip2_bytes(input_file file) {
    auto made = std::make_unique<bzip2>(std::move(file));
    if (auto ready = made->begin(); !ready) return ready.error();
    return std::unique_ptr<list_source::unpacking>(std::move(made));
}

core::result<std::unique_ptr<list_source::unpacking>> zip_bytes(input_file file) {
    auto made = std::make_unique<zip>(std::move(file));
    if (auto ready = made->begin(); !ready) return ready.error();
    return std::unique_ptr<list_source::unpacking>(std::move(made));
}

std::unique_ptr<list_source::unpacking> filtered_bytes(std::unique_ptr<list_source::unpacking> from,
                                                       std::unique_ptr<codec::list_filter> filter,
                                                       std::string path) {
    return std::make_unique<filtered>(std::move(from), std::move(filter), std::move(path));
}

}  // namespace tidings::store
