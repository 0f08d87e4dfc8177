// Watches the requests of one endpoint that have no answer yet: how many more may join them, and
// which of them are overdue. An endpoint that has stopped answering is noticed by count long before
// any timeout: while no answer comes, only margin_max requests leave beyond what used to be under
// way; what may be under way doubles only by answers to what left since it was reached.
// What an answer says is core/verdict's, what overdue ones mean is core/circuit_breaker's.
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

    // Of a request, in the order of leaving.
    using number = std::uint64_t;
    enum class standing : std::uint8_t {
        waited_for,
        overdue,    // said to be so by next_overdue()
        forgotten,  // left before forget()
    };

    // How many may leave now. Pre: margin <= margin_max.
    std::uint32_t room(std::uint32_t margin) const noexcept {
        const std::uint32_t allowed = widest_.most() + margin;
        return waiting_ >= allowed ? 0 : allowed - waiting_;
    }

    number left(instant now) {
        if (++waiting_ >= widest_.most() + margin_max && credits_ == 0) {
            credits_ = waiting_;
            reached_ = next_;
        }
        if (size_ == under_way_.size()) grow();
        at(size_++) = {now, waiting_, true};
        return next_++;
    }

    // Each request ends once. `useful`: by an answer that shows how long answers take.
    standing ended(number which, instant departed, bool useful, instant now) noexcept {
        if (which < since_) return standing::forgotten;
        const number first = next_ - size_;
        const bool overdue = which < first;
        if (useful) slowest_.note(now - departed);
        if (!overdue) {
            const std::uint32_t together = close(which - first);
            if (useful) widen(which, together);
        }
        if (useful && ++ended_ >= std::max<std::uint64_t>(64, 2 * std::uint64_t{widest_.most()})) {
            ended_ = 0;
            widest_.age();
            slowest_.age();
        }
        return overdue ? standing::overdue : standing::waited_for;
    }

    // The next one that has become overdue; it is told once.
    std::optional<number> next_overdue(instant now) noexcept {
        if (size_ == 0 || now - at(0).left < patience()) return std::nullopt;
        const number which = next_ - size_;
        --waiting_;
        drop_front();
        return which;
    }
    // When the first may become so; never: nothing is under way.
    instant next_due() const noexcept { return waiting_ == 0 ? never : at(0).left + patience(); }

    // What has left so far says nothing any more of the endpoint as it is now.
    void forget() noexcept {
        size_ = 0;
        waiting_ = credits_ = 0;
        ended_ = 0;
        since_ = next_;
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

    // That many may be under way, and this one was answered. Requests that never will be add up in
    // `together`, and do not in the span from a request's leaving to its answer.
    void widen(number which, std::uint32_t together) noexcept {
        const auto span = static_cast<std::uint32_t>(std::min<number>(next_ - which, UINT32_MAX));
        widest_.note(std::min(span, together));
        if (credits_ == 0 || which < reached_) return;
        --credits_;
        if (span >= together - together / 4) widest_.note(widest_.most() + 1);
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
    std::uint32_t credits_ = 0;     // answers that let one more be under way each
    number reached_ = 0;            // what had left when the most that may was under way
    std::uint64_t ended_ = 0;       // of this generation
    recent<std::uint32_t> widest_;  // as many as were under way
    recent<duration> slowest_;
};

}  // namespace tidings::core
