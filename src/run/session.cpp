#include "run/session.hpp"

#include "store/list_fingerprint.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace tidings::run {

namespace {

std::vector<std::string> stems_of(std::span<const window_owner> owners) {
    std::vector<std::string> stems;
    for (const auto& owner : owners)
        if (!owner.key.account) stems.push_back(owner.key.file_stem());
    return stems;
}

bool is_troubled(const store::bot_key& key, const std::vector<core::endpoint_trouble>& troubles) {
    return !key.account && std::any_of(troubles.begin(), troubles.end(),
                                       [&](const auto& one) { return one.bot == key.bot; });
}

}  // namespace

session::session(session_options options, list_opening open_list, surroundings around)
    : options_(std::move(options)), open_list_(std::move(open_list)), around_(std::move(around)) {}

core::result<std::unique_ptr<session>> session::create(new_run wanted, session_options options,
                                                       list_opening open_list, surroundings around,
                                                       core::limiter& limits) {
    std::unique_ptr<session> made(
        new session(std::move(options), std::move(open_list), std::move(around)));
    auto& disk = made->around_.disk;
    const auto& own = made->options_;
    const auto list = store::list_fingerprint::parse(wanted.record.list_fingerprint);
    if (!wanted.again && list) {
        const auto known =
            store::find_run(disk, own.state_folder, list->whole_sha256, stems_of(own.owners));
        if (!known) return known.error();
        if (*known)
            return core::failure{core::trouble::exists,
                                 "this list went to this bot before, in run " + (*known)->name +
                                     " (" + (*known)->folder +
                                     "): `tidings resume` goes on with "
                                     "it, `--again NAME` texts everybody a second time"};
    }
    if (const auto taken = made->take_bots(wanted.folder); !taken) return taken.error();
    wanted.record.lanes = own.lanes;
    auto folder =
        store::run_folder::create(disk, wanted.folder, std::move(wanted.record), wanted.kept_list);
    if (!folder) return folder.error();
    made->folder_ = std::move(*folder);
    if (const auto begun = made->begin_journal(); !begun) return begun.error();
    if (const auto filled = made->restore_windows(nullptr, limits); !filled) return filled.error();
    if (const auto noted = made->remember(); !noted) return noted.error();
    return made;
}

core::result<std::unique_ptr<session>> session::reopen(store::run_folder folder,
                                                       session_options options,
                                                       list_opening open_list, surroundings around,
                                                       core::limiter& limits) {
    std::unique_ptr<session> made(
        new session(std::move(options), std::move(open_list), std::move(around)));
    if (made->options_.lanes != folder.record().lanes)
        return core::failure{core::trouble::configuration,
                             "the bots and senders are not those the run was started with: a run "
                             "keeps them; start another for the rest (tidings export)"};
    made->folder_ = std::move(folder);
    if (const auto taken = made->take_bots(made->paths().folder); !taken) return taken.error();
    auto known = store::recover(made->around_.disk, made->paths().journal,
                                {.window_longest = made->options_.window_longest});
    if (!known && known.error().kind != core::trouble::missing) return known.error();
    std::optional<run_trace> own;
    if (known) {
        own = run_trace::of(made->record(), *known, made->read());
        if (const auto whole = made->check_age(own->sequence); !whole) return whole.error();
        if (const auto begun = made->go_on(std::move(*known)); !begun) return begun.error();
    } else if (const auto begun = made->begin_journal(); !begun) {
        // It died before its journal was there: nothing was sent.
        return begun.error();
    }
    if (const auto filled = made->restore_windows(own ? &*own : nullptr, limits); !filled)
        return filled.error();
    // It may have been moved: a second start of its list is to find it where it is now.
    if (const auto noted = made->remember(); !noted) return noted.error();
    return made;
}

answer_times session::answers_before() const {
    std::vector<store::bot_window> windows;
    for (const auto& bot : bots_)
        windows.push_back(bot.known);
    return answers_of(windows);
}

core::result<void> session::take_bots(const std::string& folder) {
    for (const auto& owner : options_.owners) {
        auto taken = store::bot_state::take(around_.disk, options_.state_folder, owner.key,
                                            store::absolute_path(folder));
        if (!taken) return taken.error();
        bots_.push_back({.owner = owner, .state = std::move(*taken), .known = {}});
    }
    return {};
}

core::result<void> session::remember() {
    const auto list = store::list_fingerprint::parse(record().list_fingerprint);
    if (!list) return {};
    return store::remember_run(around_.disk, options_.state_folder,
                               {.name = record().name,
                                .folder = paths().folder,
                                .list_fingerprint = list->whole_sha256,
                                .bots = stems_of(options_.owners)});
}

store::journal_options session::journal_options() const {
    auto made = options_.journal;
    made.window_longest = options_.window_longest;
    made.boot = around_.boot;
    made.id = record().journal_id;
    return made;
}

store::outcome_log_options session::outcome_options() const {
    auto made = options_.outcomes;
    made.run = record().name;
    made.lanes.clear();
    for (const auto& lane : record().lanes)
        made.lanes.push_back(lane.identity);
    return made;
}

core::result<void> session::begin_journal() {
    past_.first_started = around_.now();
    auto journal = store::journal::create(around_.disk, paths().journal, journal_options(),
                                          past_.first_started);
    if (!journal) return journal.error();
    auto outcomes = store::outcome_log::create(around_.disk, paths().folder, outcome_options());
    if (!outcomes) return outcomes.error();
    recorder_.emplace(std::move(*journal), std::move(*outcomes));
    return {};
}

