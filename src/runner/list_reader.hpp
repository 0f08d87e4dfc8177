// Reads a recipient list front to back and screens it: every row comes out as a core::listed_row,
// sendable, invalid, duplicate or suppressed. It decides nothing about order or time (the
// dispatcher's) and owns no thread: whoever has it calls it from one thread, usually the reader's.
//
// The first pass compares each number with all rows before it; a later pass does not (the numbers
// are forgotten when the first is done), because by then the row's fate is known to row_states.
#pragma once

#include "codec/numbers/phone_spelling.hpp"
#include "core/failure.hpp"
#include "core/number_set.hpp"
#include "core/row.hpp"
#include "runner/row_places.hpp"
#include "runner/row_screen.hpp"
#include "runner/zone_names.hpp"
#include "store/list_rows.hpp"
#include "store/suppression_list.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::runner {

// Sees every batch that is read, in their order, each pass from the first row on. Its failure is
// the reading's.
using list_witness = std::function<core::result<void>(const core::listed_batch&)>;

// Why a number that could be sent to is not, in words; empty: nothing speaks against it. Such rows
// are suppressed.
using number_objection = std::function<std::string(core::phone_number)>;

struct list_reader_options {
    std::string path;
    std::optional<codec::list_format> format = {};  // nullopt: by name and first bytes
    codec::column_names columns = {.to = "toNo"};
    row_screen_options screen = {};
    std::size_t header_row = 1;
    std::string default_region = {};              // "": numbers with a country code only
    const codec::numbering_plan* plan = nullptr;  // outlives the reader; nullptr: the built-in one
    std::size_t batch_rows = 1024;                // at most, 256 .. 65536
    bool rules_differ = false;                    // about hours, by region
    bool screen_duplicates = true;                // false: for lists that are known to be screened
    list_witness witness = {};                    // empty: nobody
    number_objection objection = {};              // empty: none

    const codec::numbering_plan& numbers_by() const {
        return plan != nullptr ? *plan : codec::numbering_plan::built_in();
    }
};

struct screening_counts {
    std::uint64_t rows = 0;
    std::uint64_t sendable = 0;
    std::uint64_t invalid = 0;
    std::uint64_t duplicate = 0;
    std::uint64_t suppressed = 0;
    core::exclusion_counts suppressed_by{};
};

// What people should know of the numbers that can be sent to: how many rows, and the first of them.
struct number_notes {
    struct note {
        std::uint64_t rows = 0;
        std::string example;
    };
    note corrected;     // "+44 07911 123456 is +447911123456"
    note beyond_plan;   // possible, and not known to the numbering plan: "+12355552368"
    note near_another;  // of an earlier row, to be told by nothing but habit: "+54911..., +5411..."
    note region_unknown;  // a column says it, and it is not understood: "Texass"
    std::string plan_day;

    struct spread {
        std::uint64_t rows = 0;  // over several lines
        std::uint64_t lines_max = 0;
        core::row_number longest = 0;
    };
    spread over_lines;  // told with how the list is written (list_reader::oddities)

    // A sentence for each that there is: "14 numbers were corrected, e.g. ... is ...".
    std::vector<std::string> texts() const;
};

// An invalid row as a person wants to see it: "line 17: too few digits: 12".
struct list_problem {
    std::uint64_t line = 0;
    core::row_number row = 0;
    std::string text;
};

class list_reader {
  public:
    static constexpr std::size_t problems_max = 20;  // kept; the rest is counted only
    static constexpr std::size_t raw_shown_max = 64;

    // Fails (list, configuration) when the list or a setting cannot be used; the text names both.
    static core::result<list_reader> open(list_reader_options options);

    // Replaces `out` by the next rows; false: the end of the pass, and nothing in it. A list
    // without any row fails (list) here. After a failure only rewind() makes sense.
    core::result<bool> read(core::listed_batch& out);

    // Begins another pass.
    core::result<void> rewind();

    // From the next row on; nullptr: nobody is suppressed. Held until the next call.
    void suppress(std::shared_ptr<const store::suppressed_numbers> numbers) {
        suppressed_ = std::move(numbers);
    }

    // Of the first pass, as far as it has come.
    const screening_counts& counts() const noexcept { return counts_; }
    const std::vector<list_problem>& problems() const noexcept { return problems_; }
    const number_notes& notes() const noexcept { return notes_; }
    // How the list is written, and what of it is not read; whole when the first pass is done.
    store::list_oddities oddities() const;
    // Rows with a word of their own about when.
    const row_screen& screened() const noexcept { return screen_; }
    bool first_pass_done() const noexcept { return first_pass_done_; }
    // Rows of the list; known when the first pass is done.
    std::optional<core::row_number> row_count() const noexcept;
    codec::list_format format() const noexcept { return rows_.format(); }

    // What listed_row::zone stands for. Other threads may ask while rows are read.
    const zone_names& zones() const noexcept { return *zones_; }

    // The memory of the numbers seen so far.
    std::size_t memory_bytes() const noexcept { return seen_ ? seen_->memory_bytes() : 0; }

  private:
    list_reader(list_reader_options options, store::list_rows rows, codec::phone_speller speller);
    void take(std::span<const codec::raw_row> rows, core::listed_batch& out);
    // `at`: its place among those of this call of take().
    void judge(const codec::raw_row& raw, std::size_t at, core::listed_row& row,
               core::listed_batch& out);
    bool screen_row(const codec::raw_row& raw, std::size_t at, const codec::spelling& to,
                    core::listed_row& row, core::listed_batch& out);
    void refuse(const codec::raw_row& raw, std::string_view about, std::string_view why,
                std::string_view shown, core::listed_row& row, core::listed_batch& out);
    void screen(std::span<core::listed_row> rows, core::listed_batch& out);
    static void suppress_row(core::listed_row& row, std::string_view why, core::listed_batch& out);
    void note(const codec::raw_row& raw, std::size_t at, const codec::spelling& to);
    void place(const codec::raw_row& raw, const codec::spelling& to, core::listed_row& row,
               core::listed_batch& out);
    void note_near_duplicates(std::span<const core::listed_row> rows);
    void count(const core::listed_row& row, const core::listed_batch& out);
    void note_lines(std::uint64_t lines);
    core::result<bool> end_of_pass();

    list_reader_options options_;
    store::list_rows rows_;
    codec::phone_speller speller_;
    std::unique_ptr<zone_names> zones_;
    std::unique_ptr<core::number_set> seen_;  // until the first pass is done
    std::shared_ptr<const store::suppressed_numbers> suppressed_;
    row_screen screen_;
    row_places places_;
    // Of the rows that one call of take() sees.
    struct under_way {
        std::vector<core::phone_number> numbers;  // for the batched insert
        std::vector<std::uint8_t> fresh;
        std::vector<core::phone_number> near;  // what may be the same phones; empty: nothing
        std::vector<std::string> today;        // why they are suppressed today
        bool any_near = false;
        bool any_today = false;
    };
    under_way call_;
    core::row_number row_ = 0;       // the last one read
    core::row_number screened_ = 0;  // the last one compared with those before it
    bool first_pass_done_ = false;
    screening_counts counts_;
    std::vector<list_problem> problems_;
    number_notes notes_;
};

}  // namespace tidings::runner
