#include "core/forecast.hpp"

#include "core/virtual_run.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <string>
#include <utility>

namespace tidings::core {

namespace {

using std::chrono::minutes;
using loads_of = std::vector<forecast_load>;

// The order in which answers take long or short: drawn once, and then over and over again, so that
// steady stretches stay alike. Each value comes as often as the others.
std::vector<duration> drawn(const forecast_options& options) {
    if (options.latencies.empty()) return {options.latency};
    auto known = options.latencies;
    known.resize(std::min(known.size(), forecast_options::latencies_max));
    std::vector<duration> order;
    while (order.size() < 4 * forecast_options::latencies_max)
        order.insert(order.end(), known.begin(), known.end());
    std::mt19937_64 dice(1);
    for (std::size_t i = order.size(); i > 1; --i)
        std::swap(order[i - 1], order[dice() % i]);
    return order;
}

virtual_world world_of(calendar& hours, time_stamp now, const forecast_options& options) {
    virtual_world made{.hours = hours,
                       .latencies = drawn(options),
                       .skip = options.skip,
                       .heeds_all = !options.skip};
    made.latency = std::accumulate(made.latencies.begin(), made.latencies.end(), duration{}) /
                   static_cast<std::int64_t>(made.latencies.size());
    if (options.duration_max.count() > 0)
        made.ends_at = now.wall + std::chrono::ceil<wall_time::duration>(options.duration_max);
    return made;
}

std::uint64_t sum_of(const loads_of& loads) {
    std::uint64_t sum = 0;
    for (const auto& load : loads)
        sum += load.rows;
    return sum;
}

// Each load's share of what messages_max lets through, as rows stand mixed in the list. None that
// is empty.
loads_of capped(const loads_of& loads, std::uint64_t most) {
    const std::uint64_t all = sum_of(loads);
    const double share =
        most == 0 || most >= all ? 1 : static_cast<double>(most) / static_cast<double>(all);
    loads_of made;
    std::uint64_t so_far = 0;
    std::uint64_t given = 0;
    for (auto load : loads) {
        so_far += load.rows;
        const auto due =
            share == 1 ? so_far
                       : static_cast<std::uint64_t>(share * static_cast<double>(so_far) + 0.5);
        load.rows = due - std::exchange(given, due);
        if (load.rows > 0) made.push_back(load);
    }
    return made;
}

bool any_may_send(const loads_of& loads) {
    return std::any_of(loads.begin(), loads.end(),
                       [](const forecast_load& load) { return load.lane == lane_none; });
}

// Both lists ascending. Pauses under ten minutes are not told.
std::vector<open_span> joined(const std::vector<open_span>& one,
                              const std::vector<open_span>& other) {
    std::vector<open_span> both(one.size() + other.size());
    std::merge(one.begin(), one.end(), other.begin(), other.end(), both.begin(),
               [](const open_span& a, const open_span& b) { return a.opens < b.opens; });
    std::vector<open_span> made;
    for (const auto& span : both) {
        const bool new_one = made.empty() || (span.opens - made.back().closes >= minutes(10) &&
                                              made.size() < forecast_answer::stretches_max);
        if (new_one)
            made.push_back(span);
        else
            made.back().closes = std::max(made.back().closes, span.closes);
    }
    return made;
}

// What two parts of a campaign do at the same time, or one after the other.
void add(forecast_answer& sum, forecast_answer part) {
    if (part.departed + part.left_over == 0) return;
    const bool first = sum.departed + sum.left_over == 0;
    const bool sum_ends = sum.finish.has_value() || first;
    // Whoever is the last decides how long it takes.
    const bool decides = first || (sum_ends && (!part.finish || *part.finish > *sum.finish));
    if (decides) {
        sum.decider = part.decider;
        sum.limit = std::move(part.limit);
    }
    sum.finish = sum_ends && part.finish
                     ? std::optional(first ? *part.finish : std::max(*sum.finish, *part.finish))
                     : std::nullopt;
    sum.departed += part.departed;
    sum.left_over += part.left_over;
    sum.stretches = joined(sum.stretches, part.stretches);
    sum.first_departure =
        sum.stretches.empty() ? std::nullopt : std::optional(sum.stretches.front().opens);
}

// Where a lane sends so much that a window fills which none was thought to fill, all are heeded.
forecast_answer to_the_end(virtual_world& world, const limiter& limits, const loads_of& loads,
                           time_stamp now, const std::vector<std::uint32_t>& each = {}) {
    if (auto answer = virtual_run(world, limits, loads, now, each).run()) return *answer;
    virtual_world careful = world;
    careful.heeds_all = true;
    return virtual_run(careful, limits, loads, now, each).run().value();
}

// Lanes that have their limits for themselves and are alike leave together, all at once: one of
// them stands for all where the rows are anybody's.
forecast_answer run_for_any(virtual_world& world, const limiter& limits, const loads_of& loads,
                            time_stamp now, const std::vector<bool>& out) {
    std::vector<bool> has_own(limits.lane_count());
    for (const auto& load : loads)
        if (load.lane != lane_none) has_own[load.lane] = true;
    std::vector<lane_id> run;
    std::vector<std::uint32_t> each;
    std::map<std::string, std::size_t> alike;
    for (const auto& group : limits.groups()) {
        for (const lane_id lane : group) {
            if (!out.empty() && out[lane] && !has_own[lane]) continue;
            if (const auto kind = limits.fresh_kind(lane, now.steady);
                world.skip && kind && group.size() == 1 && !has_own[lane]) {
                const auto [known, is_new] = alike.try_emplace(*kind, run.size());
                if (!is_new) {
                    ++each[known->second];
                    continue;
                }
            }
            run.push_back(lane);
            each.push_back(1);
        }
    }
    std::vector<lane_id> place(limits.lane_count(), lane_none);
    for (std::size_t i = 0; i < run.size(); ++i)
        place[run[i]] = static_cast<lane_id>(i);
    loads_of its = loads;
    for (auto& load : its)
        if (load.lane != lane_none) load.lane = place[load.lane];
    return to_the_end(world, limits.part(run), its, now, each);
}

// Lanes whose rows are their own: each group that shares limits for itself.
class groups_ahead {
  public:
    groups_ahead(virtual_world& world, const limiter& limits, time_stamp now)
        : world_(world), limits_(limits), now_(now) {}

