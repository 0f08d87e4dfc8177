#include "simulation/scenario.hpp"

#include <algorithm>

namespace tidings::simulation {

namespace {

using std::chrono::seconds;

class dice {
  public:
    explicit dice(std::uint64_t seed) : random_(seed * 0x9E37'79B9'7F4A'7C15ULL + 1) {}
    std::uint64_t below(std::uint64_t n) { return random_() % n; }
    bool one_in(std::uint64_t n) { return below(n) == 0; }
    duration between(duration a, duration b) {
        return a + duration(static_cast<std::int64_t>(
                       below(static_cast<std::uint64_t>((b - a).count()) + 1)));
    }

  private:
    std::mt19937_64 random_;
};

void make_lanes(scenario& made, dice& roll) {
    made.bots = roll.one_in(2) ? 1 : 1 + roll.below(3);
    made.accounts = made.bots > 1 && roll.one_in(2) ? 2 : 1;
    for (std::size_t bot = 0; bot < made.bots; ++bot) {
        made.bot_accounts.push_back(roll.below(made.accounts));
        const auto name = "st-" + std::to_string(bot);
        made.dispatch.endpoints.names.push_back({name, name});
        const auto senders = roll.one_in(2) ? 1 : 1 + roll.below(3);
        for (std::uint64_t i = 0; i < senders; ++i) {
            made.lanes.push_back(
                {.bot = "st-" + std::to_string(bot),
                 .from = core::phone_number::from_digits(16'690'000'000 + bot * 10 + i)});
            made.lane_bots.push_back(static_cast<core::bot_id>(bot));
        }
    }
}

core::listed_row make_row(scenario& made, const std::vector<core::listed_row>& earlier,
                          core::row_number number, dice& roll) {
    core::listed_row row;
    row.row = number;
    row.to = core::phone_number::from_digits(917'760'000'000 + made.lists.size() * 10'000 + number);
    if (!made.hours.empty())
        row.zone = static_cast<core::zone_id>(roll.below(made.hours.size() + 1));
    switch (roll.below(24)) {
        case 0:
            row.to = {};
            row.found = core::screening::invalid;
            break;
        case 1: row.found = core::screening::suppressed; break;
        case 2:
            if (!earlier.empty()) {
                const auto& of = earlier[roll.below(earlier.size())];
                if (of.to.empty()) break;
                row.to = of.to;
                row.found = core::screening::duplicate;
            }
            break;
        case 3: row.from = made.lanes[roll.below(made.lanes.size())].from; break;
        case 4:
            if (roll.one_in(4)) row.from = core::phone_number::from_digits(4'912'345);
            break;
        default: break;
    }
    return row;
}

void make_lists(scenario& made, dice& roll) {
    const auto campaigns = roll.one_in(3) ? 2 + roll.below(2) : 1;
    for (std::uint64_t campaign = 0; campaign < campaigns; ++campaign) {
        const auto count = 30 + roll.below(roll.one_in(4) ? 271 : 71);
        std::vector<core::listed_row> rows;
        for (std::uint64_t i = 1; i <= count; ++i)
            rows.push_back(make_row(made, rows, i, roll));
        made.lists.push_back(std::move(rows));
    }
}

// Zones that are open for a part of each period, in the first hours; later always.
void make_hours(scenario& made, dice& roll) {
    if (!roll.one_in(4)) return;
    made.hours_margin = roll.between(milliseconds(0), seconds(2));
    const auto zones = 1 + roll.below(3);
    for (std::uint64_t zone = 0; zone < zones; ++zone) {
        const auto period = std::chrono::round<seconds>(roll.between(seconds(20), seconds(300)));
        const auto open = std::chrono::round<seconds>(roll.between(seconds(8), period));
        std::vector<core::open_span> spans;
        auto at = epoch - std::chrono::hours(3) + seconds(roll.below(300));
        for (; at < epoch + std::chrono::hours(3); at += period + seconds(1))
            spans.push_back({at, at + open});
        spans.push_back({at, at + std::chrono::days(300)});
        made.hours.push_back(std::move(spans));
    }
}

void make_limits(scenario& made, dice& roll) {
    const auto limit = [&](std::uint32_t least, std::uint32_t most) {
        return core::rate_limit{static_cast<std::uint32_t>(least + roll.below(most - least)),
                                roll.between(seconds(2), seconds(40))};
    };
    if (roll.one_in(3)) made.lane_limits = {limit(3, 20)};
    if (!roll.one_in(4)) made.bot_limits = {limit(5, 60)};
    if (!made.bot_limits.empty() && roll.one_in(3))
        made.bot_limits.push_back({made.bot_limits[0].count * 2, made.bot_limits[0].window * 4});
    if (roll.one_in(4)) made.account_limits = {limit(8, 40)};
    made.pace = static_cast<core::pace>(roll.below(3));
}

void make_options(scenario& made, dice& roll) {
    auto& options = made.dispatch;
    options.lane_capacity = made.lanes.size() > 1 && roll.one_in(2) ? 16 : 2048;
    if (roll.one_in(4)) options.delayed_max = 20;
    options.in_flight_max = static_cast<std::uint32_t>(1 + roll.below(64));
    options.release_ahead_max = static_cast<std::uint32_t>(1 + roll.below(64));
    options.in_doubt_first = static_cast<std::uint32_t>(1 + roll.below(16));
    options.tries_max = static_cast<std::uint16_t>(roll.one_in(3) ? 3 + roll.below(5) : 50);
    options.park_after = roll.between(milliseconds(0), seconds(5));
    options.token_each = roll.one_in(2);
    options.unknown = options.token_each && !roll.one_in(3) ? core::unknown_policy::probe
                                                            : core::unknown_policy::hold;
    if (roll.one_in(8)) options.unknown = core::unknown_policy::resend;
    options.seed = roll.below(1'000'000);
    made.retry = {.attempts_max = static_cast<std::uint16_t>(1 + roll.below(6)),
                  .base = milliseconds(100 + roll.below(2000)),
                  .cap = seconds(20)};
    if (roll.one_in(6)) made.stop.canary = static_cast<std::uint32_t>(1 + roll.below(10));
    if (roll.one_in(6)) made.stop.rejected_in_a_row = static_cast<std::uint32_t>(2 + roll.below(6));
    if (roll.one_in(8)) made.expires = roll.between(seconds(5), seconds(120));
}

}  // namespace

scenario::scenario(std::uint64_t seed) {
    dice roll(seed);
    make_lanes(*this, roll);
    make_hours(*this, roll);
    make_lists(*this, roll);
    make_limits(*this, roll);
    make_options(*this, roll);
    // Some campaigns meet nothing, some a little of everything, some one thing all the time.
    const auto mood = roll.below(4);
    for (std::size_t i = 1; i < mishaps.size(); ++i)
        if (mood != 0) mishaps[i] = static_cast<std::uint32_t>(roll.below(mood == 1 ? 500 : 4000));
    if (mood == 3) mishaps[1 + roll.below(mishaps.size() - 1)] = 30'000;
    // These end a process each time.
    auto& page = mishaps[static_cast<std::size_t>(mishap::web_page)];
    auto& redirect = mishaps[static_cast<std::size_t>(mishap::redirect)];
    page = std::min<std::uint32_t>(page, 500);
    redirect = std::min<std::uint32_t>(redirect, 500);
    commit_takes = roll.between(milliseconds(1), milliseconds(roll.one_in(3) ? 2000 : 60));
    latency = roll.between(milliseconds(5), milliseconds(roll.one_in(3) ? 4000 : 300));
    crash_every = roll.between(milliseconds(200), seconds(30));
    crashes = static_cast<int>(roll.one_in(5) ? 0 : roll.below(12));
    steering_ppm = roll.one_in(2) ? 0 : static_cast<std::uint32_t>(roll.below(20'000));
    room = 1 + roll.below(40);
    clock_offset_ns = static_cast<std::int64_t>(roll.below(120'000'000'000));
    if (roll.one_in(4)) clock_ppm = static_cast<std::uint32_t>(roll.below(4'000));
    if (roll.one_in(4)) suspend_ppm = static_cast<std::uint32_t>(roll.below(2'000));
    operator_resolves = roll.one_in(2);
    outages = roll.one_in(2) ? 0 : 1 + roll.below(4);
    auto& trouble = dispatch.endpoints.trouble;
    trouble.ask_first = roll.between(milliseconds(200), seconds(1));
    trouble.ask_longest = roll.between(seconds(2), seconds(20));
    trouble.give_up = seconds(0);
}

scenario scenario::small() {
    scenario made;
    made.bot_accounts = {0};
    made.lane_bots = {0, 0};
    for (std::uint64_t i = 0; i < 2; ++i)
        made.lanes.push_back(
            {.bot = "st-0", .from = core::phone_number::from_digits(16'690'000'000 + i)});
    std::vector<core::listed_row> rows;
    for (core::row_number row = 1; row <= 8; ++row)
        rows.push_back(
            {.row = row, .to = core::phone_number::from_digits(917'760'000'000 + row), .from = {}});
    rows[6].found = core::screening::suppressed;
    made.lists = {rows};
    made.scripted = {{2, mishap::answer_lost},
                     {3, mishap::refusal},
                     {5, mishap::not_now},
                     {6, mishap::idle_close}};
    made.bot_limits = {{3, seconds(2)}};
    made.dispatch.lane_capacity = 16;
    made.dispatch.in_flight_max = 8;
    made.dispatch.park_after = milliseconds(200);
    made.dispatch.release_ahead_max = 2;
    made.retry = {.attempts_max = 4, .base = milliseconds(300), .cap = seconds(2)};
    made.commit_takes = milliseconds(3);
    made.latency = milliseconds(20);
    made.room = 4;
    made.segment_bytes = 1024;
    made.checkpoint_bytes = 500;
    return made;
}

bool scenario::permits(core::zone_id zone, core::wall_time at) const {
    if (zone == 0 || zone > hours.size()) return true;
    const auto& spans = hours[zone - 1u];
    return std::any_of(spans.begin(), spans.end(), [at](const core::open_span& one) {
        return one.opens <= at && at < one.closes;
    });
}

duration scenario::window_longest() const {
    duration longest{};
    for (const auto* limits : {&lane_limits, &bot_limits, &account_limits})
        for (const auto& one : *limits)
            longest = std::max(longest, one.window);
    return longest;
}

}  // namespace tidings::simulation
