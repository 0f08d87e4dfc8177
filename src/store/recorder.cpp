#include "store/recorder.hpp"

#include <utility>

namespace tidings::store {

recorder::recorder(journal journal, outcome_log outcomes)
    : journal_(std::move(journal)), outcomes_(std::move(outcomes)) {}

commit_news recorder::commit(core::journal_batch& batch, core::time_stamp now) {
    if (broken_)
        return to_emergency_log(batch, now,
                                {core::trouble::journal, "the journal cannot be written"});
    const auto done = put_on_record(batch, now);
    if (done) return {.what = commit_news::kind::durable, .frame = now, .why = {}};
    if (done.error().kind != core::trouble::disk_full)
        return to_emergency_log(batch, now, done.error());
    // Room for answers was kept; releases have to wait for more.
    batch.released.clear();
    if (const auto rest = journal_.commit(batch, now); !rest)
        return to_emergency_log(batch, now, rest.error());
    return {.what = commit_news::kind::releases_refused, .frame = now, .why = done.error().text};
}

core::result<void> recorder::put_on_record(core::journal_batch& batch, core::time_stamp now) {
    if (before_releases_ && !batch.released.empty())
        if (auto noted = before_releases_(batch.released, now); !noted) return noted;
    return journal_.commit(batch, now);
}

commit_news recorder::to_emergency_log(core::journal_batch& batch, core::time_stamp now,
                                       const core::failure& why) {
    broken_ = true;
    // None of these was sent: a release counts only when it is durable.
    for (const auto& run : batch.released)
        for (std::uint32_t i = 0; i < run.count; ++i)
            batch.parked.push_back(run.first + i);
    batch.released.clear();
    commit_news news{.what = commit_news::kind::failed,
                     .frame = now,
                     .why = why.text,
                     .against_the_rules = why.kind == core::trouble::internal};
    if (const auto kept = journal_.write_emergency(batch, now); !kept)
        news.why += "; nor can the emergency log: " + kept.error().text;
    return news;
}

void recorder::note(const core::failure& of_the_log) {
    if (of_the_log.kind != core::trouble::disk_full) log_trouble_ = of_the_log;
}

void recorder::write_lines(const core::journal_batch& batch) {
    if (broken_ || log_trouble_) return;
    if (const auto written = outcomes_.append(batch); !written) note(written.error());
}

bool recorder::tend() {
    if (broken_) return false;
    const auto prepared = journal_.tend();
    const bool more = prepared && *prepared;
    if (log_trouble_) return more;
    const auto tended = outcomes_.tend();
    if (!tended) {
        note(tended.error());
        return more;
    }
    if (!journal_.checkpoint_due()) return more || *tended;
    const auto position = outcomes_.sync_all(journal_.state().sequence);
    if (!position) {
        note(position.error());
        return more;
    }
    journal_.begin_checkpoint(*position);
    return true;
}

core::result<void> recorder::close(bool finished, core::time_stamp now) {
    if (broken_) return {};
    if (finished && !journal_.state().finished)
        if (const auto recorded = journal_.finish(now); !recorded) return recorded.error();
    log_position position;
    if (!log_trouble_) {
        const auto whole = outcomes_.sync_all(journal_.state().sequence);
        if (whole)
            position = *whole;
        else
            note(whole.error());
        if (!whole && !log_trouble_) return whole.error();
    }
    return journal_.checkpoint_now(position);
}

}  // namespace tidings::store