    forecast_answer run(const loads_of& loads) {
        std::vector<loads_of> by_lane(limits_.lane_count());
        for (const auto& load : loads)
            by_lane[load.lane].push_back(load);
        forecast_answer sum;
        for (const auto& group : limits_.groups()) {
            loads_of its;
            for (std::size_t i = 0; i < group.size(); ++i)
                for (auto load : by_lane[group[i]]) {
                    load.lane = static_cast<lane_id>(i);
                    its.push_back(load);
                }
            if (its.empty() || put_with_its_like(group, its)) continue;
            add(sum, run_group(group, its));
        }
        for (auto& [kind, its] : alike_)
            add(sum, run_alike(its));
        return sum;
    }

  private:
    struct likeness {
        std::string limits;
        zone_id zone;
        auto operator<=>(const likeness&) const = default;
    };
    struct like {
        lane_id longest = 0;
        std::vector<std::uint64_t> rows;  // of each lane
        zone_id zone = 0;
        std::uint64_t most = 0;
    };

    forecast_answer run_group(const std::vector<lane_id>& lanes, const loads_of& loads) {
        return to_the_end(world_, limits_.part(lanes), loads, now_);
    }
    bool put_with_its_like(const std::vector<lane_id>& group, const loads_of& loads) {
        if (group.size() > 1 || loads.size() > 1) return false;
        const auto limits = limits_.fresh_kind(group.front(), now_.steady);
        if (!limits) return false;
        auto& its = alike_[{*limits, loads.front().zone}];
        its.rows.push_back(loads.front().rows);
        its.zone = loads.front().zone;
        if (loads.front().rows > its.most) {
            its.most = loads.front().rows;
            its.longest = group.front();
        }
        return true;
    }
    // The one with the most rows does what every other one does, and goes on.
    forecast_answer run_alike(const like& its) {
        auto answer = run_group({its.longest}, {{0, its.zone, its.most}});
        const std::uint64_t most = answer.departed;
        answer.departed = answer.left_over = 0;
        for (const auto rows : its.rows) {
            answer.departed += std::min(rows, most);
            answer.left_over += rows - std::min(rows, most);
        }
        return answer;
    }

    virtual_world& world_;
    const limiter& limits_;
    time_stamp now_;
    std::map<likeness, like> alike_;
};

}  // namespace

forecast_answer forecast(limiter limits, calendar hours, const std::vector<forecast_load>& loads,
                         time_stamp now, forecast_options options) {
    virtual_world world = world_of(hours, now, options);
    limits.assume_answered(now.steady + world.latency);
    auto rows = capped(loads, options.messages_max);
    const std::uint64_t beyond = sum_of(loads) - sum_of(rows);
    forecast_answer answer;
    if (options.canary > 0) {
        virtual_run first(world, std::move(limits), rows, now);
        answer = first.run_canary(options.canary);
        rows = first.rows_left();
        limits = first.limits();
        now = first.now();
        answer.left_over = 0;
        if (!rows.empty() && answer.departed > 0) answer.finish = now.wall;
    }
    if (any_may_send(rows))
        add(answer, run_for_any(world, limits, rows, now, options.lanes_out));
    else if (!options.skip)
        add(answer, to_the_end(world, limits, rows, now));
    else
        add(answer, groups_ahead(world, limits, now).run(rows));
    answer.left_over += beyond;
    return answer;
}

forecast_answer forecast_with_one_more(const limit_plan& plan, const limit_report& decides,
                                       const limiter_snapshot& known, calendar hours,
                                       const std::vector<forecast_load>& loads, time_stamp now,
                                       forecast_options options) {
    auto wider = with_one_more(plan, decides.scope, decides.name);
    limiter limits = make_limiter(wider.plan);
    limits.restore(known, now.steady);
    const double kept = static_cast<double>(limits.lane_count() - wider.added) /
                        static_cast<double>(limits.lane_count());
    std::vector<forecast_load> shared;
    std::map<zone_id, std::uint64_t> given;
    for (auto load : loads) {
        if (load.lane != lane_none) {
            const auto stays = static_cast<std::uint64_t>(static_cast<double>(load.rows) * kept);
            given[load.zone] += load.rows - stays;
            load.rows = stays;
            if (load.lane >= wider.first) load.lane += static_cast<lane_id>(wider.added);
        }
        shared.push_back(load);
    }
    for (const auto& [zone, rows] : given) {
        for (std::size_t i = 0; i < wider.added; ++i) {
            const std::uint64_t part = rows / wider.added + (i < rows % wider.added ? 1 : 0);
            shared.push_back({static_cast<lane_id>(wider.first + i), zone, part});
        }
    }
    if (!options.lanes_out.empty())
        options.lanes_out.insert(
            options.lanes_out.begin() + static_cast<std::ptrdiff_t>(wider.first), wider.added,
            false);
    return forecast(std::move(limits), std::move(hours), shared, now, std::move(options));
}

}  // namespace tidings::core
