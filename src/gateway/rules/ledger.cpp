#include "gateway/rules/ledger.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace tidings::gateway {

namespace {

constexpr unsigned delivery_shift = 50;
constexpr unsigned repeat_shift = 52;
constexpr unsigned sender_shift = 48;
constexpr std::uint64_t number_mask = (std::uint64_t{1} << delivery_shift) - 1;
constexpr std::uint64_t delivery_mask = std::uint64_t{3} << delivery_shift;
constexpr std::uint64_t time_mask = (std::uint64_t{1} << sender_shift) - 1;
// 48 bits of microseconds are nine years; they count from here.
constexpr core::wall_time time_zero =
    std::chrono::sys_days(std::chrono::year(2024) / std::chrono::January / 1);

std::string_view name_of_delivery(delivery what) {
    switch (what) {
        case delivery::pending: return "pending";
        case delivery::delivered: return "delivered";
        case delivery::lost: return "lost";
    }
    return "";
}

}  // namespace

ledger::entry_number ledger::add(const triggered_message& message) {
    const auto number = size_;
    if (number / chunk_size == chunks_.size())
        chunks_.push_back(std::make_unique_for_overwrite<packed[]>(chunk_size));
    const bool repeat = !reached_.insert(message.to.digits()).second;
    if (repeat) ++repeats_;
    const auto time = static_cast<std::uint64_t>((message.at - time_zero).count()) & time_mask;
    at(number) = {message.to.digits() | (static_cast<std::uint64_t>(repeat) << repeat_shift),
                  time | (static_cast<std::uint64_t>(message.sender) << sender_shift),
                  message.token};
    ++size_;
    return number;
}

void ledger::set_delivery(entry_number which, delivery fate) {
    if (which >= size_) return;  // written in a book that was cleared meanwhile
    auto& bits = at(which).to_and_flags;
    bits = (bits & ~delivery_mask) | (static_cast<std::uint64_t>(fate) << delivery_shift);
    if (fate == delivery::lost) ++lost_;
}

ledger_entry ledger::operator[](entry_number which) const {
    const auto& one = at(which);
    ledger_entry made;
    made.message.to = core::phone_number::from_digits(one.to_and_flags & number_mask);
    made.message.at = time_zero + std::chrono::microseconds(
                                      static_cast<std::int64_t>(one.at_and_sender & time_mask));
    made.message.sender = static_cast<sender_id>(one.at_and_sender >> sender_shift);
    made.message.token = one.token;
    made.answer = static_cast<delivery>((one.to_and_flags & delivery_mask) >> delivery_shift);
    made.repeat = ((one.to_and_flags >> repeat_shift) & 1) != 0;
    return made;
}

void ledger::clear() {
    chunks_.clear();
    size_ = repeats_ = lost_ = 0;
    reached_.clear();
}

namespace {

std::string masked(std::string number) {
    constexpr std::size_t first = 5, last = 2, digits_min = 9;  // the plus is one of the first
    const bool long_enough = number.size() > digits_min;
    const auto from = long_enough ? first : std::min<std::size_t>(number.size(), 2);
    const auto until = long_enough ? number.size() - last : number.size();
    std::fill(number.begin() + static_cast<std::ptrdiff_t>(from),
              number.begin() + static_cast<std::ptrdiff_t>(until), '*');
    return number;
}

}  // namespace

void append_ledger_line(std::string& out, ledger::entry_number number, const ledger_entry& entry,
                        const std::vector<sender_name>& senders, ledger_numbers numbers) {
    auto to = entry.message.to.text();
    if (numbers == ledger_numbers::masked) to = masked(std::move(to));
    const auto day = std::chrono::floor<std::chrono::days>(entry.message.at);
    const std::chrono::year_month_day date(day);
    const auto us = (entry.message.at - day).count();
    const auto& sender = senders[entry.message.sender];
    fmt::format_to(
        std::back_inserter(out),
        FMT_STRING(R"({{"n":{},"ts":"{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z","bot":"{}",)"
                   R"("from":"{}","to":"{}","token":"{:016x}","answer":"{}","repeat":{}}})"),
        number, static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()), us / 3'600'000'000, us / 60'000'000 % 60,
        us / 1'000'000 % 60, us % 1'000'000, sender.bot, sender.number.text(), to,
        entry.message.token, name_of_delivery(entry.answer), entry.repeat);
}

}  // namespace tidings::gateway
