// The endpoint's book of what it triggered: the oracle that a sender's claims are checked against.
// One entry a message, in the order of triggering, 24 bytes each; it forgets nothing. It also knows
// which numbers were triggered before. ledger_file.hpp writes it to a file.
#pragma once

#include "core/phone_number.hpp"
#include "core/time.hpp"
#include "gateway/rules/rules.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/unordered/unordered_flat_set.hpp>

namespace tidings::gateway {

// Whether the sender can know: did the kernel take the whole answer?
enum class delivery : std::uint8_t {
    pending,    // the answer is not out yet
    delivered,  // every byte of it was handed to the kernel
    lost,       // cut, held back, or the connection was gone
};

struct ledger_entry {
    triggered_message message;
    delivery answer = delivery::pending;
    bool repeat = false;  // an earlier entry has the same recipient
};

class ledger {
  public:
    // Entry numbers count from 0.
    using entry_number = std::uint64_t;
    static constexpr std::uint64_t entries_max = 2'000'000'000;

    entry_number add(const triggered_message& message);
    void set_delivery(entry_number which, delivery fate);

    std::uint64_t size() const noexcept { return size_; }
    ledger_entry operator[](entry_number which) const;
    // Messages to a recipient that had one before.
    std::uint64_t repeats() const noexcept { return repeats_; }
    std::uint64_t lost() const noexcept { return lost_; }
    void clear();

  private:
    // 50 bits of number, 2 of delivery, 1 of repeat; 48 bits of time in us, 16 of sender.
    struct packed {
        std::uint64_t to_and_flags;
        std::uint64_t at_and_sender;
        std::uint64_t token;
    };
    static constexpr std::size_t chunk_size = 65'536;
    using chunk = std::unique_ptr<packed[]>;

    struct spread {
        std::size_t operator()(std::uint64_t digits) const noexcept {
            return static_cast<std::size_t>((digits ^ (digits >> 29)) * 0x9E3779B97F4A7C15U);
        }
    };

    packed& at(entry_number which) { return chunks_[which / chunk_size][which % chunk_size]; }
    const packed& at(entry_number which) const {
        return chunks_[which / chunk_size][which % chunk_size];
    }

    std::vector<chunk> chunks_;  // never moved, so that growing costs no copy
    std::uint64_t size_ = 0;
    std::uint64_t repeats_ = 0;
    std::uint64_t lost_ = 0;
    boost::unordered_flat_set<std::uint64_t, spread> reached_;
};

enum class ledger_numbers : std::uint8_t {
    full,
    masked,  // +1555******01: the first four and the last two digits of a recipient's
};

// One line, without the newline: {"n":0,"ts":"2026-11-23T08:00:00.123456Z","bot":"st-...",
// "from":"+1...","to":"+1...","token":"0123456789abcdef","answer":"delivered","repeat":false}
void append_ledger_line(std::string& out, ledger::entry_number number, const ledger_entry& entry,
                        const std::vector<sender_name>& senders,
                        ledger_numbers numbers = ledger_numbers::full);

}  // namespace tidings::gateway
