#include "codec/records/journal_record.hpp"

#include "codec/records/byte_cursor.hpp"
#include "codec/records/crc32c.hpp"

#include <algorithm>
#include <limits>

namespace tidings::codec {

namespace {

using core::journal_batch;
using core::outcome;
using core::settlement;

// The sections of a frame, in the order in which they stand and are applied; empty ones are left
// out.
enum class section : std::uint8_t { settled = 1, parked = 2, spent = 3, released = 4, noted = 5 };

// Of a slot that is `noted`: what an entry of `spent` cannot say.
constexpr std::uint8_t noted_unread = 1;
constexpr std::uint8_t noted_question = 2;

// A settlement's first byte: the outcome in the low three bits, then these.
constexpr std::uint8_t flag_usual = 8;       // by, status and attempts are the usual ones
constexpr std::uint8_t flag_same_lane = 16;  // as the settlement before
constexpr std::uint8_t flag_text = 32;
constexpr std::uint8_t flag_same_text = 64;  // as the last text before
constexpr std::uint8_t flags_unused = 128;

constexpr std::uint32_t head_flag_finished = 1;
constexpr std::size_t checked_from = 8;  // size and checksum stand before it

// What is left out of a settlement when it is so.
constexpr std::uint16_t usual_status(outcome what) {
    switch (what) {
        case outcome::accepted: return 200;
        case outcome::rejected: return 400;
        case outcome::unknown:
        case outcome::failed:
        case outcome::expired:
        case outcome::invalid:
        case outcome::duplicate:
        case outcome::suppressed: return 0;
    }
    return 0;
}

constexpr std::uint16_t usual_attempts(outcome what) {
    switch (what) {
        case outcome::accepted:
        case outcome::rejected:
        case outcome::unknown:
        case outcome::failed: return 1;
        case outcome::expired:
        case outcome::invalid:
        case outcome::duplicate:
        case outcome::suppressed: return 0;
    }
    return 0;
}

bool is_usual(const settlement& one) {
    return one.by == 0 && one.status == usual_status(one.what) &&
           one.attempts == usual_attempts(one.what);
}

std::int64_t micros(core::wall_time at) {
    return at.time_since_epoch().count();
}
core::wall_time from_micros(std::int64_t at) {
    return core::wall_time(std::chrono::microseconds(at));
}

// Sums and differences wrap instead of overflowing: a hostile frame must not be undefined.
std::int64_t minus(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
std::int64_t plus(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
std::int64_t row_step(core::row_number row, core::row_number before) {
    return static_cast<std::int64_t>(row - before);
}

std::size_t room_for(const journal_batch& batch) {
    constexpr std::size_t entry = 48;
    constexpr std::size_t section_head = 11;
    return frame_head_bytes + 5 * section_head + batch.settled.size() * entry +
           (batch.parked.size() + batch.spent.size() + batch.released.size()) * 24 +
           std::min(batch.text.size(), batch.settled.size() * detail_bytes_max);
}

void write_settled(byte_writer& out, const journal_batch& batch, std::int64_t base) {
    core::row_number row = 0;
    std::int64_t at = base;
    core::lane_id lane = 0;
    std::string_view last_text;
    for (const auto& one : batch.settled) {
        const auto text = batch.text_of(one).substr(0, detail_bytes_max);
        const bool usual = is_usual(one);
        auto flags = static_cast<std::uint8_t>(one.what);
        if (usual) flags |= flag_usual;
        if (one.lane == lane) flags |= flag_same_lane;
        if (!text.empty()) flags |= flag_text;
        if (!text.empty() && text == last_text) flags |= flag_same_text;
        out.byte(flags);
        out.signed_varint(row_step(one.row, row));
        out.signed_varint(minus(micros(one.at), at));
        out.varint(one.latency_us);
        if (one.lane != lane) out.varint(one.lane);
        if (!usual) {
            out.byte(one.by);
            out.varint(one.status);
            out.varint(one.attempts);
        }
        if (!text.empty() && text != last_text) {
            out.varint(text.size());
            out.text(text);
        }
        row = one.row;
        at = micros(one.at);
        lane = one.lane;
        if (!text.empty()) last_text = text;
    }
}

void write_records(byte_writer& out, const journal_batch& batch, std::int64_t base) {
    const auto begin = [&](section which, std::size_t count) {
        if (count == 0) return;
        out.byte(static_cast<std::uint8_t>(which));
        out.varint(count);
    };
    begin(section::settled, batch.settled.size());
    write_settled(out, batch, base);
    begin(section::parked, batch.parked.size());
    core::row_number row = 0;
    for (const auto parked : batch.parked) {
        out.signed_varint(row_step(parked, row));
        row = parked;
    }
    const auto is_plain = [](const core::spent_slot& one) { return !one.unread && !one.question; };
    const auto plain =
        static_cast<std::size_t>(std::count_if(batch.spent.begin(), batch.spent.end(), is_plain));
    begin(section::spent, plain);
    std::int64_t at = base;
    const auto write_slot = [&](const core::spent_slot& spent) {
        out.varint(spent.lane);
        out.signed_varint(minus(micros(spent.at), at));
        at = micros(spent.at);
    };
    for (const auto& spent : batch.spent)
        if (is_plain(spent)) write_slot(spent);
    begin(section::released, batch.released.size());
    row = 0;
    for (const auto& run : batch.released) {
        out.signed_varint(row_step(run.first, row));
        out.varint(run.count);
        row = run.first + run.count;
    }
    begin(section::noted, batch.spent.size() - plain);
    at = base;
    for (const auto& spent : batch.spent) {
        if (is_plain(spent)) continue;
        out.byte(static_cast<std::uint8_t>((spent.unread ? noted_unread : 0) |
                                           (spent.question ? noted_question : 0)));
        write_slot(spent);
    }
}

class record_reader {
  public:
    record_reader(std::span<const std::byte> records, std::int64_t base, journal_batch& batch)
        : in_(records), base_(base), batch_(batch) {}

    bool read_all() {
        std::uint8_t before = 0;
        while (in_.ok() && !in_.at_end()) {
            const auto which = in_.byte();
            if (which <= before) in_.fail();
            before = which;
            const auto count = in_.varint();
            // An entry takes a byte at least: a count beyond that is no reason to allocate.
            if (count == 0 || count > in_.left()) in_.fail();
            if (in_.ok()) read_section(which, count);
        }
        return in_.ok();
    }

  private:
    void read_section(std::uint8_t which, std::uint64_t count) {
        switch (static_cast<section>(which)) {
            case section::settled: return read_settled(count);
            case section::parked: return read_parked(count);
            case section::spent: return read_spent(count, false);
            case section::released: return read_released(count);
            case section::noted: return read_spent(count, true);
        }
        in_.fail();
    }

    core::row_number row_after(core::row_number before) {
        const auto row = before + static_cast<core::row_number>(in_.signed_varint());
        if (row == 0 || row > row_max) in_.fail();
        return row;
    }

    template <class Integer>
    Integer small() {
        const auto value = in_.varint();
        if (value > std::numeric_limits<Integer>::max()) in_.fail();
        return static_cast<Integer>(value);
    }

    void read_settled(std::uint64_t count) {
        constexpr std::size_t entry_bytes_min = 4;
        batch_.settled.reserve(std::min<std::size_t>(count, in_.left() / entry_bytes_min));
        settlement one;
        one.lane = 0;
        std::int64_t at = base_;
        std::uint32_t text_at = 0, text_size = 0;
        for (; count != 0 && in_.ok(); --count) {
            const auto flags = in_.byte();
            if ((flags & flags_unused) != 0) in_.fail();
            one.what = static_cast<outcome>(flags & 7);
            one.row = row_after(one.row);
            at = plus(at, in_.signed_varint());
            one.at = from_micros(at);
            one.latency_us = small<std::uint32_t>();
            if ((flags & flag_same_lane) == 0) one.lane = small<core::lane_id>();
            if ((flags & flag_usual) != 0) {
                one.by = 0;
                one.status = usual_status(one.what);
                one.attempts = usual_attempts(one.what);
            } else {
                one.by = in_.byte();
                one.status = small<std::uint16_t>();
                one.attempts = small<std::uint16_t>();
            }
            if ((flags & (flag_text | flag_same_text)) == flag_text) {
                const auto text = in_.text(std::min(in_.varint(), detail_bytes_max + 1));
                if (text.size() > detail_bytes_max) in_.fail();
                text_at = static_cast<std::uint32_t>(batch_.text.size());
                text_size = static_cast<std::uint32_t>(text.size());
                batch_.text.append(text);
            }
            one.text_at = (flags & flag_text) != 0 ? text_at : 0;
            one.text_size = (flags & flag_text) != 0 ? text_size : 0;
            if (in_.ok()) batch_.settled.push_back(one);
        }
    }

    void read_parked(std::uint64_t count) {
        core::row_number row = 0;
        for (; count != 0 && in_.ok(); --count) {
            row = row_after(row);
            if (in_.ok()) batch_.parked.push_back(row);
        }
    }

    void read_spent(std::uint64_t count, bool noted) {
        constexpr std::uint8_t known = noted_unread | noted_question;
        std::int64_t at = base_;
        for (; count != 0 && in_.ok(); --count) {
            const auto what = noted ? in_.byte() : std::uint8_t{0};
            if (noted && (what == 0 || what > known)) in_.fail();
            const auto lane = small<core::lane_id>();
            at = plus(at, in_.signed_varint());
            if (in_.ok())
                batch_.spent.push_back({lane, from_micros(at), (what & noted_unread) != 0,
                                        (what & noted_question) != 0});
        }
    }

    void read_released(std::uint64_t count) {
        core::row_number row = 0;
        for (; count != 0 && in_.ok(); --count) {
            const auto first = row_after(row);
            const auto rows = small<std::uint32_t>();
            if (rows == 0 || first + rows - 1 > row_max) in_.fail();
            if (in_.ok()) batch_.released.push_back({first, rows});
            row = first + rows;
        }
    }

    byte_reader in_;
    std::int64_t base_;
    journal_batch& batch_;
};

std::uint32_t checksum(std::span<const std::byte> frame, std::uint32_t salt) {
    const auto sized = crc32c(frame.first(4), salt);
    return crc32c(frame.subspan(checked_from), sized);
}

}  // namespace

std::size_t append_frame(std::vector<std::byte>& out, const frame_head& head,
                         const journal_batch& batch, std::uint32_t salt) {
    const auto begin = out.size();
    out.resize(begin + room_for(batch));
    byte_writer writer(out.data() + begin + checked_from);
    writer.fixed(head.sequence);
    writer.fixed(micros(head.at.wall));
    writer.fixed(static_cast<std::int64_t>(head.at.steady.time_since_epoch().count()));
    writer.fixed(head.boot);
    writer.fixed(head.finished ? head_flag_finished : std::uint32_t{0});
    write_records(writer, batch, micros(head.at.wall));
    const auto size = static_cast<std::size_t>(writer.at() - (out.data() + begin));
    out.resize(begin + size);
    const std::span<std::byte> frame(out.data() + begin, size);
    byte_writer(frame.data()).fixed(static_cast<std::uint32_t>(size));
    byte_writer(frame.data() + 4).fixed(checksum(frame, salt));
    return size;
}

frame_found find_frame(std::span<const std::byte> bytes, std::uint32_t salt) {
    frame_found found;
    const auto looked_at = bytes.first(std::min(bytes.size(), frame_head_bytes));
    const auto is_zero = [](std::byte one) { return one == std::byte{0}; };
    if (std::all_of(looked_at.begin(), looked_at.end(), is_zero)) return found;
    found.state = frame_state::short_read;
    found.size = frame_head_bytes;
    if (bytes.size() < frame_head_bytes) return found;

    byte_reader in(bytes);
    const auto size = in.fixed<std::uint32_t>();
    const auto crc = in.fixed<std::uint32_t>();
    found.head.sequence = in.fixed<std::uint64_t>();
    found.head.at.wall = from_micros(in.fixed<std::int64_t>());
    found.head.at.steady = core::instant(core::duration(in.fixed<std::int64_t>()));
    found.head.boot = in.fixed<std::uint32_t>();
    const auto flags = in.fixed<std::uint32_t>();
    found.head.finished = (flags & head_flag_finished) != 0;
    found.size = size;
    if (size < frame_head_bytes || size > frame_bytes_max || flags > head_flag_finished) {
        found.state = frame_state::bad;
        return found;
    }
    if (size > bytes.size()) return found;
    const auto frame = bytes.first(size);
    found.state = checksum(frame, salt) == crc ? frame_state::good : frame_state::bad;
    found.records = frame.subspan(frame_head_bytes);
    return found;
}

bool read_records(const frame_found& frame, journal_batch& batch) {
    batch.clear();
    return record_reader(frame.records, micros(frame.head.at.wall), batch).read_all();
}

void guess_records(std::span<const std::byte> bytes, journal_batch& batch) {
    batch.clear();
    if (bytes.size() <= frame_head_bytes) return;
    record_reader(bytes.subspan(frame_head_bytes), 0, batch).read_all();
}

}  // namespace tidings::codec
