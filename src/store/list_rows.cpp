#include "store/list_rows.hpp"

#include <algorithm>
#include <cstring>

namespace tidings::store {

using codec::list_format;

namespace {

// A file of bare numbers may open with remarks, which say nothing about its format.
std::string_view behind_comments(std::string_view text) {
    for (;;) {
        text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
        if (!text.starts_with('#')) return text;
        text.remove_prefix(std::min(text.find('\n'), text.size()));
    }
}

// The name of a column has fewer.
constexpr std::ptrdiff_t digits_of_a_number = 5;

std::ptrdiff_t digits_in(std::string_view text) {
    return std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

list_rows::list_rows(list_rows_options options, list_source source)
    : options_(std::move(options)),
      source_(std::move(source)),
      reader_(codec::line_rows(options_.comments)),
      rows_(rows_per_call_max) {
    options_.block_bytes = std::clamp<std::size_t>(options_.block_bytes, 1, std::size_t{16} << 20);
    // A whole row, the rest of another one, and a block behind it always fit.
    room_.resize(codec::row_bytes_max + 1 + options_.block_bytes + codec::ndjson_rows::padding);
}

core::failure list_rows::named(core::failure what) const {
    what.text.insert(0, options_.path + ": ");
    return what;
}

list_oddities list_rows::oddities() const {
    auto made = source_.oddities();
    if (!header_note_.empty()) made.notes.insert(made.notes.begin(), header_note_);
    return made;
}

// What is hidden may be what is missing.
core::failure list_rows::with_oddities(core::failure what) const {
    for (const auto& note : source_.oddities().notes)
        what.text += "; " + note;
    return named(std::move(what));
}

core::result<void> list_rows::fill() {
    if (begin_ != 0) {
        std::memmove(room_.data(), room_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    const auto room =
        std::min(options_.block_bytes, room_.size() - codec::ndjson_rows::padding - end_);
    auto got = source_.read({room_.data() + end_, room});
    if (!got) return got.error();
    end_ += *got;
    last_ = *got < room;
    return {};
}

core::result<list_rows> list_rows::open(list_rows_options options) {
    auto source = list_source::open(options.path, {options.columns, options.header_row});
    if (!source) return source.error();
    list_rows made(std::move(options), std::move(*source));
    if (auto ready = made.read_head(); !ready) return ready.error();
    return made;
}

core::result<void> list_rows::read_head() {
    while (!last_ && end_ < codec::format_probe_bytes)
        if (auto more = fill(); !more) return more.error();
    const auto mark =
        window().starts_with(codec::byte_order_mark) ? codec::byte_order_mark : std::string_view();
    header_bytes_ = mark;
    begin_ += mark.size();

    auto probe = window().substr(0, codec::format_probe_bytes);
    if (options_.comments && !options_.format && probe.find('#') != std::string_view::npos) {
        probe = behind_comments(probe);
        if (probe.empty()) return {};  // nothing but comments: plain lines
    }
    if (source_.is_sheet()) {
        format_ = list_format::csv;
        if (window().empty()) return with_oddities({core::trouble::list, "the list has no rows"});
        return read_csv_header(',');
    }
    auto guessed = codec::guess_format(source_.name(), probe);
    if (!guessed) return named(guessed.error());
    format_ = options_.format.value_or(*guessed);
    switch (format_) {
        case list_format::lines: return check_lines();
        case list_format::csv: return read_csv_header(',');
        case list_format::tsv: return read_csv_header('\t');
        case list_format::ndjson: break;
    }
    codec::ndjson_rows objects(options_.columns);
    for (;;) {
        auto checked = objects.check_first(window(), last_);
        if (!checked) return named(checked.error());
        if (*checked) break;
        if (auto more = fill(); !more) return more.error();
    }
    reader_ = std::move(objects);
    return {};
}

// Numbers alone say nothing of when and whether.
core::result<void> list_rows::check_lines() const {
    for (const auto& field : codec::list_fields)
        if (field.decides && !(options_.columns.*field.name).empty())
            return named({core::trouble::list,
                          "plain lines have no column \"" + options_.columns.*field.name +
                              "\", which recipients." + std::string(field.key) +
                              " names: take the key out, or use a list with columns"});
    return {};
}

core::result<void> list_rows::read_csv_header(char separator) {
    const codec::csv_layout layout{separator, source_.is_sheet(), options_.header_row};
    codec::csv_rows rows(layout, options_.columns);
    auto taken = rows.read_header(window(), last_);
    while (taken && *taken == 0) {
        if (last_ || window().size() > codec::row_bytes_max)
            return named({core::trouble::list, "the header never ends"});
        if (auto more = fill(); !more) return more.error();
        taken = rows.read_header(window(), last_);
    }
    const bool sole = options_.only_column_will_do && rows.header().size() == 1;
    if (!taken && sole && digits_in(rows.header().front()) >= digits_of_a_number) {
        // "+14155550100 (mobile)" is no name of a column: nobody shall be taken for a header.
        format_ = list_format::lines;
        return {};
    }
    if (!taken && sole) {
        rows = codec::csv_rows(layout, {.to = rows.header().front()});
        taken = rows.read_header(window(), last_);
    }
    if (!taken) return with_oddities(taken.error());
    if (rows.titles() > 0)
        header_note_ = "the header is line " + std::to_string(rows.header_line()) +
                       "; what stands above it is no row (recipients.header_row)";
    header_bytes_ += window().substr(0, *taken);
    begin_ += *taken;
    reader_ = std::move(rows);
    return {};
}

core::result<bool> list_rows::advance() {
    tail_ = {};
    rows_found_ = 0;
    for (;;) {
        const auto done = std::visit(
            [&](auto& rows) { return rows.read(window(), last_, std::span(rows_)); }, reader_);
        tail_ = window().substr(0, done.tail_bytes);
        begin_ += done.bytes;
        rows_found_ = done.rows;
        if (done.rows != 0 || done.tail_bytes != 0) return true;
        if (last_ && begin_ == end_) return false;
        if (done.bytes != 0) continue;
        if (auto more = fill(); !more) return more.error();
    }
}

core::result<void> list_rows::rewind() {
    if (auto back = source_.rewind(); !back) return named(back.error());
    begin_ = end_ = 0;
    last_ = false;
    tail_ = {};
    rows_found_ = 0;
    while (!last_ && end_ < header_bytes_.size())
        if (auto more = fill(); !more) return more.error();
    if (!window().starts_with(header_bytes_))
        return named({core::trouble::list, "the list was changed while it was being read"});
    begin_ = header_bytes_.size();
    std::visit([](auto& rows) { rows.rewind(); }, reader_);
    return {};
}

}  // namespace tidings::store
