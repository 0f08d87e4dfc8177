#include "app/viewed_run.hpp"

#include "app/campaign_assembly.hpp"
#include "app/run_files.hpp"
#include "store/people_file.hpp"

#include <optional>
#include <utility>

namespace tidings::app {

runner::list_reader_options viewed_run::list() const {
    return list_of(settings, list_path_of(settings, paths)).list;
}

core::result<run::list_standing> viewed_run::standing(run::looking how) {
    return run::standing_of(disk, record, paths, list(), how);
}

core::result<std::unique_ptr<viewed_run>> view_run(const std::string& named) {
    store::posix_disk disk;
    const auto folder = store::absolute_path(named);
    auto record = store::run_folder::peek(disk, folder);
    if (!record) return record.error();
    auto settings = campaign_of_run(*record, {}, environment_of_process());
    if (!settings) return settings.error();
    const auto holder = store::run_folder::holder(disk, folder);
    if (!holder) return holder.error();
    return std::unique_ptr<viewed_run>(new viewed_run{.disk = {},
                                                      .record = std::move(*record),
                                                      .paths = store::run_paths(folder),
                                                      .settings = std::move(*settings),
                                                      .holder = *holder});
}

core::result<store::verify_report> verify_run(viewed_run& viewed, const run::list_standing& list) {
    std::optional<store::people_file> people;
    if (viewed.disk.exists(viewed.paths.people)) {
        auto opened = store::people_file::open(viewed.disk, viewed.paths.people);
        if (!opened) return opened.error();
        people.emplace(std::move(*opened));
    }
    return store::verify(viewed.disk, viewed.paths.folder, viewed.paths.journal, list.rows,
                         viewed.holder != 0, people ? &*people : nullptr);
}

}  // namespace tidings::app
