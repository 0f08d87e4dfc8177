#include "runner/list_reader.hpp"

#include "codec/lists/cell_spelling.hpp"
#include "codec/text/utf8.hpp"
#include "core/wording.hpp"

#include <algorithm>

namespace tidings::runner {
namespace {

constexpr std::size_t zone_bytes_max = 64;

}  // namespace

std::vector<std::string> number_notes::texts() const {
    std::vector<std::string> all;
    const auto say = [&all](const note& one, std::string_view single, std::string_view many) {
        if (one.rows == 0) return;
        all.push_back(core::shown_count(one.rows) + std::string(one.rows == 1 ? single : many) +
                      ", e.g. " + one.example);
    };
    say(corrected, " number was corrected", " numbers were corrected");
    const std::string plan =
        " not known to the numbering plan of " + plan_day + " and sent to as it stands";
    say(beyond_plan, " number is" + plan, " numbers are" + plan);
    const std::string near = " may be the phone of another row; both are sent to";
    say(near_another, " number" + near, " numbers" + near);
    const std::string by_number = " that is not understood and is judged by its number";
    say(region_unknown, " row has a region" + by_number, " rows have a region" + by_number);
    return all;
}

list_reader::list_reader(list_reader_options options, store::list_rows rows,
                         codec::phone_speller speller)
    : options_(std::move(options)),
      rows_(std::move(rows)),
      speller_(std::move(speller)),
      zones_(std::make_unique<zone_names>()),
      screen_(options_.screen, speller_.plan()),
      places_({.time_zones = !options_.columns.time_zone.empty(),
               .regions = !options_.columns.region.empty(),
               .rules_differ = options_.rules_differ},
              speller_.plan()) {
    constexpr auto rows_max = store::list_rows::rows_per_call_max;
    call_.numbers.resize(rows_max);
    call_.fresh.resize(rows_max);
    call_.near.resize(rows_max);
    call_.today.resize(rows_max);
    options_.batch_rows =
        std::clamp<std::size_t>(options_.batch_rows, store::list_rows::rows_per_call_max, 65536);
    if (options_.screen_duplicates) seen_ = std::make_unique<core::number_set>();
    notes_.plan_day = speller_.plan().day();
}

core::result<list_reader> list_reader::open(list_reader_options options) {
    auto speller = codec::phone_speller::make(options.default_region, options.numbers_by());
    if (!speller) return speller.error();
    store::list_rows_options of;
    of.path = options.path;
    of.format = options.format;
    of.columns = options.columns;
    of.header_row = options.header_row;
    auto rows = store::list_rows::open(std::move(of));
    if (!rows) return rows.error();
    return list_reader(std::move(options), std::move(*rows), std::move(*speller));
}

core::result<bool> list_reader::read(core::listed_batch& out) {
    out.clear();
    while (out.rows.size() + store::list_rows::rows_per_call_max <= options_.batch_rows) {
        auto more = rows_.advance();
        if (!more) return more.error();
        if (!*more && out.rows.empty()) return end_of_pass();
        if (!*more) break;
        take(rows_.rows(), out);
    }
    if (options_.witness)
        if (const auto seen = options_.witness(out); !seen) return seen.error();
    return true;
}

core::result<bool> list_reader::end_of_pass() {
    first_pass_done_ = true;
    if (row_ == 0)
        return core::failure{core::trouble::list, options_.path + ": the list has no rows"};
    seen_.reset();
    return false;
}

core::result<void> list_reader::rewind() {
    row_ = 0;
    return rows_.rewind();
}

std::optional<core::row_number> list_reader::row_count() const noexcept {
    if (!first_pass_done_) return std::nullopt;
    return counts_.rows;
}

void list_reader::take(std::span<const codec::raw_row> raws, core::listed_batch& out) {
    const auto first = out.rows.size();
    out.rows.resize(first + raws.size());
    for (std::size_t i = 0; i < raws.size(); ++i) {
        auto& row = out.rows[first + i];
        row.row = ++row_;
        if (raws[i].lines > 1 && !first_pass_done_) note_lines(raws[i].lines);
        call_.near[i] = {};
        call_.today[i].clear();
        judge(raws[i], i, row, out);
    }
    const auto rows = std::span(out.rows).subspan(first);
    screen(rows, out);
    if (first_pass_done_) return;
    for (const auto& row : rows)
        if (row.row > counts_.rows) count(row, out);
}

// What the row says for itself.
void list_reader::judge(const codec::raw_row& raw, std::size_t at, core::listed_row& row,
                        core::listed_batch& out) {
    if (raw.fault != codec::row_fault::none)
        return refuse(raw, "", codec::text_of(raw.fault), raw.to, row, out);
    const auto to = codec::spell_cell(speller_, raw.to);
    if (!to) return refuse(raw, "", speller_.text_of(to.why), raw.to, row, out);
    row.to = to.number;
    if (to.corrected || !to.known || to.twin != nullptr) note(raw, at, to);
    const auto& columns = options_.columns;
    if (!columns.from.empty() && !codec::trimmed(raw.from).empty()) {
        // A sender is what the platform calls it; the plan helps only where it is spelled oddly.
        const auto exact = core::phone_number::from_e164(raw.from);
        const auto from =
            exact ? codec::spelling{.number = *exact} : codec::spell_cell(speller_, raw.from);
        if (!from)
            return refuse(raw, "the sender: ", speller_.text_of(from.why), raw.from, row, out);
        row.from = from.number;
    }
    if (screen_row(raw, at, to, row, out) && places_.wanted()) place(raw, to, row, out);
}

// Where it says that it is, if it does.
void list_reader::place(const codec::raw_row& raw, const codec::spelling& to, core::listed_row& row,
                        core::listed_batch& out) {
    if (const auto zone = codec::trimmed(raw.time_zone); zone.size() > zone_bytes_max)
        return refuse(raw, "", "the time zone's name is too long", zone, row, out);
    const auto name = places_.of(raw, to);
    const bool is_new = !first_pass_done_ && row_ > counts_.rows;
    if (const auto odd = places_.not_understood();
        !odd.empty() && is_new && notes_.region_unknown.rows++ == 0)
        codec::append_printable(notes_.region_unknown.example, odd, raw_shown_max);
    if (name.empty()) return;
    const auto id = zones_->intern(name);
    if (!id) return refuse(raw, "", "over 4096 different time zones", name, row, out);
    row.zone = *id;
}

// Whether the campaign is for it. False: it is not.
bool list_reader::screen_row(const codec::raw_row& raw, std::size_t at, const codec::spelling& to,
                             core::listed_row& row, core::listed_batch& out) {
    const auto judged = screen_.judge(raw, to, row);
    if (!judged.invalid.empty()) {
        refuse(raw, "", judged.invalid, judged.shown, row, out);
    } else if (!judged.refused.empty()) {
        row.left_out = judged.left_out;
        suppress_row(row, judged.refused, out);
        call_.near[at] = {};
    } else {
        call_.today[at] = screen_.refused_today();
        call_.any_today = call_.any_today || !call_.today[at].empty();
        return true;
    }
    return false;
}

// Only what is not as it mostly is.
void list_reader::note(const codec::raw_row& raw, std::size_t at, const codec::spelling& to) {
    const bool is_new = !first_pass_done_ && row_ > counts_.rows;
    if (!is_new) return;
    if (to.corrected && notes_.corrected.rows++ == 0) {
        auto& example = notes_.corrected.example;
        codec::append_printable(example, codec::trimmed(raw.to), raw_shown_max);
        example += " is " + to.number.text();
    }
    if (!to.known && notes_.beyond_plan.rows++ == 0) notes_.beyond_plan.example = to.number.text();
    if (to.twin != nullptr && seen_ != nullptr) {
        call_.near[at] = to.near_duplicate();
        call_.any_near = true;
    }
}

// Two forms that the plan takes for two phones and people for one: each pair is counted at its
// later row.
void list_reader::note_near_duplicates(std::span<const core::listed_row> rows) {
    call_.any_near = false;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (call_.near[i].empty() || call_.fresh[i] == 0 || !seen_->contains(call_.near[i]))
            continue;
        const auto later =
            std::find_if(rows.begin() + static_cast<std::ptrdiff_t>(i) + 1, rows.end(),
                         [&](const core::listed_row& other) { return other.to == call_.near[i]; });
        if (later != rows.end()) continue;
        if (notes_.near_another.rows++ == 0)
            notes_.near_another.example = rows[i].to.text() + " and " + call_.near[i].text();
    }
}

