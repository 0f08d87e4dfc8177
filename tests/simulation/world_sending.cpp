// What a simulated process does in its turns: it performs what core/turn says, with a list and
// connections that are not there.
#include "simulation/process.hpp"
#include "simulation/world.hpp"

#include <algorithm>
#include <utility>

namespace tidings::simulation {

namespace {

constexpr duration way_max = std::chrono::seconds(2);
constexpr duration given_up_after = std::chrono::seconds(5);
constexpr std::uint64_t draws = 100'000;

}  // namespace

// False: the turn is over.
bool world::perform(const core::turn_action& action) {
    auto& own = *own_;
    using kind = core::turn_action::kind;
    switch (action.what) {
        case kind::take_commit:
            take_commit_news();
            own.turn.on_journal(own.phase == writing::idle);
            return true;
        case kind::take_rows: take_rows(); return true;
        case kind::take_list_news: take_pass_end(); return true;
        case kind::begin_pass:
            own.reading = true;
            own.cursor = 0;
            own.reader_next = now_ + up_to(milliseconds(200));
            return true;
        case kind::look_for_room: own.turn.on_room(room_of(action.bot)); return true;
        case kind::depart:
            for (const auto& one : own.turn.leaving())
                launch(action.bot, one);
            return true;
        case kind::renew_token:
            own.token[action.bot] = provider_.good_token(action.bot);
            return true;
        case kind::ask: ask(action.bot); return true;
        case kind::commit: begin_commit(); return true;
        case kind::tell_bound: own.bound_telling = action.rows; return true;
        case kind::abort: abort_requests(); return true;
        case kind::tick:
        case kind::take_reports:
        case kind::drain:
        case kind::publish: return true;
        case kind::rest: own.rests_until = action.until; return false;
        case kind::end: own.over = true; return false;
    }
    return false;
}

std::size_t world::room_of(core::bot_id bot) const {
    return own_->connected_from[bot] > now_ ? 0 : plan_.room - own_->in_flight[bot];
}

void world::take_rows() {
    auto& own = *own_;
    if (!own.reading || own.reader_next > now_ || own.cursor == rows().size())
        return own.turn.on_no_rows();
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
    own.turn.on_rows(batch, stamp());
    own.reader_next = now_ + up_to(milliseconds(20));
}

void world::take_pass_end() {
    auto& own = *own_;
    if (!own.reading || own.cursor < rows().size()) return;
    own.reading = own.first_pass = false;
    own.turn.on_pass_ended();
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
    if (made.fault == mishap::beyond_goaway) {
        made.report.furthest = core::attempt_step::written;
        made.report.stream = core::stream_end::above_goaway;
    }
    note("row {} leaves{} lane {} jti {} fault {}", one.row, one.probe ? " as probe" : "", one.lane,
         one.released_at.time_since_epoch().count() % 1'000'000'000, static_cast<int>(made.fault));
    own.out[one.which] = requests_.size();
    own.in_flight_most[bot] = std::max(own.in_flight_most[bot], ++own.in_flight[bot]);
    on_its_way(std::move(made), arrives);
}

// With an empty body, on a connection of its own.
void world::ask(core::bot_id bot) {
    note("bot {} is asked", bot);
    // The slot of this one is on record, and so is all that was noted before it.
    if (const auto at = std::exchange(asked_[bot], std::nullopt))
        provider_.count_question(bot, *at);
    request made;
    made.bot = bot;
    made.token = own_->token[bot];
    made.campaign = campaign_;
    made.question = true;
    made.has_slot = own_->dispatcher.endpoints().question_has_slot(bot);
    made.report.furthest = core::attempt_step::written;
    made.arrives = now_ + up_to(std::min(plan_.latency, way_max));
    made.reports = made.arrives + up_to(plan_.latency);
    on_its_way(std::move(made), true);
}

void world::on_its_way(request made, bool arrives) {
    if (arrives && made.arrives < stands_still_until_) {
        made.arrives = stands_still_until_ + up_to(milliseconds(50));
        made.reports = std::min(made.arrives + up_to(plan_.latency), now_ + given_up_after);
        if (made.reports < made.arrives) made.report.furthest = core::attempt_step::written;
    }
    const auto& gone = outages_[made.bot];
    if (arrives && made.arrives < gone.until && gone.how == outage_kind::silent)
        made.reports = std::max(made.reports, now_ + given_up_after);
    const auto which = requests_.size();
    if (arrives) network_.insert({made.arrives, {true, which}});
    network_.insert({made.reports, {false, which}});
    requests_.push_back(std::move(made));
}

void world::begin_commit() {
    auto& own = *own_;
    std::swap(own.batch, own.turn.batch());
    own.phase = writing::under_way;
    own.writer_next = now_ + up_to(plan_.commit_takes);
}

// A terminal takes its time, and shows what there is by then.
void world::tell_bound() {
    auto& sending = own_->dispatcher;
    require(sending.at_risk() <= sending.in_doubt_told(), "more rows are at risk than was told");
    if (own_->bound_telling > sending.in_doubt_told() && one_in(3))
        sending.on_bound_told(own_->bound_telling);
}

void world::abort_requests() {
    auto& own = *own_;
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
