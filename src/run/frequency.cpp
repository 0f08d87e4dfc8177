#include "run/frequency.hpp"

#include "codec/numbers/number_hash.hpp"
#include "core/wording.hpp"
#include "store/known_runs.hpp"
#include "store/people_file.hpp"
#include "store/recent_numbers.hpp"

#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace tidings::run {

namespace {

// What other runs send meanwhile is taken in so often.
constexpr auto refresh_interval = std::chrono::seconds(10);

class texted_lately {
  public:
    texted_lately(store::recent_numbers numbers, const codec::number_key& key,
                  const core::rate_limit& at_most, std::function<core::time_stamp()> now)
        : numbers_(std::move(numbers)),
          hash_(key),
          at_most_(at_most),
          now_(std::move(now)),
          looked_(now_()) {}

    std::string why_not(core::phone_number to) {
        if (--until_look_ == 0) look();
        const auto window = std::chrono::duration_cast<std::chrono::microseconds>(at_most_.window);
        const auto found = numbers_.find(hash_(to), looked_.wall - window);
        if (found.times < at_most_.count) return {};
        return "frequency " + core::spelled(at_most_) + ": texted at " + core::spelled(found.last);
    }

  private:
    // The clock costs more than an answer.
    static constexpr int answers_between = 256;

    void look() {
        until_look_ = answers_between;
        const auto now = now_();
        if (now.steady - looked_.steady < refresh_interval) return;
        looked_ = now;
        // What cannot be read now was read before: the older answer stands.
        static_cast<void>(numbers_.refresh());
    }

    store::recent_numbers numbers_;
    codec::number_hash hash_;
    core::rate_limit at_most_;
    std::function<core::time_stamp()> now_;
    core::time_stamp looked_;
    int until_look_ = answers_between;
};

}  // namespace

core::result<runner::number_objection> objection_of(const surroundings& around,
                                                    const frequency_cap& cap) {
    const auto key = store::read_key(around.disk, cap.state_folder);
    if (!key) return key.error();
    // Without a key nobody was written down there.
    if (!*key) return runner::number_objection();
    const auto window = std::chrono::duration_cast<std::chrono::microseconds>(cap.at_most.window);
    auto numbers = store::recent_numbers::load(around.disk, cap.state_folder, cap.own_run,
                                               around.now().wall - window);
    if (!numbers) return numbers.error();
    // Copies of the objection share it, one reader's thread at a time.
    const auto lately =
        std::make_shared<texted_lately>(std::move(*numbers), **key, cap.at_most, around.now);
    return runner::number_objection(
        [lately](core::phone_number to) { return lately->why_not(to); });
}

core::result<store::recorder::release_note> releases_noted_in(const surroundings& around,
                                                              const std::string& state_folder,
                                                              const std::string& people,
                                                              std::uint64_t run) {
    auto rows = store::people_file::open(around.disk, people);
    if (!rows) return rows.error();
    const auto key = store::read_key(around.disk, state_folder);
    if (!key) return key.error();
    // A run that was moved to where others hash differently: its hashes would be nobody's.
    if (!*key || **key != rows->key()) {
        around.tell("who is texted is not remembered for frequency caps: the run was moved");
        return store::recorder::release_note();
    }
    if (auto done = store::drop_old_recent(around.disk, state_folder, around.now().wall); !done)
        return done.error();
    auto log = store::recent_log::open(around.disk, state_folder, run);
    if (!log) return log.error();
    struct parts {
        store::people_file rows;
        store::recent_log log;
    };
    // The recorder's copy shares it with nobody else.
    const auto own = std::make_shared<parts>(parts{std::move(*rows), std::move(*log)});
    return store::recorder::release_note(
        [own](std::span<const core::release_run> runs, core::time_stamp now) -> core::result<void> {
            std::vector<std::uint64_t> hashes;
            for (const auto& one : runs)
                for (auto row = one.first; row < one.first + one.count; ++row) {
                    if (row > own->rows.rows()) continue;
                    const auto hash = own->rows.hash_of(row);
                    if (!hash) return hash.error();
                    hashes.push_back(*hash);
                }
            return own->log.add(hashes, now.wall);
        });
}

}  // namespace tidings::run
