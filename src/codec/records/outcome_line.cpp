#include "codec/records/outcome_line.hpp"

#include "codec/records/journal_record.hpp"
#include "core/foreign_text.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstring>

namespace tidings::codec {

namespace {

constexpr std::size_t name_bytes_max = 256;  // of run and bot, before escaping
constexpr std::size_t timestamp_bytes = 27;

char* put(char* out, std::string_view text) {
    std::memcpy(out, text.data(), text.size());
    return out + text.size();
}

char* put_digits(char* out, std::uint64_t value, unsigned digits) {
    for (unsigned i = digits; i-- > 0; value /= 10)
        out[i] = static_cast<char>('0' + value % 10);
    return out + digits;
}

char* put_number(char* out, std::uint64_t value) {
    return std::to_chars(out, out + 20, value).ptr;
}

// Milliseconds with as many decimals as are needed, one at least: 43.1, 0.0, 12.345
char* put_milliseconds(char* out, std::uint32_t micros) {
    out = put_number(out, micros / 1000);
    *out++ = '.';
    char* const end = put_digits(out, micros % 1000, 3);
    char* last = end;
    while (last > out + 1 && last[-1] == '0')
        --last;
    return last;
}

std::string escaped(std::string_view text) {
    std::string out;
    core::append_json(out, text.substr(0, name_bytes_max));
    return out;
}

// Walks over a line from front to back; stays failed after the first mismatch.
class line_cursor {
  public:
    explicit line_cursor(std::string_view line) : rest_(line) {}

    bool ok() const { return ok_; }
    bool at_end() const { return rest_.empty(); }
    void literal(std::string_view expected) {
        if (!rest_.starts_with(expected)) return fail();
        rest_.remove_prefix(expected.size());
    }
    std::string_view skip(std::size_t count) {
        if (rest_.size() < count) return fail(), std::string_view{};
        const auto skipped = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return skipped;
    }
    // The inside of a string, up to its closing quote, which is left.
    std::string_view string() {
        std::size_t end = 0;
        for (;;) {
            end = rest_.find('"', end);
            if (end == std::string_view::npos) return fail(), std::string_view{};
            std::size_t slashes = 0;
            while (slashes < end && rest_[end - 1 - slashes] == '\\')
                ++slashes;
            if (slashes % 2 == 0) break;
            ++end;
        }
        return skip(end);
    }
    std::uint64_t number() {
        std::uint64_t value = 0;
        const auto read = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
        if (read.ec != std::errc{} || read.ptr == rest_.data()) return fail(), 0;
        rest_.remove_prefix(static_cast<std::size_t>(read.ptr - rest_.data()));
        return value;
    }

  private:
    void fail() {
        ok_ = false;
        rest_ = {};
    }

