#include "store/run_folder.hpp"

#include <cerrno>
#include <charconv>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include <unistd.h>

namespace tidings::store {

namespace {

constexpr std::uint64_t record_bytes_max = 64U << 20;

core::failure busy(const std::string& folder, int pid) {
    const auto who = pid > 0 ? fmt::format("process {}", pid) : std::string("another process");
    return {core::trouble::busy,
            fmt::format("{} is working on {}; wait for it, or stop it with `tidings control {} "
                        "stop`",
                        who, folder, folder)};
}

int pid_in(disk_file& lock) {
    std::array<std::byte, 16> bytes{};
    const auto got = lock.read(bytes, 0);
    if (!got) return 0;
    const auto* text = reinterpret_cast<const char*>(bytes.data());
    int pid = 0;
    std::from_chars(text, text + *got, pid);
    return pid;
}

// The lock file is made with the folder and never removed: a removed one could be held twice.
core::result<disk_file> take_lock(disk& where, const run_paths& paths, open_mode mode) {
    auto lock = disk_file::open(where, paths.lock, mode);
    if (!lock) return lock.error();
    const auto held = lock->try_lock();
    if (!held) return held.error();
    if (!*held) return busy(paths.folder, pid_in(*lock));
    if (auto done = lock->write(fmt::format("{:<15}\n", ::getpid()), 0); !done) return done.error();
    return lock;
}

core::result<void> sync_folder(disk& where, const std::string& folder) {
    if (const int got = where.sync_folder(folder); got < 0)
        return disk_failure(-got, "sync", folder, core::trouble::journal);
    return {};
}

}  // namespace

std::string absolute_path(const std::string& path) {
    return std::filesystem::absolute(path).lexically_normal().string();
}

run_paths::run_paths(std::string path)
    : folder(std::move(path)),
      record(folder + "/run.json"),
      journal(folder + "/journal"),
      outcomes(folder + "/outcomes.ndjson"),
      summary(folder + "/summary.json"),
      report(folder + "/report.html"),
      control(folder + "/control.sock"),
      lock(folder + "/lock"),
      list(folder + "/recipients"),
      people(folder + "/people"),
      messages(folder + "/tidings.log") {}

run_folder::run_folder(disk& where, run_paths paths, run_record record, disk_file lock)
    : where_(&where),
      paths_(std::move(paths)),
      record_(std::move(record)),
      lock_(std::move(lock)) {}

core::result<run_folder> run_folder::create(disk& where, const std::string& folder,
                                            run_record record, const kept_files& kept) {
    run_paths paths(folder);
    if (auto done = make_folders(where, folder_of(folder), core::trouble::configuration); !done)
        return done.error();
    // Without run.json a folder is what a process left that died before it was a run.
    if (const int got = where.make_folder(folder); got == -EEXIST && where.exists(paths.record))
        return core::failure{
            core::trouble::exists,
            fmt::format("there is a run in {} already: go on with it by `tidings resume {}`, or "
                        "start another one with `--again NAME`",
                        folder, folder)};
    else if (got < 0 && got != -EEXIST)
        return disk_failure(-got, "create", folder, core::trouble::configuration);
    if (auto done = sync_folder(where, folder_of(folder)); !done) return done.error();
    auto lock = take_lock(where, paths,
                          where.exists(paths.lock) ? open_mode::write : open_mode::create_new);
    if (!lock) return lock.error();
    for (const auto& [from, to] :
         {std::pair(&kept.list, &paths.list), std::pair(&kept.people, &paths.people)}) {
        if (from->empty()) continue;
        if (const int got = where.rename(*from, *to); got < 0)
            return disk_failure(-got, "move into the run", *from, core::trouble::list);
        if (auto done = sync_folder(where, folder); !done) return done.error();
    }
    record.folder = absolute_path(folder);
    run_folder made(where, std::move(paths), {}, std::move(*lock));
    if (auto done = made.change_record(std::move(record)); !done) return done.error();
    return made;
}

core::result<run_record> run_folder::peek(disk& where, const std::string& folder) {
    const run_paths paths(folder);
    if (!where.exists(paths.record) && where.exists(paths.folder))
        return core::failure{core::trouble::missing,
                             fmt::format("{} is no run, or died before it began: nothing was sent "
                                         "from it, and it can be removed",
                                         folder)};
    if (!where.exists(paths.record))
        return core::failure{core::trouble::missing,
                             fmt::format("there is no run in {}: name the run's folder", folder)};
    const auto text =
        read_whole_file(where, paths.record, record_bytes_max, core::trouble::configuration);
    if (!text) return text.error();
    return run_record_from_json(*text, paths.record);
}

core::result<run_folder> run_folder::open(disk& where, const std::string& folder, bool moved_too) {
    auto record = peek(where, folder);
    if (!record) return record.error();
    run_paths paths(folder);
    auto lock = take_lock(where, paths, open_mode::write);
    if (!lock) return lock.error();
    run_folder made(where, std::move(paths), std::move(*record), std::move(*lock));
    const auto here = absolute_path(folder);
    if (here == made.record().folder) return made;
    if (!moved_too)
        return core::failure{
            core::trouble::configuration,
            fmt::format("this run was started in {} and is now in {}: if it was moved and no copy "
                        "of it will ever be resumed, say so with tidings resume --moved; resuming "
                        "two copies texts people twice",
                        made.record().folder, here)};
    auto moved = made.record();
    moved.folder = here;
    if (const auto changed = made.change_record(std::move(moved)); !changed) return changed.error();
    return made;
}

core::result<int> run_folder::holder(disk& where, const std::string& folder) {
    const run_paths paths(folder);
    auto lock = disk_file::open(where, paths.lock, open_mode::read, core::trouble::missing);
    if (!lock) return lock.error();
    const auto held = lock->is_locked();
    if (!held) return held.error();
    return *held ? pid_in(*lock) : 0;
}

core::result<void> run_folder::change_record(run_record record) {
    const auto text = run_record_to_json(record);
    auto done = write_whole_file(*where_, paths_.record, text, core::trouble::journal);
    if (done) record_ = std::move(record);
    return done;
}

}  // namespace tidings::store
