// Watches the requests of one endpoint that have no answer yet: how many more may join them, and
// which of them are overdue. An endpoint that has stopped answering is noticed by count long before
// any timeout: while no answer comes, only margin_max requests leave beyond what used to be under
// way; what may be under way doubles only by answers to what left since it was reached, and grows
// by a few at a time as soon as it has been enough for a while. Where some of the answers stay away
// (half of the servers behind a front are gone, and it asks them for seconds before it says so) the
// good ones would go on calling for more: so it is counted, too, how many are late of the last that
// have had their time, and nothing leaves while many are. What an answer says is core/verdict's,
// what overdue ones mean is core/circuit_breaker's.
#pragma once

#include "core/time.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace tidings::core {

class answer_watch {
  public:
    // Requests beyond those that used to be under way.
    static constexpr std::uint32_t margin_max = 4;
    // A request is overdue after four times what the slowest of late took, never before this.
    static constexpr duration patience_min = std::chrono::seconds(3);
    // It has had its time after what the slowest of the last few took, never before this.
    static constexpr duration time_min = std::chrono::milliseconds(10);
    static constexpr std::uint32_t late_of = 50;  // of so many that have had it

    // Of a request, in the order of leaving.
    using number = std::uint64_t;
    enum class standing : std::uint8_t {
        waited_for,
        overdue,    // said to be so by next_overdue()
        forgotten,  // left before forget()
    };

    // How many may leave now; none while late_max are late. Pre: margin <= margin_max, late_max >
    // 0.
    std::uint32_t room(std::uint32_t margin, std::uint32_t late_max) const noexcept {
        if (late_.open >= late_max) return 0;
        const std::uint32_t allowed = widest_.most() + margin;
        return waiting_ >= allowed ? 0 : allowed - waiting_;
    }

    number left(instant now) {
        if (++waiting_ >= widest_.most() + margin_max && growth_.credits == 0) {
            growth_.credits = growth_.steady ? 2 * margin_max : waiting_;
            growth_.wanted_of_late = true;
            growth_.from = next_;
        }
        if (size_ == under_way_.size()) grow();
        at(size_++) = {now, waiting_, true};
        ++next_;
        note_late(now);
        return next_ - 1;
    }

    // Each request ends once. `useful`: by an answer that shows how long answers take.
    standing ended(number which, instant departed, bool useful, instant now) noexcept {
        if (which < since_) return standing::forgotten;
        const number first = next_ - size_;
        const bool overdue = which < first;
        if (useful) note_time(now - departed);
        note_late(now);
        if (!overdue) {
            if (is_late(which)) --late_.open;
            const std::uint32_t together = close(which - first);
            if (useful) widen(which, together);
        }
        if (useful && ++ended_ >= std::max<std::uint64_t>(64, 2 * std::uint64_t{widest_.most()})) {
            ended_ = 0;
            growth_.steady |= !std::exchange(growth_.wanted_of_late, false);
            widest_.age();
            slowest_.age();
        }
        return overdue ? standing::overdue : standing::waited_for;
    }

    // The next one that has become overdue; it is told once.
    std::optional<number> next_overdue(instant now) noexcept {
        if (size_ == 0 || now - at(0).left < patience()) return std::nullopt;
        const number which = next_ - size_;
        if (is_late(which)) --late_.open;
        --waiting_;
        drop_front();
        return which;
    }
    // When the first may become so; never: nothing is under way.
    instant next_due() const noexcept { return waiting_ == 0 ? never : at(0).left + patience(); }

    // What has left so far says nothing any more of the endpoint as it is now.
    void forget() noexcept {
        size_ = 0;
        waiting_ = 0;
        growth_ = {};
        late_.open = 0;
        ended_ = 0;
        since_ = late_.before = next_;
        widest_ = {};
        slowest_.age();
    }

    std::uint32_t waiting() const noexcept { return waiting_; }
    duration patience() const noexcept { return std::max(patience_min, 4 * slowest_.most()); }

