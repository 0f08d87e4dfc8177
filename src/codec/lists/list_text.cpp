#include "codec/lists/list_text.hpp"

#include "codec/lists/list_format.hpp"

#include <algorithm>
#include <utility>

namespace tidings::codec {
namespace {

constexpr std::string_view white = " \t\r\n";

class utf16_filter final : public list_filter {
  public:
    explicit utf16_filter(byte_order order) : order_(order), text_(order) {}
    core::result<void> append(std::string& out, std::string_view bytes, bool last) override {
        text_.append(out, bytes, last);
        return {};
    }
    void rewind() override { text_ = utf16_text(order_); }

  private:
    byte_order order_;
    utf16_text text_;
};

// A CR that no LF follows ends a line.
class line_end_filter final : public list_filter {
  public:
    core::result<void> append(std::string& out, std::string_view bytes, bool last) override {
        for (const char c : bytes) {
            if (std::exchange(waits_, false) && c != '\n') out += '\n';
            waits_ = c == '\r';
            if (!waits_) out += c;
        }
        if (last && std::exchange(waits_, false)) out += '\n';
        return {};
    }
    void rewind() override { waits_ = false; }

  private:
    bool waits_ = false;  // a CR
};

// The values of a JSON array, or objects over several lines, a line each.
class json_filter final : public list_filter {
  public:
    core::result<void> append(std::string& out, std::string_view bytes, bool last) override {
        for (const char c : bytes)
            take(out, c);
        if (!last) return {};
        if (open_ != 0 || in_text_ || (in_array_ && !array_ended_))
            return core::failure{core::trouble::list, "the JSON breaks off: the list is not whole"};
        end_value(out);
        return {};
    }
    void rewind() override { *this = json_filter(); }

  private:
    void take(std::string& out, char c) {
        if (mark_bytes_ < byte_order_mark.size()) {
            if (c == byte_order_mark[mark_bytes_]) {
                ++mark_bytes_;
                return;
            }
            mark_bytes_ = byte_order_mark.size();
        }
        if (in_text_) {
            out += c == '\n' || c == '\r' ? ' ' : c;
            in_text_ = escaped_ || c != '"';
            escaped_ = !escaped_ && c == '\\';
            if (!in_text_ && open_ == 0) end_value(out);
            return;
        }
        if (white.find(c) != std::string_view::npos) {
            if (open_ != 0)
                out += ' ';
            else
                end_value(out);
            return;
        }
        if (open_ == 0 && c == '[' && !in_array_ && !in_value_) {
            in_array_ = true;
            return;
        }
        if (open_ == 0 && in_array_ && (c == ',' || c == ']')) {
            end_value(out);
            array_ended_ = array_ended_ || c == ']';
            return;
        }
        // "{...}{...}" on one line are two values.
        if (open_ == 0 && c == '{') end_value(out);
        in_value_ = true;
        out += c;
        in_text_ = c == '"';
        if (c == '{' || c == '[') ++open_;
        if ((c == '}' || c == ']') && open_ != 0 && --open_ == 0) end_value(out);
    }
    void end_value(std::string& out) {
        if (std::exchange(in_value_, false)) out += '\n';
    }

    std::size_t mark_bytes_ = 0;  // of a byte order mark, or past where one may be
    std::uint64_t open_ = 0;      // braces and brackets inside a value
    bool in_text_ = false;
    bool escaped_ = false;
    bool in_value_ = false;
    bool in_array_ = false;
    bool array_ended_ = false;
};

// One after the other.
class two_filters final : public list_filter {
  public:
    two_filters(std::unique_ptr<list_filter> first, std::unique_ptr<list_filter> second)
        : first_(std::move(first)), second_(std::move(second)) {}
    core::result<void> append(std::string& out, std::string_view bytes, bool last) override {
        between_.clear();
        if (auto done = first_->append(between_, bytes, last); !done) return done;
        return second_->append(out, between_, last);
    }
    void rewind() override {
        first_->rewind();
        second_->rewind();
    }

  private:
    std::unique_ptr<list_filter> first_;
    std::unique_ptr<list_filter> second_;
    std::string between_;
};

}  // namespace

std::optional<byte_order> utf16_order(std::string_view head) noexcept {
    if (head.starts_with("\xFF\xFE")) return byte_order::little;
    if (head.starts_with("\xFE\xFF")) return byte_order::big;
    // Without a mark: names and numbers are ASCII, so that every other byte is zero.
    const auto looked_at = std::min<std::size_t>(head.size(), 256) / 2;
    if (looked_at < 2) return std::nullopt;
    std::size_t even = 0, odd = 0;
    for (std::size_t i = 0; i < looked_at; ++i) {
        even += head[2 * i] == '\0' ? 1U : 0U;
        odd += head[2 * i + 1] == '\0' ? 1U : 0U;
    }
    const auto most = looked_at - looked_at / 4;
    if (odd >= most && even <= looked_at / 8) return byte_order::little;
    if (even >= most && odd <= looked_at / 8) return byte_order::big;
    return std::nullopt;
}

bool ends_lines_with_cr(std::string_view head, bool whole) noexcept {
    const auto at = head.find('\r');
    if (at == std::string_view::npos || head.find('\n') != std::string_view::npos) return false;
    return whole || at + 1 < head.size();
}

bool is_spread_json(std::string_view head) noexcept {
    if (head.starts_with(byte_order_mark)) head.remove_prefix(byte_order_mark.size());
    head.remove_prefix(std::min(head.find_first_not_of(white), head.size()));
    if (head.starts_with('[')) {
        head.remove_prefix(1);
        head.remove_prefix(std::min(head.find_first_not_of(white), head.size()));
        return head.empty() || head.front() == '{' || head.front() == '"' || head.front() == ']' ||
               (head.front() >= '0' && head.front() <= '9');
    }
    if (!head.starts_with('{')) return false;
    const auto next = head.find_first_not_of(" \t\r", 1);
    return next != std::string_view::npos && head[next] == '\n';
}

std::unique_ptr<list_filter> filter_for(std::string_view head, bool whole) {
    std::unique_ptr<list_filter> made;
    std::string decoded;
    const auto add = [&](std::unique_ptr<list_filter> next) {
        if (made)
            made = std::make_unique<two_filters>(std::move(made), std::move(next));
        else
            made = std::move(next);
    };
    if (const auto order = utf16_order(head)) {
        utf16_text(*order).append(decoded, head, false);
        head = decoded;
        add(std::make_unique<utf16_filter>(*order));
    }
    if (is_spread_json(head))
        add(std::make_unique<json_filter>());
    else if (ends_lines_with_cr(head, whole))
        add(std::make_unique<line_end_filter>());
    return made;
}

}  // namespace tidings::codec
