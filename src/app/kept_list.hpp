// The list of a campaign as one file that can be read again and again: the file itself, or a copy
// of what comes in on standard input, from a command, or from several files. The copy lies beside
// the place where the run's folder will be until that is made, and goes when nobody made it; for
// `plan` it has no name at all. Reading rows of it is runner/list_reader's.
#pragma once

#include "app/settings/campaign_file.hpp"
#include "core/failure.hpp"
#include "store/merged_list.hpp"
#include "store/posix_disk.hpp"
#include "store/run_folder.hpp"

#include <functional>
#include <string>
#include <vector>

namespace tidings::app {

// "standard input", "recipients.files", or the file.
std::string list_source_of(const recipients_settings& from);

class kept_list {
  public:
    // Told which files are to be removed should the process end now; none: nothing is left to be.
    using removal = std::function<void(const std::vector<std::string>&)>;

    // `folder`: of the run to be. Fails (list, disk_full), also when the command fails. `disk`
    // outlives it.
    static core::result<kept_list> take(const campaign& settings, const std::string& folder,
                                        store::posix_disk& disk, removal on_unfinished = nullptr);
    // For looking at: it is gone when this is. Fails (usage) for standard input, which would be
    // read and forgotten.
    static core::result<kept_list> look(const campaign& settings);

    kept_list(kept_list&& other) noexcept;
    kept_list& operator=(kept_list&&) = delete;
    ~kept_list();

    const std::string& path() const noexcept { return path_; }
    // What the run moves into its folder: the copy, where the list is no file, and whom it names.
    store::kept_files kept() const { return {.list = copy_, .people = people_}; }
    // The same failure in words of where the list comes from, instead of the copy's name.
    core::failure named(core::failure what) const;
    // Which rows are whose, where several files were merged.
    const std::vector<store::merged_file>& files() const noexcept { return files_; }

  private:
    kept_list() = default;

    std::string path_;
    std::string from_;  // as messages call it
    std::string copy_;
    std::string people_;
    store::posix_disk* disk_ = nullptr;  // of these
    removal on_unfinished_;
    int nameless_ = -1;
    std::vector<store::merged_file> files_;
};

}  // namespace tidings::app