    std::string_view rest_;
    bool ok_ = true;
};

}  // namespace

char* write_number(char* out, core::phone_number number, number_style style) noexcept {
    char* const end = number.write_to(out);
    if (style == number_style::full) return end;
    // A short number with six digits left standing would not be masked at all.
    const std::ptrdiff_t digits = end - out - 1;
    const std::ptrdiff_t shown_first = digits >= 9 ? 4 : 1;
    const std::ptrdiff_t shown_last = digits >= 9 ? 2 : 0;
    if (digits > 0) std::fill(out + 1 + shown_first, end - shown_last, '*');
    return end;
}

char* write_timestamp(char* out, core::wall_time at) noexcept {
    using namespace std::chrono;
    const auto day = floor<days>(at);
    const year_month_day date(day);
    const auto of_day = static_cast<std::uint64_t>((at - day).count());
    const std::uint64_t seconds = of_day / 1'000'000;
    const int year = std::clamp(static_cast<int>(date.year()), 0, 9999);
    out = put_digits(out, static_cast<std::uint64_t>(year), 4);
    *out++ = '-';
    out = put_digits(out, static_cast<unsigned>(date.month()), 2);
    *out++ = '-';
    out = put_digits(out, static_cast<unsigned>(date.day()), 2);
    *out++ = 'T';
    out = put_digits(out, seconds / 3600, 2);
    *out++ = ':';
    out = put_digits(out, seconds / 60 % 60, 2);
    *out++ = ':';
    out = put_digits(out, seconds % 60, 2);
    *out++ = '.';
    out = put_digits(out, of_day % 1'000'000, 6);
    *out++ = 'Z';
    return out;
}

outcome_line::outcome_line(std::string_view run, const std::vector<lane_identity>& lanes,
                           number_style style)
    : before_row_("\",\"run\":\"" + escaped(run) + "\",\"row\":"), style_(style) {
    for (const auto& lane : lanes)
        after_number_.push_back("\",\"from\":\"" + escaped(lane.from) + "\",\"bot\":\"" +
                                escaped(lane.bot) + "\",\"outcome\":\"");
    after_number_.emplace_back("\",\"from\":\"\",\"bot\":\"\",\"outcome\":\"");
}

void outcome_line::append(std::string& out, const core::settlement& what,
                          std::string_view detail) const {
    char number[core::phone_number::text_max];
    const char* const end = write_number(number, what.to, style_);
    append(out, what, detail, std::string_view(number, static_cast<std::size_t>(end - number)));
}

void outcome_line::append(std::string& out, const core::settlement& what, std::string_view detail,
                          std::string_view number) const {
    constexpr std::string_view opening = "{\"ts\":\"";
    char front[opening.size() + timestamp_bytes];
    char* at = write_timestamp(put(front, opening), what.at);
    out.append(front, static_cast<std::size_t>(at - front));
    out.append(before_row_);

    char middle[20 + 7 + core::phone_number::text_max];
    at = put(put_number(middle, what.row), ",\"to\":\"");
    at = put(at, number.substr(0, core::phone_number::text_max));
    out.append(middle, static_cast<std::size_t>(at - middle));
    out.append(after_number_[std::min<std::size_t>(what.lane, after_number_.size() - 1)]);

    char back[128];
    at = put(back, core::name_of(what.what));
    at = put_number(put(at, "\",\"status\":"), what.status);
    at = put_number(put(at, ",\"attempts\":"), what.attempts);
    at = put_milliseconds(put(at, ",\"latency_ms\":"), what.latency_us);
    at = put(at, ",\"detail\":\"");
    out.append(back, static_cast<std::size_t>(at - back));
    const auto told = detail.substr(0, detail_bytes_max);
    if (style_ == number_style::full)
        core::append_json(out, told);
    else
        core::append_json(out, core::with_numbers_masked(told));
    out.append("\"}\n");
}

std::optional<scanned_line> scan_line(std::string_view line) {
    // Zeros in place of lost blocks would pass for the inside of a string.
    for (const char c : line)
        if (static_cast<unsigned char>(c) < 0x20) return std::nullopt;
    scanned_line seen;
    line_cursor in(line);
    in.literal("{\"ts\":\"");
    in.skip(timestamp_bytes);
    in.literal("\",\"run\":\"");
    in.string();
    in.literal("\",\"row\":");
    seen.row = in.number();
    in.literal(",\"to\":\"");
    seen.number = in.string();
    in.literal("\",\"from\":\"");
    in.string();
    in.literal("\",\"bot\":\"");
    in.string();
    in.literal("\",\"outcome\":\"");
    const auto what = core::outcome_named(in.string());
    in.literal("\",\"status\":");
    in.number();
    in.literal(",\"attempts\":");
    in.number();
    in.literal(",\"latency_ms\":");
    in.number();
    in.literal(".");
    in.number();
    in.literal(",\"detail\":\"");
    in.string();
    in.literal("\"}");
    if (!in.ok() || !in.at_end() || !what || seen.row == 0) return std::nullopt;
    seen.what = *what;
    return seen;
}

}  // namespace tidings::codec
