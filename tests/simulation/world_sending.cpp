// What a simulated process does in its turns: reads the list, sends, commits, drains.
#include "simulation/process.hpp"
#include "simulation/world.hpp"

#include <algorithm>
#include <utility>

namespace tidings::simulation {

namespace {

constexpr duration drain_for = std::chrono::seconds(5);
constexpr duration commit_interval = milliseconds(50);
constexpr duration way_max = std::chrono::seconds(2);
constexpr std::uint64_t draws = 100'000;

}  // namespace

void world::read_rows() {
    auto& own = *own_;
    while (own.reading && own.reader_next <= now_ && own.dispatcher.wants_rows()) {
        core::listed_batch batch;
        const auto most = 1 + random_() % 40;
        while (own.cursor < rows().size() && batch.rows.size() < most) {
            auto row = rows()[own.cursor++];
            const auto& later = stopped_later_;
            // As the reader: duplicates are only found in the first pass of a process.
            if (!own.first_pass && row.found == core::screening::duplicate)
                row.found = core::screening::sendable;
            if (row.found == core::screening::sendable &&
                std::find(later.begin(), later.end(), row.to) != later.end())
                row.found = core::screening::suppressed;
            batch.rows.push_back(row);
        }
        own.dispatcher.on_rows_read(batch, stamp());
        own.reader_next = now_ + up_to(milliseconds(20));
        if (own.cursor < rows().size()) continue;
        own.dispatcher.on_pass_ended();
        own.reading = own.first_pass = false;
    }
    if (!own.reading && own.dispatcher.wants_pass()) {
        own.dispatcher.on_pass_begun();
        own.reading = true;
        own.cursor = 0;
        own.reader_next = now_ + up_to(milliseconds(200));
    }
}

void world::depart() {
    auto& own = *own_;
    for (core::bot_id bot = 0; bot < plan_.bots; ++bot) {
        if (own.connected_from[bot] > now_) continue;
        const auto room = plan_.room - own.in_flight[bot];
        if (room == 0) continue;
        own.dispatcher.set_connected(bot, true);
        own.leaving.clear();
        own.dispatcher.depart(bot, room, stamp(), own.leaving);
        for (const auto& one : own.leaving)
            launch(bot, one);
    }
    for (const auto bot : own.dispatcher.take_renewals())
        own.token[bot] = provider_.good_token(bot);
}

mishap world::draw_mishap(const core::departure& one) {
    if (const auto scripted = plan_.scripted.find(one.row);
        scripted != plan_.scripted.end() && attempts_[one.row]++ == 0)
        return scripted->second;
    if (quiet_) return mishap::none;
    auto draw = random_() % draws;
    for (std::size_t i = 1; i < plan_.mishaps.size(); ++i) {
        if (draw < plan_.mishaps[i]) {
            const auto drawn = static_cast<mishap>(i);
            return one.probe && drawn == mishap::false_replay ? mishap::none : drawn;
        }
        draw -= plan_.mishaps[i];
    }
    return mishap::none;
}

// What may not leave, whatever the provider would say to it.
void world::judge_departure(const core::departure& one) {
    const auto& row = rows()[one.row - 1];
    require(row.to == one.to, fmt::format("row {} went to another's number", one.row));
    require(plan_.permits(row.zone, stamp().wall),
            fmt::format("row {} left outside its recipient's hours", one.row));
    require(one.probe || std::find(stopped_later_.begin(), stopped_later_.end(), one.to) ==
                             stopped_later_.end(),
            fmt::format("row {} left after its number was suppressed", one.row));
    require(own_->writer.state().rows[one.row] == core::row_state::released,
            fmt::format("row {} left without a durable release", one.row));
}

void world::launch(core::bot_id bot, const core::departure& one) {
    auto& own = *own_;
    ++counts_.requests;
    judge_departure(one);
    request made{.which = one.which,
                 .row = one.row,
                 .to = one.to,
                 .jti = one.released_at,
                 .bot = bot,
                 .lane = one.lane,
                 .token = own.token[bot],
                 .campaign = campaign_,
                 .probe = one.probe};
    made.fault = draw_mishap(one);
    const bool arrives = scripted_provider::arrives_at_all(made.fault);
    made.arrives = now_ + up_to(std::min(plan_.latency, way_max));
    made.late = one_in(50);
    made.reports = made.arrives + up_to(plan_.latency) +
                   (made.late ? up_to(std::chrono::seconds(120)) : duration{});
    if (made.fault == mishap::idle_close) made.report.furthest = core::attempt_step::idle_check;
    if (made.fault == mishap::cut_short) made.report.furthest = core::attempt_step::writing;
    if (made.fault == mishap::lost_on_the_way) made.report.furthest = core::attempt_step::written;
    if (made.fault == mishap::refused_stream) {
        made.report.furthest = core::attempt_step::written;
        made.report.refused_unprocessed = true;
    }
    note("row {} leaves{} lane {} jti {} fault {}", one.row, one.probe ? " as probe" : "", one.lane,
         one.released_at.time_since_epoch().count() % 1'000'000'000, static_cast<int>(made.fault));
    const auto which = requests_.size();
    own.out[one.which] = which;
    ++own.in_flight[bot];
    requests_.push_back(made);
    if (arrives) network_.insert({made.arrives, {true, which}});
    network_.insert({made.reports, {false, which}});
}

void world::begin_commit() {
    auto& own = *own_;
    if (own.phase != writing::idle) return;
    if (now_ - own.committed_at < commit_interval && !own.dispatcher.wants_batch_now()) return;
    if (!own.dispatcher.take_batch(own.batch, stamp())) return;
    own.committed_at = now_;
    own.phase = writing::under_way;
    own.writer_next = now_ + up_to(plan_.commit_takes);
}

// A terminal takes its time, and shows what there is by then.
void world::tell_bound() {
    auto& sending = own_->dispatcher;
    require(sending.at_risk() <= sending.in_doubt_told(), "more rows are at risk than was told");
    if (sending.in_doubt_asked() > sending.in_doubt_told() && one_in(3))
        sending.on_bound_told(sending.in_doubt_asked());
}

void world::watch_drain() {
    auto& own = *own_;
    if (own.dispatcher.phase() != core::send_phase::draining) return;
    if (own.drain_until == duration::max()) own.drain_until = now_ + drain_for;
    if (now_ < own.drain_until) return;
    // Connections are closed: what has no answer will get none.
    std::vector<std::size_t> out;
    for (const auto& [which, index] : own.out)
        out.push_back(index);
    for (const auto index : out) {
        auto& one = requests_[index];
        one.report = {};
        one.report.furthest = core::attempt_step::written;
        one.report.trouble = "given up";
        end_attempt(index);
    }
}

}  // namespace tidings::simulation
