// How a simulated process comes to its run: by run/session, on this world's disk and clocks.
#include "core/limit_plan.hpp"
#include "simulation/process.hpp"
#include "simulation/world.hpp"
#include "store/list_fingerprint.hpp"
#include "store/outcome_log.hpp"
#include "store/row_fates.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace tidings::simulation {

namespace {

constexpr const char* state_folder = "/state";
constexpr const char* bot_url = "https://sms.example";
constexpr std::size_t rows_read_at_once = 16;

std::string account_name(std::size_t account) {
    return fmt::format("main-{}", account);
}

core::limit_plan limits_of(const scenario& plan) {
    core::limit_plan made;
    const bool limited = !plan.account_limits.empty();
    for (std::size_t account = 0; limited && account < plan.accounts; ++account)
        made.accounts.push_back({account_name(account), plan.account_limits});
    for (std::size_t bot = 0; bot < plan.bots; ++bot)
        made.bots.push_back(
            {.name = fmt::format("st-{}", bot),
             .account = limited ? account_name(plan.bot_accounts[bot]) : std::string(),
             .limits = plan.bot_limits,
             .how = plan.pace,
             .senders = {}});
    for (std::size_t lane = 0; lane < plan.lanes.size(); ++lane)
        made.bots[plan.lane_bots[lane]].senders.push_back(
            {.name = plan.lanes[lane].from.text(), .limits = plan.lane_limits});
    return made;
}

std::vector<run::window_owner> owners_of(const core::limit_plan& plan) {
    std::vector<run::window_owner> owners;
    for (const auto& bot : plan.bots) {
        auto& made = owners.emplace_back();
        made.key = {.url = bot_url, .bot = bot.name};
        for (const auto& limit : bot.limits)
            made.limits.push_back({core::scope_kind::bot, bot.name, limit});
        for (const auto& sender : bot.senders)
            for (const auto& limit : sender.limits)
                made.limits.push_back({core::scope_kind::sender, sender.name, limit});
    }
    for (const auto& account : plan.accounts) {
        auto& made = owners.emplace_back();
        made.key = {.url = {}, .bot = account.name, .account = true};
        for (const auto& limit : account.limits)
            made.limits.push_back({core::scope_kind::account, account.name, limit});
    }
    return owners;
}

// A list that is there already.
class listed_rows final : public run::row_source {
  public:
    explicit listed_rows(const std::vector<core::listed_row>& rows) : rows_(rows) {}
    core::result<bool> read(core::listed_batch& out) override {
        out.clear();
        while (at_ < rows_.size() && out.rows.size() < rows_read_at_once)
            out.rows.push_back(rows_[at_++]);
        return !out.rows.empty();
    }

  private:
    const std::vector<core::listed_row>& rows_;
    std::size_t at_ = 0;
};

}  // namespace

run::surroundings world::around() {
    return {.disk = disk_,
            .now = [this] { return stamp(); },
            .boot = boot_,
            .pause = [this](core::duration time) { wait_for_room(time); },
            .tell = [this](std::string_view what) { note("told: {}", what); }};
}

// The process stands still, at its end.
void world::wait_for_room(core::duration time) {
    network_until(now_ + time);
    if (own_->disk_full_until <= now_) disk_.set_capacity(no_limit);
}

run::session_options world::session_options(const core::limit_plan& limits) const {
    run::session_options made;
    made.state = {state_folder};
    made.owners = owners_of(limits);
    for (std::size_t lane = 0; lane < plan_.lanes.size(); ++lane)
        made.lanes.push_back(
            {.identity = {.from = plan_.lanes[lane].from.text(), .bot = plan_.lanes[lane].bot},
             .url = bot_url,
             .account = account_name(plan_.bot_accounts[plan_.lane_bots[lane]])});
    made.window_longest = plan_.window_longest();
    made.journal.segment_bytes = plan_.segment_bytes;
    made.journal.checkpoint_bytes = plan_.checkpoint_bytes;
    made.outcomes.piece_bytes = 8192;
    made.completed_at_once = 50;
    return made;
}

