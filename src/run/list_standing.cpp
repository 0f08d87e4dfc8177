#include "run/list_standing.hpp"

#include "core/wording.hpp"
#include "run/list_survey.hpp"
#include "store/list_fingerprint.hpp"
#include "store/people_file.hpp"

#include <memory>
#include <optional>
#include <utility>

namespace tidings::run {

namespace {

// What a walk through the list found.
struct row_findings {
    std::uint64_t rows = 0;
    std::uint64_t others = 0;  // rows that are not whose they were
    core::row_number first_other = 0;
};

core::result<row_findings> compare_rows(store::people_file& people,
                                        runner::list_reader_options list) {
    list.screen_duplicates = false;
    auto reader = runner::list_reader::open(std::move(list));
    if (!reader) return reader.error();
    row_findings found;
    core::listed_batch batch;
    while (true) {
        const auto more = reader->read(batch);
        if (!more) return more.error();
        if (!*more) return found;
        for (const auto& row : batch.rows) {
            found.rows = row.row;
            const auto is = people.names(row.row, row.person());
            if (!is) return is.error();
            if (!*is && found.others++ == 0) found.first_other = row.row;
        }
    }
}

std::string in_words(const std::string& path, const row_findings& found, std::uint64_t recorded) {
    if (found.others == 0 && found.rows == recorded) return {};
    auto text = path + " is not the list this run was started with:";
    if (found.others > 0)
        text += " row " + std::to_string(found.first_other) + " is another one's now, and " +
                core::shown_count(found.others) + " rows are not whose they were";
    if (found.rows != recorded)
        text += std::string(found.others > 0 ? ";" : "") + " it has " +
                core::shown_count(found.rows) + " rows and had " + core::shown_count(recorded);
    return text;
}

core::failure without_record(const std::string& text) {
    return {core::trouble::list, text +
                                     "; the run kept no record of its people (an earlier "
                                     "version began it): put the old file back"};
}

core::result<list_standing> by_bytes(const std::string& path, bool changed,
                                     const runner::list_reader_options& list) {
    if (changed) return without_record(path + " is not the list this run was started with");
    const auto rows = count_rows(list);
    if (!rows) return rows.error();
    return list_standing{.rows = *rows, .same = true, .words = {}};
}

core::result<list_standing> by_record(const std::string& file, store::disk& disk,
                                      std::optional<bool> changed,
                                      const runner::list_reader_options& list, looking how) {
    auto people = store::people_file::open(disk, file);
    if (!people) return people.error();
    list_standing made{.rows = people->rows(), .same = true, .words = {}};
    if (!changed) {
        made.words = list.path + " cannot be read any more";
    } else if (how == looking::closely) {
        const auto found = compare_rows(*people, list);
        made.words = found ? in_words(list.path, *found, people->rows()) : found.error().text;
    } else if (*changed) {
        made.words = list.path + " was changed since this run began";
    }
    made.same = made.words.empty();
    return made;
}

}  // namespace

core::result<list_standing> standing_of(store::disk& disk, const store::run_record& record,
                                        const store::run_paths& paths,
                                        const runner::list_reader_options& list, looking how) {
    const auto recorded = store::list_fingerprint::parse(record.list_fingerprint);
    if (!recorded) return core::failure{core::trouble::journal, "run.json: no list_fingerprint"};
    const auto match = store::compare(*recorded, list.path);
    const bool has_record = disk.exists(paths.people);
    if (!match && !has_record) return without_record(match.error().text);
    std::optional<bool> changed;
    if (match) changed = *match == store::list_match::changed;
    return has_record ? by_record(paths.people, disk, changed, list, how)
                      : by_bytes(list.path, *changed, list);
}

core::result<runner::list_witness> witness_of(store::disk& disk, const store::run_paths& paths,
                                              const std::string& list_path) {
    if (!disk.exists(paths.people)) return runner::list_witness();
    auto opened = store::people_file::open(disk, paths.people);
    if (!opened) return opened.error();
    // Copies of the witness share it, one reader's thread at a time.
    auto people = std::make_shared<store::people_file>(std::move(*opened));
    return runner::list_witness([people,
                                 list_path](const core::listed_batch& batch) -> core::result<void> {
        for (const auto& row : batch.rows) {
            const auto is = people->names(row.row, row.person());
            if (!is) return is.error();
            if (*is) continue;
            return core::failure{core::trouble::list,
                                 list_path + " is not the list this run was started with: row " +
                                     std::to_string(row.row) +
                                     " is another one's now. Put the old file back"};
        }
        return {};
    });
}

}  // namespace tidings::run
