#include "app/viewed_run.hpp"

#include "app/campaign_assembly.hpp"
#include "app/run_files.hpp"
#include "run/list_survey.hpp"

#include <utility>

namespace tidings::app {

runner::list_reader_options viewed_run::list() const {
    return list_of(settings, list_path_of(settings, paths)).list;
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

core::result<store::verify_report> verify_run(viewed_run& viewed) {
    const auto rows = run::count_rows(viewed.list());
    if (!rows) return rows.error();
    return store::verify(viewed.disk, viewed.paths.folder, viewed.paths.journal, *rows,
                         viewed.holder != 0);
}

}  // namespace tidings::app
