// The proof of promise 3: every row of the list is in exactly one place, journal and outcome log
// say the same, nobody twice. It reads and judges; it repairs nothing (resume does).
#pragma once

#include "core/failure.hpp"
#include "core/outcome.hpp"
#include "store/disk.hpp"
#include "store/people_file.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tidings::store {

struct verify_report {
    std::uint64_t rows = 0;  // of the list, as handed in
    core::outcome_counts journal;
    core::outcome_counts log;
    std::uint64_t unsent = 0;         // untouched or parked: certainly not sent, no outcome yet
    std::uint64_t in_doubt = 0;       // released, no outcome: a resume settles them as unknown
    std::uint64_t missing_lines = 0;  // settled without a line
    std::uint64_t doubled_lines = 0;  // lines for a row that had one
    std::uint64_t disagreeing = 0;    // lines whose outcome is not the journal's
    std::uint64_t unreadable_lines = 0;
    std::uint64_t beyond_list = 0;      // rows of the journal above the list's last
    std::uint64_t other_numbers = 0;    // lines whose number is not the one their row had
    std::vector<std::string> findings;  // one line each; at most findings_max

    static constexpr std::size_t findings_max = 20;

    bool holds() const;  // nothing is wrong; the run may be unfinished
    bool complete() const { return holds() && unsent == 0 && in_doubt == 0; }
    // "1,000,000 rows = 982,113 accepted + ... ; 0 twice"
    std::string sentence() const;
};

// Memory: five bits a row. `live` while another process writes: lines that are still to come are
// then no finding. `people`: whose rows they were; null: that is not known.
core::result<verify_report> verify(disk& where, const std::string& run_folder,
                                   const std::string& journal_folder, std::uint64_t rows,
                                   bool live = false, people_file* people = nullptr);

}  // namespace tidings::store