core::result<void> session::go_on(store::recovery known) {
    const auto& counts = known.state.counts;
    past_.first_started = known.state.first;
    past_.in_doubt = known.in_doubt();
    past_.texted = counts[core::outcome::accepted] + counts[core::outcome::unknown];
    past_.finished = known.state.finished;
    past_.rows = {.states = known.state.rows,
                  .counts = counts,
                  .requests = known.state.requests,
                  .released_at = known.release_dates()};
    auto outcomes = store::outcome_log::open(around_.disk, paths().folder, paths().journal,
                                             outcome_options(), known);
    if (!outcomes) return outcomes.error();
    auto journal = store::journal::open(around_.disk, paths().journal, journal_options(),
                                        std::move(known), around_.now());
    if (!journal) return journal.error();
    const auto whole = complete_outcomes(*outcomes, open_list_, options_.completed_at_once);
    if (!whole) return whole.error();
    recorder_.emplace(std::move(*journal), std::move(*outcomes));
    return {};
}

// The bots know how far the journal was once. Where it ends before that, it is a copy that was put
// back.
core::result<void> session::check_age(std::uint64_t sequence) const {
    for (const auto& bot : bots_) {
        const auto& told = bot.state.window().told;
        if (told.run != record().journal_id || told.sequence <= sequence) continue;
        return core::failure{
            core::trouble::journal,
            "the journal in " + paths().journal + " ends with frame " + std::to_string(sequence) +
                " and had " + std::to_string(told.sequence) +
                " when the run began or ended last: it is an older copy, and to go "
                "on would text people again. Put the whole run folder back as it "
                "was"};
    }
    return {};
}

// Fills the limits with what earlier requests still take of them: other runs' on these bots, and
// this run's own.
core::result<void> session::restore_windows(const run_trace* own, core::limiter& limits) {
    for (auto& bot : bots_) {
        bot.known = bot.state.window();
        bot.known.slots =
            slots_taken(around_, bot.known, bot.owner.key, own, options_.window_longest);
        bot.known.told = mark();
        bot.known.died_in = record().folder;  // if it does
        const auto& now = bot.known.told.read;
        limits.restore(window_snapshots(bot.owner, bot.known.slots, bot.known.learned, now),
                       now.at.steady);
        if (const auto begun = bot.state.begin(bot.known); !begun) return begun.error();
        if (bot.known.troubled) past_.rows.endpoints.troubled.push_back(bot.owner.key.bot);
    }
    past_.rows.endpoints.now = around_.now().steady;
    return {};
}

store::account_mark session::mark() const {
    return {.read = read(), .run = record().journal_id, .sequence = recorder_->state().sequence};
}

core::result<void> session::keep_learned(const core::progress_snapshot& now) {
    for (auto& bot : bots_) {
        auto found = learned_of(bot.owner, now.limits, bot.known.learned, read());
        const bool troubled = is_troubled(bot.owner.key, now.answers.troubles);
        if (found == bot.known.learned && troubled == bot.known.troubled) continue;
        bot.known.learned = std::move(found);
        bot.known.troubled = troubled;
        if (const auto kept = bot.state.begin(bot.known); !kept) return kept.error();
    }
    return {};
}

// The outcome log failed: the lines that are missing are written now, as a resume would.
core::result<void> session::catch_up() {
    const auto known =
        store::recover(around_.disk, paths().journal, {.window_longest = options_.window_longest});
    if (!known) return known.error();
    auto log = store::outcome_log::open(around_.disk, paths().folder, paths().journal,
                                        outcome_options(), *known);
    if (!log) return log.error();
    if (auto done = complete_outcomes(*log, open_list_, options_.completed_at_once); !done)
        return done;
    const auto whole = log->sync_all(known->state.sequence);
    if (!whole) return whole.error();
    return {};
}

// While it sends, a full disk is waited for; at its end too, but not for ever.
core::result<void> session::close_record(bool finished) {
    constexpr auto look_again = std::chrono::milliseconds(250);
    constexpr int looks_max = 240;
    for (int looks = 0;; ++looks) {
        auto closed = recorder_->close(finished, around_.now());
        if (closed && recorder_->log_is_behind()) closed = catch_up();
        if (closed || closed.error().kind != core::trouble::disk_full) return closed;
        if (looks == looks_max)
            return core::failure{closed.error().kind,
                                 closed.error().text + "; nothing is lost: `tidings resume " +
                                     paths().folder + "` completes it when there is room"};
        around_.pause(look_again);
    }
}

core::result<void> session::close(bool finished, const core::progress_snapshot& last,
                                  const core::latency_histogram& answers) {
    const auto closed = close_record(finished);
    // Without a record that is whole the windows stay where a crash leaves them.
    if (!closed || recorder_->broken()) return closed;
    const auto own = run_trace::of(record(), recorder_->state(), read());
    for (auto& bot : bots_) {
        auto window = std::move(bot.known);
        window.learned = learned_of(bot.owner, last.limits, window.learned, own.last);
        window.troubled = is_troubled(bot.owner.key, last.answers.troubles);
        if (last.latency.p50 > core::duration{}) {
            window.latency = last.latency.p50;
            window.latencies = answers.equally_likely(answer_times::values);
        }
        window.slots = slots_taken(around_, window, bot.owner.key, &own, options_.window_longest);
        window.told = mark();
        if (const auto ended = bot.state.end(std::move(window)); !ended) return ended.error();
    }
    return closed;
}

}  // namespace tidings::run