  private:
    struct request {
        instant left{};
        std::uint32_t together = 0;  // under way when it left, with it
        bool open = false;
    };

    // The most of the last one or two generations.
    template <class Value>
    struct recent {
        Value now{};
        Value before{};

        void note(Value value) noexcept { now = std::max(now, value); }
        void age() noexcept { before = std::exchange(now, Value{}); }
        Value most() const noexcept { return std::max(now, before); }
    };

    // Of what may be under way.
    struct growth {
        std::uint32_t credits = 0;    // answers that let one more be under way each
        number from = 0;              // what had left when it was reached: answers to later ones do
        bool wanted_of_late = false;  // in this generation
        bool steady = false;          // it was enough for a whole generation
    };

    struct lateness {
        number before = 0;       // the first that has not had its time
        std::uint32_t open = 0;  // among the last late_of before that one
        recent<duration> usual;  // what the last 20 to 40 took
        std::uint32_t usual_of = 0;
    };

    // That many may be under way, and this one was answered. Requests that never will be add up in
    // `together`, and do not in the span from a request's leaving to its answer.
    void widen(number which, std::uint32_t together) noexcept {
        const auto span = static_cast<std::uint32_t>(std::min<number>(next_ - which, UINT32_MAX));
        widest_.note(std::min(span, together));
        if (growth_.credits == 0 || which < growth_.from) return;
        --growth_.credits;
        if (span >= together - together / 4) widest_.note(widest_.most() + 1);
    }

    void note_time(duration took) noexcept {
        slowest_.note(took);
        late_.usual.note(took);
        if (++late_.usual_of < 20) return;
        late_.usual_of = 0;
        late_.usual.age();
    }

    void note_late(instant now) noexcept {
        const duration usual = late_.usual.most();
        if (usual == duration{}) return;  // nobody knows yet how long an answer takes
        const instant had_time = now - std::max(time_min, usual);
        const number first = next_ - size_;
        number& next = late_.before = std::max(late_.before, first);
        for (; next < next_ && at(next - first).left <= had_time; ++next) {
            if (at(next - first).open) ++late_.open;
            if (next >= first + late_of && at(next - first - late_of).open) --late_.open;
        }
    }
    // Pre: it is open.
    bool is_late(number which) const noexcept {
        return which < late_.before && which + late_of >= late_.before;
    }

    std::uint32_t close(std::uint64_t place) noexcept {
        request& one = at(place);
        const std::uint32_t together = one.together;
        one.open = false;
        --waiting_;
        if (!at(0).open) drop_front();
        return together;
    }

    // And the ones behind it that have ended.
    void drop_front() noexcept {
        do {
            head_ = (head_ + 1) & (under_way_.size() - 1);
            --size_;
        } while (size_ > 0 && !at(0).open);
    }

    request& at(std::uint64_t place) noexcept {
        return under_way_[(head_ + place) & (under_way_.size() - 1)];
    }
    const request& at(std::uint64_t place) const noexcept {
        return under_way_[(head_ + place) & (under_way_.size() - 1)];
    }
    void grow() {
        std::vector<request> wider(std::max<std::size_t>(64, 2 * under_way_.size()));
        for (std::size_t i = 0; i < size_; ++i)
            wider[i] = at(i);
        under_way_ = std::move(wider);
        head_ = 0;
    }

    std::vector<request> under_way_;  // a ring, from the oldest open one on; a power of two
    std::size_t head_ = 0;
    std::size_t size_ = 0;
    number next_ = 0;
    number since_ = 0;  // the first that is not forgotten
    std::uint32_t waiting_ = 0;
    std::uint64_t ended_ = 0;       // of this generation
    recent<std::uint32_t> widest_;  // as many as were under way
    recent<duration> slowest_;
    growth growth_;
    lateness late_;
};

}  // namespace tidings::core