void list_reader::refuse(const codec::raw_row& raw, std::string_view about, std::string_view why,
                         std::string_view shown, core::listed_row& row, core::listed_batch& out) {
    row.found = core::screening::invalid;
    row.to = {};
    row.text_at = static_cast<std::uint32_t>(out.text.size());
    out.text.append(about).append(why);
    if (!shown.empty()) {
        out.text += ": ";
        codec::append_printable(out.text, shown, raw_shown_max);
    }
    row.text_size = static_cast<std::uint32_t>(out.text.size() - row.text_at);
    const bool is_new = !first_pass_done_ && row.row > counts_.rows;
    if (is_new && problems_.size() < problems_max)
        problems_.push_back({raw.line, row.row, std::string(out.text_of(row))});
}

void list_reader::note_lines(std::uint64_t lines) {
    auto& spread = notes_.over_lines;
    ++spread.rows;
    if (lines <= spread.lines_max) return;
    spread.lines_max = lines;
    spread.longest = row_;
}

store::list_oddities list_reader::oddities() const {
    auto made = rows_.oddities();
    const auto& spread = notes_.over_lines;
    if (spread.rows == 0) return made;
    auto told = "row " + std::to_string(spread.longest) + " spans " +
                std::to_string(spread.lines_max) + " lines";
    if (spread.rows > 1) told += " (" + std::to_string(spread.rows) + " rows span several)";
    made.notes.push_back(told + ": a quote that is not closed swallows rows");
    return made;
}