core::result<std::unique_ptr<run::session>> world::open_session(const core::limit_plan& plan,
                                                                core::limiter& limits) {
    const auto open_list = [this]() -> core::result<std::unique_ptr<run::row_source>> {
        return std::make_unique<listed_rows>(rows());
    };
    if (disk_.exists(store::run_paths(run_folder()).record)) {
        auto folder = store::run_folder::open(disk_, run_folder());
        if (!folder) return folder.error();
        return run::session::reopen(std::move(*folder), session_options(plan), open_list, around(),
                                    limits);
    }
    require(bound_ == 0, "the run is gone");
    run::new_run wanted{
        .folder = run_folder(), .record = {}, .kept = {}, .people = nullptr, .again = false};
    wanted.record.name = fmt::format("run-{}", campaign_);
    wanted.record.list_fingerprint =
        store::list_fingerprint{.bytes = rows().size(),
                                .changed_at_ns = 0,
                                .ends_sha256 = "ends",
                                .whole_sha256 = fmt::format("list-{}", campaign_)}
            .text();
    wanted.record.journal_id = 42 + campaign_;
    wanted.record.created = stamp().wall;
    return run::session::create(std::move(wanted), session_options(plan), open_list, around(),
                                limits);
}

// False: it could not begin; `broken` says why if that may not be.
bool world::open() {
    const bool injured = disk_.failing();
    const auto plan = limits_of(plan_);
    auto limits = std::make_unique<core::limiter>(core::make_limiter(plan));
    auto session = open_session(plan, *limits);
    if (!session) {
        require(injured, "it cannot begin: " + session.error().text);
        note("does not begin: {}", session.error().text);
        return false;
    }
    const auto in_doubt = (*session)->past().in_doubt;
    note("STARTS, {} rows in doubt", in_doubt);
    require(in_doubt <= bound_,
            fmt::format("{} rows are in doubt, {} were at risk", in_doubt, bound_));
    counts_.in_doubt += in_doubt;
    bound_ = in_doubt;
    judge_fates(false);
    own_ = std::make_unique<process>(plan_, std::move(limits), std::move(*session), stamp(),
                                     requests_.size());
    for (core::bot_id bot = 0; bot < plan_.bots; ++bot) {
        own_->token[bot] = provider_.good_token(bot);
        own_->connected_from[bot] = now_ + up_to(milliseconds(300));
    }
    own_->reader_next = now_;
    for (auto& gone : outages_)
        ++gone.processes;
    return true;
}

// A copy of the journal is put back that is older than the outcome log: to go on with it would text
// people again, so that must be refused. Then the right one comes back.
void world::try_older_journal() {
    if (!backup_ || quiet_ || !one_in(3)) return;
    const auto older = std::exchange(backup_, std::nullopt);
    const auto today = disk_;
    disk_.put_back(journal_folder(), *older);
    const auto fates = store::read_fates(disk_, journal_folder());
    bool ahead = false;
    const auto seen = store::visit_lines(disk_, run_folder(), [&](const store::logged_line& line) {
        ahead = ahead || (line.whole && fates && line.seen.what != core::outcome::unknown &&
                          !store::is_settled((*fates)[line.seen.row]));
        return !ahead;
    });
    if (seen && fates && ahead) {
        const auto plan = limits_of(plan_);
        auto limits = core::make_limiter(plan);
        const auto session = open_session(plan, limits);
        note("an older journal: {}", session ? "taken" : session.error().text);
        require(!session, "a journal that is older than the outcome log was gone on with");
        require(session || session.error().kind == core::trouble::journal,
                "an older journal is refused as something else");
        ++counts_.older_journals;
    }
    disk_ = today;
    disk_.kill_process();
}

}  // namespace tidings::simulation
