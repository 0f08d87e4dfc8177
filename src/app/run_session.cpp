#include "app/run_session.hpp"

#include "app/outcome_completion.hpp"
#include "app/run_files.hpp"
#include "app/settings/campaign_words.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <filesystem>
#include <utility>

namespace tidings::app {

namespace {

constexpr std::uint64_t segment_bytes_min = 256U << 10;
constexpr std::uint64_t segment_bytes_max = 64U << 20;

store::outcome_log_options log_options_of(const campaign& settings,
                                          const store::run_record& record) {
    store::outcome_log_options options;
    options.run = record.name;
    for (const auto& lane : record.lanes)
        options.lanes.push_back(lane.identity);
    options.numbers = settings.output.numbers;
    options.piece_bytes = settings.output.rotate;
    return options;
}

std::vector<std::string> stems_of(const std::vector<store::bot_key>& keys) {
    std::vector<std::string> stems;
    for (const auto& key : keys)
        if (!key.account) stems.push_back(key.file_stem());
    return stems;
}

// Room for a list's journal in one segment, within reason: a small campaign shall not claim 64 MiB.
std::uint64_t segment_bytes_for(const campaign& settings, const store::run_paths& paths) {
    std::error_code unknown;
    const auto bytes = std::filesystem::file_size(list_path_of(settings, paths), unknown);
    if (unknown) return segment_bytes_min;
    return std::clamp<std::uint64_t>(std::bit_ceil(bytes), segment_bytes_min, segment_bytes_max);
}

}  // namespace

core::result<std::unique_ptr<run_session>> run_session::create(const campaign& settings,
                                                               std::string configuration,
                                                               const store::list_fingerprint& list,
                                                               const session_places& places,
                                                               bool again) {
    std::unique_ptr<run_session> made(new run_session);
    auto& disk = made->disk_;
    const auto now = made->clock_.stamp();
    made->keys_ = state_keys_of(settings);
    made->settings_ = settings;

    const auto folder = (settings.output.dir / settings.name).string();
    if (!again) {
        const auto known =
            store::find_run(disk, places.state_folder, list.whole_sha256, stems_of(made->keys_));
        if (!known) return known.error();
        if (*known)
            return core::failure{core::trouble::exists,
                                 "this list went to this bot before, in run " + (*known)->name +
                                     " (" + (*known)->folder +
                                     "): `tidings resume` goes on with "
                                     "it, `--again NAME` texts everybody a second time"};
    }
    auto cores = make_cores(settings, now.wall);
    if (!cores) return cores.error();
    made->cores_ = std::move(*cores);

    store::run_record record;
    record.name = settings.name;
    record.version = places.version;
    record.list_path = settings.recipients.file == "-"
                           ? "-"
                           : store::absolute_path(settings.recipients.file.string());
    record.list_fingerprint = list.text();
    record.configuration = std::move(configuration);
    record.numbers = std::string(settings::word_for(number_words, settings.output.numbers));
    record.journal_id = runner::random_seed();
    record.created = now.wall;
    record.lanes = lanes_of(settings);
    if (const auto taken = made->take_bots(places, folder); !taken) return taken.error();
    auto made_folder = store::run_folder::create(disk, folder, std::move(record));
    if (!made_folder) return made_folder.error();
    made->folder_ = std::move(*made_folder);
    if (const auto opened = made->open_journal(settings); !opened) return opened.error();
    if (const auto noted = made->remember(places, list); !noted) return noted.error();
    return made;
}

core::result<std::unique_ptr<run_session>> run_session::reopen(const campaign& settings,
                                                               store::run_folder folder,
                                                               const session_places& places) {
    std::unique_ptr<run_session> made(new run_session);
    made->keys_ = state_keys_of(settings);
    made->settings_ = settings;
    auto cores = make_cores(settings, made->clock_.wall_now());
    if (!cores) return cores.error();
    made->cores_ = std::move(*cores);
    if (lanes_of(settings) != folder.record().lanes)
        return core::failure{core::trouble::configuration,
                             "the bots and senders are not those the run was started with: a run "
                             "keeps them; start another for the rest (tidings export)"};
    const std::string where = folder.paths().folder;
    made->folder_ = std::move(folder);
    if (const auto taken = made->take_bots(places, where); !taken) return taken.error();
    if (const auto opened = made->open_journal(settings); !opened) return opened.error();
    // It may have been moved: a second start of its list is to find it where it is now.
    if (const auto list = store::list_fingerprint::parse(made->record().list_fingerprint))
        if (const auto noted = made->remember(places, *list); !noted) return noted.error();
    return made;
}

core::result<void> run_session::remember(const session_places& places,
                                         const store::list_fingerprint& list) {
    return store::remember_run(disk_, places.state_folder,
                               {.name = settings_.name,
                                .folder = paths().folder,
                                .list_fingerprint = list.whole_sha256,
                                .bots = stems_of(keys_)});
}

core::result<void> run_session::take_bots(const session_places& places, const std::string& folder) {
    for (const auto& key : keys_) {
        auto taken =
            store::bot_state::take(disk_, places.state_folder, key, store::absolute_path(folder));
        if (!taken) return taken.error();
        bots_.push_back(std::move(*taken));
    }
    return {};
}

core::result<void> run_session::open_journal(const campaign& settings) {
    const auto now = clock_.stamp();
    const auto boot = store::boot_tag();
    store::journal_options options;
    options.window_longest = cores_.window_longest;
    options.boot = boot;
    options.id = record().journal_id;
    options.segment_bytes = segment_bytes_for(settings, paths());
    const auto log_options = log_options_of(settings, record());

    auto known = store::recover(disk_, paths().journal, {.window_longest = cores_.window_longest});
    if (!known && known.error().kind != core::trouble::missing) return known.error();
    core::result<store::journal> journal = core::failure{};
    core::result<store::outcome_log> outcomes = core::failure{};
    if (!known) {
        journal = store::journal::create(disk_, paths().journal, options, now);
        if (!journal) return journal.error();
        outcomes = store::outcome_log::create(disk_, paths().folder, log_options);
        if (!outcomes) return outcomes.error();
        first_started_ = now;
    } else {
        own_before_ = known->slots_taken(now, boot);
        first_started_ = known->state.first;
        in_doubt_ = known->in_doubt();
        const auto& counts = known->state.counts;
        texted_before_ = counts[core::outcome::accepted] + counts[core::outcome::unknown];
        past_.states = known->state.rows;
        past_.counts = counts;
        past_.requests = known->state.requests;
        finished_before_ = known->state.finished;
        past_.released_at = known->release_dates();
        outcomes =
            store::outcome_log::open(disk_, paths().folder, paths().journal, log_options, *known);
        if (!outcomes) return outcomes.error();
        journal = store::journal::open(disk_, paths().journal, options, std::move(*known), now);
        if (!journal) return journal.error();
        if (const auto whole = complete_outcomes(settings, *outcomes, paths()); !whole)
            return whole.error();
    }
    if (const auto restored = restore_windows(settings); !restored) return restored.error();
    writer_ = std::make_unique<runner::journal_writer>(
        store::recorder(std::move(*journal), std::move(*outcomes)), clock_);
    return {};
}

// Fills the limits with what earlier requests still take of them: other runs' on these bots, and
// this run's own.
core::result<void> run_session::restore_windows(const campaign& settings) {
    const auto now = clock_.stamp();
    const auto boot = store::boot_tag();
    for (std::size_t i = 0; i < bots_.size(); ++i) {
        auto earlier = slots_of_earlier_runs(disk_, bots_[i].window(), keys_[i], paths().folder,
                                             cores_.window_longest, now, boot);
        if (!earlier) return earlier.error();
        known_.push_back(bots_[i].window());
        known_[i].slots = std::move(*earlier);
        cores_.limits->restore(
            window_snapshots(settings, keys_[i], known_[i].slots, known_[i].learned, now, boot),
            now.steady);
        if (const auto begun = bots_[i].begin(known_[i]); !begun) return begun.error();
    }
    const auto lanes = static_cast<core::lane_id>(record().lanes.size());
    for (const auto& slots : own_before_) {
        const auto at = store::moment_of(slots, now, boot);
        if (slots.lane != core::lane_none) {
            if (slots.lane < lanes)
                cores_.limits->spent_before(slots.lane, at, now.steady, slots.count);
            continue;
        }
        for (core::lane_id lane = 0; lane < lanes; ++lane)
            cores_.limits->spent_before(lane, at, now.steady, slots.count);
    }
    return {};
}

// The disk was full for a while: the lines that are missing are written now, as a resume would.
core::result<void> run_session::catch_up_outcomes() {
    const auto known =
        store::recover(disk_, paths().journal, {.window_longest = cores_.window_longest});
    if (!known) return known.error();
    auto log = store::outcome_log::open(disk_, paths().folder, paths().journal,
                                        log_options_of(settings_, record()), *known);
    if (!log) return log.error();
    if (auto done = complete_outcomes(settings_, *log, paths()); !done) return done.error();
    const auto whole = log->sync_all(known->state.sequence);
    if (!whole) return whole.error();
    return {};
}

core::result<void> run_session::keep_learned(std::span<const core::limit_progress> limits) {
    for (std::size_t i = 0; i < bots_.size(); ++i) {
        auto found = learned_of(settings_, keys_[i], limits, known_[i].learned, clock_.stamp(),
                                store::boot_tag());
        if (found == known_[i].learned) continue;
        known_[i].learned = std::move(found);
        if (const auto kept = bots_[i].begin(known_[i]); !kept) return kept.error();
    }
    return {};
}

core::result<void> run_session::close(bool finished, const core::progress_snapshot& last,
                                      const core::latency_histogram& answers) {
    // While it sends, a full disk is waited for; at its end too, but not for ever.
    constexpr auto look_again = std::chrono::milliseconds(250);
    constexpr int looks_max = 240;
    const auto& recorder = writer_->recorder();
    const auto close_all = [&]() -> core::result<void> {
        const auto closed = writer_->close(finished);
        return closed && recorder.log_is_behind() ? catch_up_outcomes() : closed;
    };
    auto closed = close_all();
    for (int looks = 0; !closed && closed.error().kind == core::trouble::disk_full; ++looks) {
        if (looks == looks_max) {
            return core::failure{closed.error().kind,
                                 closed.error().text + "; nothing is lost: `tidings resume " +
                                     paths().folder + "` completes it when there is room"};
        }
        runner::pause_for(look_again);
        closed = close_all();
    }
    // Without a journal that can be trusted the windows stay where a crash leaves them.
    if (recorder.broken() || (!closed && recorder.log_is_behind())) return closed;
    const auto now = clock_.stamp();
    const auto boot = store::boot_tag();
    const auto own = recorder.state().slots.within(now, boot);
    for (std::size_t i = 0; i < bots_.size(); ++i) {
        auto window = std::move(known_[i]);
        window.learned = learned_of(settings_, keys_[i], last.limits, window.learned, now, boot);
        if (last.latency.p50 > core::duration{}) {
            window.latency = last.latency.p50;
            window.latencies = answers.equally_likely(answer_times::values);
        }
        for (const auto& slots : own) {
            const auto& lane = record().lanes[slots.lane];
            const bool mine = keys_[i].account
                                  ? lane.account == keys_[i].bot
                                  : lane.identity.bot == keys_[i].bot && lane.url == keys_[i].url;
            if (mine) window.slots.push_back({.from = lane.identity.from, .slots = slots});
        }
        if (const auto ended = bots_[i].end(std::move(window)); !ended) return ended.error();
    }
    return closed;
}

}  // namespace tidings::app
