#include "run/earlier_runs.hpp"

#include "core/wording.hpp"
#include "store/list_fingerprint.hpp"
#include "store/run_folder.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace tidings::run {

namespace {

constexpr std::size_t sentences_max = 3;

// "2026-11-03"; empty: an earlier version did not write it down.
std::string day_of(const store::known_run& run) {
    if (run.began == core::wall_time{}) return {};
    return core::spelled(run.began).substr(0, 10);
}

bool is_one_run(const store::known_run& one, const store::known_run& other) {
    return one.id != 0 ? one.id == other.id : one.folder == other.folder;
}

std::tuple<bool, std::uint64_t> rank(const earlier_run& one) {
    return {one.same, one.shared.common};
}

// What another folder said of the run may know less.
void add(std::vector<earlier_run>& into, earlier_run one) {
    const auto known = std::find_if(into.begin(), into.end(), [&](const earlier_run& other) {
        return is_one_run(one.run, other.run);
    });
    if (known == into.end())
        into.push_back(std::move(one));
    else if (rank(*known) < rank(one))
        *known = std::move(one);
}

core::result<earlier_run> compared(store::disk& disk, const list_and_bots& list,
                                   store::known_run run, people_roll* people,
                                   const people_roll::place* place) {
    earlier_run made;
    const bool same_file = !list.whole_sha256.empty() && run.list_fingerprint == list.whole_sha256;
    bool knows_people = false;
    made.there = disk.exists(store::run_paths(run.folder).record);
    if (place != nullptr) {
        auto theirs = store::people_of(disk, place->folder, run, place->key);
        if (!theirs) return theirs.error();
        knows_people = theirs->has_value();
        if (knows_people) made.shared = core::overlap_of(people->sample_of(*place), **theirs);
    }
    // Two campaigns may be for two parts of one file that have nobody in common.
    made.same = made.shared.same || (same_file && (!knows_people || made.shared.common > 0));
    made.run = std::move(run);
    return made;
}

}  // namespace

core::result<std::vector<earlier_run>> earlier_runs(store::disk& disk, const list_and_bots& list,
                                                    people_roll* people) {
    std::vector<earlier_run> found;
    for (const auto& folder : list.state) {
        auto runs = store::runs_on(disk, folder, list.bots);
        if (!runs) return runs.error();
        const people_roll::place* place = nullptr;
        if (people != nullptr)
            for (const auto& one : people->places())
                if (one.folder == folder) place = &one;
        for (auto& run : *runs) {
            auto one = compared(disk, list, std::move(run), people, place);
            if (!one) return one.error();
            if (one->same || one->shared.common > 0) add(found, std::move(*one));
        }
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const earlier_run& a, const earlier_run& b) { return rank(a) > rank(b); });
    return found;
}

std::string why_refused(const earlier_run& one) {
    const auto day = day_of(one.run);
    auto text = "this list went to this bot before, in run " + one.run.name;
    if (!day.empty()) text += " of " + day;
    text += " (" + one.run.folder + "): ";
    text +=
        one.there ? "`tidings resume` goes on with it, " : "that folder is not there any more; ";
    return text + "`--again NAME` texts everybody a second time";
}

std::vector<std::string> shared_in_words(std::span<const earlier_run> runs) {
    std::vector<std::string> all;
    std::size_t more = 0;
    for (const auto& one : runs) {
        if (one.same) continue;
        if (all.size() == sentences_max) {
            ++more;
            continue;
        }
        const auto day = day_of(one.run);
        const auto& shared = one.shared;
        all.push_back((shared.exact ? core::shown_count(shared.common) + " of " +
                                          core::shown_count(shared.people) + " people"
                                    : "about " + core::shown_share(shared.common, shared.people) +
                                          " of the people") +
                      " of this list were on the list of " + one.run.name +
                      (day.empty() ? "" : ", which began on " + day));
    }
    if (more > 0)
        all.push_back("some of them were on the lists of " + core::shown_count(more) +
                      " other runs on this bot too");
    return all;
}

}  // namespace tidings::run