// What other rows and lists say about it.
void list_reader::screen(std::span<core::listed_row> rows, core::listed_batch& out) {
    const bool compares = seen_ != nullptr && !rows.empty() && rows.back().row > screened_;
    if (compares) {
        for (std::size_t i = 0; i < rows.size(); ++i)
            // Who is not meant by one row may be by a later one.
            call_.numbers[i] = rows[i].row > screened_ && rows[i].found == core::screening::sendable
                                   ? rows[i].to
                                   : core::phone_number();
        seen_->insert(std::span(call_.numbers).first(rows.size()), std::span(call_.fresh));
        for (std::size_t i = 0; i < rows.size(); ++i)
            if (call_.fresh[i] == 0 && !call_.numbers[i].empty())
                rows[i].found = core::screening::duplicate;
        screened_ = rows.back().row;
        if (call_.any_near) note_near_duplicates(rows);
    }
    if (suppressed_ == nullptr && !options_.objection && !call_.any_today) return;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto& row = rows[i];
        if (row.found != core::screening::sendable) continue;
        const auto file =
            suppressed_ != nullptr ? suppressed_->find(row.to) : store::suppressed_numbers::none;
        if (file != store::suppressed_numbers::none)
            suppress_row(row, suppressed_->file(file), out);
        else if (!call_.today[i].empty())
            suppress_row(row, call_.today[i], out);
        else if (options_.objection)
            if (const auto why = options_.objection(row.to); !why.empty())
                suppress_row(row, why, out);
    }
    call_.any_today = false;
}

void list_reader::suppress_row(core::listed_row& row, std::string_view why,
                               core::listed_batch& out) {
    row.found = core::screening::suppressed;
    row.text_at = static_cast<std::uint32_t>(out.text.size());
    codec::append_printable(out.text, why, raw_shown_max);
    row.text_size = static_cast<std::uint32_t>(out.text.size() - row.text_at);
}

void list_reader::count(const core::listed_row& row, const core::listed_batch& out) {
    ++counts_.rows;
    switch (row.found) {
        case core::screening::sendable: ++counts_.sendable; break;
        case core::screening::invalid: ++counts_.invalid; break;
        case core::screening::duplicate: ++counts_.duplicate; break;
        case core::screening::suppressed:
            ++counts_.suppressed;
            counts_.suppressed_by.add(core::exclusion_told_by(out.text_of(row)));
            break;
    }
}

}  // namespace tidings::runner
