#include "run/session.hpp"

#include "run/earlier_runs.hpp"
#include "run/frequency.hpp"
#include "store/list_fingerprint.hpp"
#include "store/recent_numbers.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace tidings::run {

namespace {

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
    if (const auto taken = made->take_bots(wanted.folder); !taken) return taken.error();
    // With the bots in hand: two that begin at the same time are told apart.
    if (!wanted.again)
        if (const auto other = made->refuse_repeat(wanted); !other) return other.error();
    wanted.record.lanes = made->options_.lanes;
    auto folder = store::run_folder::create(made->around_.disk, wanted.folder,
                                            std::move(wanted.record), wanted.kept);
    if (!folder) return folder.error();
    made->folder_ = std::move(*folder);
    if (const auto begun = made->begin_journal(); !begun) return begun.error();
    if (const auto filled = made->restore_windows(nullptr, limits); !filled) return filled.error();
    if (const auto noted = made->remember_list(wanted.people); !noted) return noted.error();
    if (const auto noted = made->remember_texted(); !noted) return noted.error();
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
    auto known = store::recover(
        made->around_.disk, made->paths().journal,
        {.window_longest = made->options_.window_longest, .journal_id = made->record().journal_id});
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
    if (const auto noted = made->remember_list(nullptr); !noted) return noted.error();
    if (const auto noted = made->remember_texted(); !noted) return noted.error();
    return made;
}

answer_times session::answers_before() const {
    std::vector<store::bot_window> windows;
    for (const auto& bot : bots_)
        windows.push_back(bot.known);
    return answers_of(windows);
}

core::result<void> session::take_bots(const std::string& folder) {
    options_.state = state_of(options_.state, folder);
    for (const auto& owner : options_.owners) {
        auto taken = store::bot_state::take(around_.disk, options_.state, owner.key,
                                            store::absolute_path(folder));
        if (!taken) return taken.error();
        bots_.push_back({.owner = owner, .state = std::move(*taken), .known = {}});
    }
    return {};
}

core::result<void> session::refuse_repeat(const new_run& wanted) const {
    const auto list = store::list_fingerprint::parse(wanted.record.list_fingerprint);
    const auto runs = earlier_runs(around_.disk,
                                   {.whole_sha256 = list ? list->whole_sha256 : std::string(),
                                    .bots = stems_of(options_.owners),
                                    .state = options_.state},
                                   wanted.people);
    if (!runs) return runs.error();
    if (runs->empty() || !runs->front().same) return {};
    return core::failure{core::trouble::exists, why_refused(runs->front())};
}

store::known_run session::known() const {
    const auto list = store::list_fingerprint::parse(record().list_fingerprint);
    return {.name = record().name,
            .folder = store::absolute_path(paths().folder),
            .list_fingerprint = list ? list->whole_sha256 : std::string(),
            .bots = stems_of(options_.owners),
            .id = record().journal_id,
            .began = record().created};
}

// Before the first message: whoever begins the same list later is to find it.
core::result<void> session::remember_list(people_roll* people) {
    const auto run = known();
    if (people != nullptr) {
        for (const auto& place : people->places()) {
            auto kept = store::remember_people(around_.disk, place.folder, run, place.key,
                                               people->sample_of(place));
            if (!kept) return kept;
        }
    } else if (auto kept = remember_again(around_.disk, options_.state, run, paths().people);
               !kept) {
        return kept;
    }
    for (const auto& folder : options_.state)
        if (auto kept = store::remember_run(around_.disk, folder, run); !kept) return kept;
    return {};
}

// From now on rows are on record there before they are released.
core::result<void> session::remember_texted() {
    const auto& folder = options_.state.front();
    const bool wanted = options_.remembers_texted || store::remembers_recent(around_.disk, folder);
    // A run of an earlier version does not know its people.
    if (!wanted || !around_.disk.exists(paths().people)) return {};
    auto note = releases_noted_in(around_, folder, paths().people, record().journal_id);
    if (!note) return note.error();
    recorder_->before_releases(std::move(*note));
    return {};
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

namespace {

// Whoever is in doubt may have been sent until the process died, and nobody knows when it did; all
// else ended before the last frame. nullopt: nothing was sent.
std::optional<core::time_stamp> sent_until(const store::recovery& known, core::time_stamp now) {
    if (known.state.requests == 0 && known.in_doubt() == 0) return std::nullopt;
    if (known.in_doubt() > 0 || known.state.last.wall > now.wall) return now;
    return core::time_stamp{now.steady - (now.wall - known.state.last.wall), known.state.last.wall};
}

}  // namespace

core::result<void> session::go_on(store::recovery known) {
    const auto& counts = known.state.counts;
    past_.first_started = known.state.first;
    past_.in_doubt = known.in_doubt();
    past_.texted = counts[core::outcome::accepted] + counts[core::outcome::unknown];
    past_.finished = known.state.finished;
    past_.rows = {.states = known.state.rows,
                  .counts = counts,
                  .requests = known.state.requests,
                  .released_at = known.release_dates(),
                  .sent_until = sent_until(known, around_.now())};
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
    const auto known = store::recover(
        around_.disk, paths().journal,
        {.window_longest = options_.window_longest, .journal_id = record().journal_id});
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
