#include "store/workbook_parts.hpp"

#include "codec/sheets/xlsx_parts.hpp"

#include <algorithm>

namespace tidings::store {
namespace {

constexpr std::size_t block_bytes = std::size_t{64} << 10;

}  // namespace

core::result<bool> open_part::feed(codec::xml_stream& stream) {
    core::result<void> done;
    bool last = false;
    if (stream.paused()) {
        done = stream.go_on();
    } else {
        block_.resize(block_bytes);
        const auto got = in_.read(block_);
        if (!got) return got.error();
        last = *got == 0;
        done = stream.feed({block_.data(), *got}, last);
    }
    if (!done) return core::failure{done.error().kind, named_ + done.error().text};
    return !stream.finished() && (!last || stream.paused());
}

core::result<workbook_parts> workbook_parts::open(input_file file) {
    workbook_parts made(std::move(file));
    auto in = archive_reader::open(made.file_.descriptor(), made.path(), archive_reader::kind::zip);
    if (!in) return in.error();
    for (;;) {
        const auto more = in->next();
        if (!more) return more.error();
        if (!*more) break;
        if (!in->is_file()) continue;
        if (in->is_locked())
            return made.failed("it has a password: save it without one, or as CSV");
        made.names_.push_back(codec::part_name(in->name()));
    }
    return made;
}

bool workbook_parts::has(std::string_view name) const {
    return std::find(names_.begin(), names_.end(), name) != names_.end();
}

bool workbook_parts::has_folder(std::string_view name) const {
    return std::any_of(names_.begin(), names_.end(), [&](const std::string& one) {
        return one.size() > name.size() && one.starts_with(name) && one[name.size()] == '/';
    });
}

core::result<std::optional<open_part>> workbook_parts::part(std::string_view name) {
    using found = std::optional<open_part>;
    auto in = archive_reader::open(file_.descriptor(), path(), archive_reader::kind::zip);
    if (!in) return in.error();
    for (;;) {
        const auto more = in->next();
        if (!more) return more.error();
        if (!*more) return found();
        if (in->is_file() && codec::part_name(in->name()) == name)
            return found(open_part(std::move(*in), path() + ": " + std::string(name) + ": "));
    }
}

core::result<bool> workbook_parts::read(std::string_view name, codec::xml_listener& listener) {
    auto in = part(name);
    if (!in) return in.error();
    if (!*in) return false;
    codec::xml_stream stream(listener);
    for (;;) {
        const auto more = (*in)->feed(stream);
        if (!more) return more.error();
        if (!*more) return true;
    }
}

}  // namespace tidings::store
