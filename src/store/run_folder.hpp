// The folder of a run: what lies where in it, who holds it, and run.json, which says what the run
// is. Files are 0600, folders 0700. The journal in it is store/journal's, the outcome log
// store/outcome_log's.
#pragma once

#include "codec/records/outcome_line.hpp"
#include "core/failure.hpp"
#include "core/time.hpp"
#include "store/disk.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::store {

// A lane as run.json keeps it. Lanes keep their ids over resumes: a resume may add lanes at the
// end, never reorder them.
struct recorded_lane {
    codec::lane_identity identity;
    std::string url;      // of the bot
    std::string account;  // may be empty

    friend bool operator==(const recorded_lane&, const recorded_lane&) = default;
};

// What the run is. Never holds a secret: the caller hands in a configuration without them.
struct run_record {
    std::string name;
    std::string version;           // of the program that created it
    std::string list_path;         // absolute; "-": kept in the run folder
    std::string list_fingerprint;  // list_fingerprint::text()
    std::string configuration;     // the campaign file's text, secrets taken out
    std::string numbers = "full";  // spelling in the outcome log: full | masked
    std::uint64_t journal_id = 0;
    core::wall_time created{};
    std::vector<recorded_lane> lanes;
    std::string folder;  // absolute path it was created at; tells a moved or copied folder

    friend bool operator==(const run_record&, const run_record&) = default;
};

std::string run_record_to_json(const run_record& record);
core::result<run_record> run_record_from_json(std::string_view text, const std::string& path);

// Paths inside a run folder.
struct run_paths {
    explicit run_paths(std::string folder);

    std::string folder, record, journal, outcomes, summary, report, control, lock, list, people,
        messages;
};

// What was made for a run before its folder was: paths beside it; empty: there is none.
struct kept_files {
    std::string list;    // standard input's, to become run_paths::list
    std::string people;  // run_paths::people
};

// A run folder that this process holds. The lock goes with the object (or the process).
class run_folder {
  public:
    // trouble::exists when there is a run of that name, with what to do about it. `folder` is the
    // path of the run's own folder; folders above it are made. record.folder is filled in. What
    // was kept is moved into it before the folder is a run: who dies in between can begin again,
    // and a run that is there can be resumed.
    static core::result<run_folder> create(disk& where, const std::string& folder,
                                           run_record record, const kept_files& kept = {});
    // trouble::missing when there is no run, busy when another process holds it (its pid is
    // named), journal when run.json is damaged. A folder that was moved since is refused unless
    // `moved_too` is set, which makes it at home here: another copy may be resumed elsewhere.
    static core::result<run_folder> open(disk& where, const std::string& folder,
                                         bool moved_too = false);
    // The record alone, without holding the run: for status, verify, export, report.
    static core::result<run_record> peek(disk& where, const std::string& folder);
    // The process that holds the run, 0 when none does. Asking never makes a resume find it busy.
    static core::result<int> holder(disk& where, const std::string& folder);

    const run_record& record() const noexcept { return record_; }
    const run_paths& paths() const noexcept { return paths_; }
    // Replaces run.json: lanes added by a resume, another list path.
    core::result<void> change_record(run_record record);

  private:
    run_folder(disk& where, run_paths paths, run_record record, disk_file lock);

    disk* where_;
    run_paths paths_;
    run_record record_;
    disk_file lock_;
};

// An absolute path without . and .. parts; it need not exist.
std::string absolute_path(const std::string& path);

}  // namespace tidings::store
