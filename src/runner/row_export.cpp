#include "runner/row_export.hpp"

namespace tidings::runner {
namespace {

void write(std::ostream& out, std::string_view bytes) {
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace

core::result<std::uint64_t> export_rows(store::list_rows_options list, std::ostream& out,
                                        const std::function<bool(core::row_number)>& chosen) {
    auto rows = store::list_rows::open(std::move(list));
    if (!rows) return rows.error();
    write(out, rows->header_bytes());
    core::row_number row = 0;
    std::uint64_t written = 0;
    bool last_was_chosen = false;
    for (;;) {
        auto more = rows->advance();
        if (!more) return more.error();
        if (last_was_chosen) write(out, rows->tail_of_previous());
        if (!*more) break;
        for (const auto& one : rows->rows()) {
            last_was_chosen = chosen(++row);
            if (!last_was_chosen) continue;
            write(out, one.bytes);
            ++written;
        }
        if (!out)
            return core::failure{core::trouble::disk_full, "the exported rows cannot be written"};
    }
    out.flush();
    if (!out) return core::failure{core::trouble::disk_full, "the exported rows cannot be written"};
    return written;
}

}  // namespace tidings::runner
