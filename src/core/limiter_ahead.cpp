// The part of core/limiter.hpp that serves core/forecast: copies that are run ahead.
#include "core/limiter.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace tidings::core {

bool limiter::limited(lane_id id) const {
    const auto all = lanes_[id].all();
    return std::any_of(all.begin(), all.end(),
                       [&](scope_id which) { return scopes_[which].ring_count > 0; });
}

void limiter::assume_answered(instant when) {
    for (auto& in : scopes_) {
        for (std::uint32_t r = in.first_ring; r != in.first_ring + in.ring_count; ++r) {
            rings_[r].answer_all(when);
            notes_[r].probe_at = never;
        }
        in.in_flight = in.stragglers = 0;
        // A probe's answer is not known: it may not raise what is believed.
        if (in.state == gate::probe_out) in.state = gate::open;
        if (in.state == gate::trial_out) in.state = gate::trial;
    }
}

std::vector<limiter::limit_use> limiter::uses() const {
    std::vector<limit_use> out;
    for (std::size_t which = 0; which < scopes_.size(); ++which) {
        const scope& in = scopes_[which];
        for (std::uint32_t r = in.first_ring; r != in.first_ring + in.ring_count; ++r)
            out.push_back({static_cast<scope_id>(which),
                           {rings_[r].believed(), rings_[r].asked().window},
                           rings_[r].free(),
                           rings_[r].taken()});
    }
    return out;
}

std::vector<std::vector<lane_id>> limiter::groups() const {
    // Each lane points to one of its group, the last one to itself.
    std::vector<lane_id> towards(lanes_.size());
    std::iota(towards.begin(), towards.end(), lane_id{0});
    const auto head_of = [&](lane_id id) {
        while (towards[id] != id)
            id = towards[id] = towards[towards[id]];
        return id;
    };
    std::vector<lane_id> first_of(scopes_.size(), lane_none);
    for (lane_id id = 0; id < lanes_.size(); ++id) {
        for (const scope_id which : lanes_[id].all()) {
            if (!binds(scopes_[which])) continue;
            if (first_of[which] == lane_none)
                first_of[which] = id;
            else
                towards[head_of(id)] = head_of(first_of[which]);
        }
    }
    std::vector<std::vector<lane_id>> made;
    std::vector<std::size_t> group_of(lanes_.size(), lanes_.size());
    for (lane_id id = 0; id < lanes_.size(); ++id) {
        auto& its = group_of[head_of(id)];
        if (its == lanes_.size()) {
            its = made.size();
            made.emplace_back();
        }
        made[its].push_back(id);
    }
    return made;
}

limiter limiter::part(std::span<const lane_id> lanes) const {
    limiter made;
    const auto copy_rings = [&](scope& in) {
        const std::uint32_t from = in.first_ring;
        in.first_ring = static_cast<std::uint32_t>(made.rings_.size());
        for (std::uint32_t r = from; r != from + in.ring_count; ++r) {
            made.rings_.push_back(rings_[r]);
            made.notes_.push_back(notes_[r]);
        }
        in.pacing_ring += in.first_ring - from;
        in.probing_ring += in.first_ring - from;
        if (in.learning_ring != no_ring) in.learning_ring += in.first_ring - from;
    };
    made.scopes_.front() = scopes_.front();
    made.rings_.front() = rings_.front();
    made.notes_.front() = notes_.front();
    std::unordered_map<scope_id, scope_id> copied{{scope_id{0}, scope_id{0}}};
    for (const lane_id id : lanes) {
        lane another = lanes_[id];
        for (auto& which : std::span(another.scopes, another.count)) {
            const auto [known, is_new] =
                copied.try_emplace(which, static_cast<scope_id>(made.scopes_.size()));
            if (is_new) {
                made.scopes_.push_back(scopes_[which]);
                copy_rings(made.scopes_.back());
            }
            which = known->second;
        }
        made.lanes_.push_back(another);
    }
    return made;
}

std::optional<std::string> limiter::fresh_kind(lane_id id, instant now) const {
    std::string kind;
    for (const scope_id which : lanes_[id].all()) {
        const scope& in = scopes_[which];
        if (in.state != gate::open || in.next_due > now || in.frozen_until > now)
            return std::nullopt;
        if (in.ring_count == 0) continue;
        kind += 'p' + std::to_string(static_cast<int>(in.how));
        for (std::uint32_t r = in.first_ring; r != in.first_ring + in.ring_count; ++r) {
            if (rings_[r].used() != 0) return std::nullopt;
            kind += ' ' + std::to_string(rings_[r].believed()) + '/' +
                    std::to_string(rings_[r].asked().window.count());
        }
    }
    return kind;
}

}  // namespace tidings::core
