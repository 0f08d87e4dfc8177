#include "run/outcome_completion.hpp"

#include <utility>

namespace tidings::run {

namespace {

class listed_file final : public row_source {
  public:
    explicit listed_file(runner::list_reader list) : list_(std::move(list)) {}
    core::result<bool> read(core::listed_batch& out) override { return list_.read(out); }

  private:
    runner::list_reader list_;
};

// Puts the numbers of the list into settlements that have none; both are in ascending order.
core::result<void> fill_numbers(row_source& list, core::journal_batch& missing) {
    core::listed_batch rows;
    auto next = missing.settled.begin();
    while (next != missing.settled.end()) {
        const auto more = list.read(rows);
        if (!more) return more.error();
        if (!*more) return {};
        for (const auto& row : rows.rows) {
            if (next == missing.settled.end()) break;
            if (row.row == next->row) (next++)->to = row.to;
        }
    }
    return {};
}

}  // namespace

list_opening opening_of(runner::list_reader_options list) {
    list.screen_duplicates = false;
    return [list]() -> core::result<std::unique_ptr<row_source>> {
        auto opened = runner::list_reader::open(list);
        if (!opened) return opened.error();
        return std::make_unique<listed_file>(std::move(*opened));
    };
}

core::result<void> complete_outcomes(store::outcome_log& log, const list_opening& open_list,
                                     std::size_t rows_at_once) {
    core::row_number from = 1;
    while (log.missing() > 0) {
        auto missing = log.missing_after(from, rows_at_once);
        if (!missing) return missing.error();
        if (missing->settled.empty()) return {};
        auto list = open_list();
        if (!list) return list.error();
        if (const auto filled = fill_numbers(**list, *missing); !filled) return filled.error();
        from = missing->settled.back().row + 1;
        if (const auto written = log.append(*missing); !written) return written.error();
    }
    return {};
}

}  // namespace tidings::run
