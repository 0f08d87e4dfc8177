#include "codec/sheets/xml_stream.hpp"

#include "codec/sheets/xml_text.hpp"

#include <array>
#include <charconv>
#include <cstring>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace tidings::codec {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::string_view local(std::string_view name) noexcept {
    const auto colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

bool is_white(char c) noexcept {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

bool all_white(std::string_view text) noexcept {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// Ends a name; everything else may stand in one, which is more than XML allows.
bool ends_name(char c) noexcept {
    return is_white(c) || c == '>' || c == '/' || c == '=' || c == '<' || c == '"' || c == '\'';
}

std::string_view name_at(const char* at, const char* end) noexcept {
    const char* const begin = at;
    while (at != end && !ends_name(*at))
        ++at;
    return {begin, static_cast<std::size_t>(at - begin)};
}

const char* behind_white(const char* at, const char* end) noexcept {
    while (at != end && is_white(*at))
        ++at;
    return at;
}

}  // namespace

std::string_view xml_attributes::get(std::string_view name) const noexcept {
    for (const auto& one : all_)
        if (one.name == name) return one.value;
    return {};
}

bool xml_attributes::is_set(std::string_view name) const noexcept {
    const auto value = get(name);
    return value == "1" || value == "true";
}

std::uint64_t xml_attributes::count(std::string_view name, std::uint64_t otherwise) const noexcept {
    const auto text = get(name);
    std::uint64_t value = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = end.ec == std::errc() && end.ptr == text.data() + text.size();
    return whole ? value : otherwise;
}

class xml_stream::scanner {
  public:
    explicit scanner(xml_listener& to) : listener_(to) { decoded_.reserve(attributes_max); }

    core::result<void> feed(std::string_view bytes, bool last) {
        if (done_) return {};
        text_.append(bytes);
        last_ = last;
        return scan();
    }
    core::result<void> go_on() {
        paused_ = false;
        return scan();
    }
    void pause() { paused_ = true; }
    void finish() { done_ = true; }
    bool paused() const { return paused_ && !done_; }
    bool done() const { return done_; }

  private:
    // How one piece of it was read.
    enum class piece : std::uint8_t { read, needs_more, damaged };

    core::result<void> scan();
    piece next();
    piece read_text();
    piece read_begin();
    piece read_end();
    piece read_aside();
    piece skip_to(std::string_view end);
    piece add_attribute(std::string_view name, std::string_view value);
    bool begin(std::string_view name, bool ends_at_once);
    piece refuse(std::string why) {
        why_ = std::move(why);
        return piece::damaged;
    }
    std::string_view rest() const { return std::string_view(text_).substr(at_); }
    bool is_open() const { return !ends_of_names_.empty(); }

    xml_listener& listener_;
    std::string text_;  // read from at_ on
    std::size_t at_ = 0;
    std::uint64_t dropped_ = 0;  // bytes before text_
    std::string names_;          // of the elements that are open, one behind the other
    std::vector<std::size_t> ends_of_names_;
    std::vector<xml_attribute> attributes_;
    std::vector<std::string> decoded_;  // values that had to be
    std::string decoded_text_;
    bool began_ = false;
    bool has_root_ = false;
    bool last_ = false;
    bool paused_ = false;
    bool done_ = false;
    std::string why_;
};

core::result<void> xml_stream::scanner::scan() {
    if (!began_) {
        if (text_.size() < byte_order_mark.size() && !last_) return {};
        began_ = true;
        if (text_.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
    }
    auto got = piece::read;
    while (!paused_ && !done_ && got == piece::read && at_ != text_.size())
        got = next();
    if (done_) {
        text_.clear();
        at_ = 0;
        return {};
    }
    const bool over = got != piece::damaged && last_ && !paused_;
    if (over && (at_ != text_.size() || is_open() || !has_root_))
        got = refuse("it is damaged: it breaks off");
    if (got == piece::needs_more && text_.size() - at_ > tag_bytes_max)
        got = refuse("a tag of more than 4 MiB");
    if (got == piece::damaged)
        return core::failure{core::trouble::list,
                             fmt::format("{} (byte {})", why_, dropped_ + at_)};
    if (paused_) return {};
    dropped_ += at_;
    text_.erase(0, at_);
    at_ = 0;
    return {};
}

xml_stream::scanner::piece xml_stream::scanner::next() {
    if (text_[at_] != '<') return read_text();
    if (text_.size() - at_ < 2) return piece::needs_more;
    switch (text_[at_ + 1]) {
        case '/': return read_end();
        case '?':
        case '!': return read_aside();
        default: return read_begin();
    }
}

xml_stream::scanner::piece xml_stream::scanner::read_text() {
    const auto stop = rest().find('<');
    auto text = rest().substr(0, stop);
    if (stop == std::string_view::npos && !last_) text = text.substr(0, whole_xml_text(text));
    if (text.empty()) return piece::needs_more;
    if (!is_open()) {
        if (!all_white(text)) return refuse("it is damaged: text outside of all elements");
    } else if (is_plain_xml(text)) {
        listener_.on_text(text);
    } else {
        decoded_text_.clear();
        if (!append_xml_text(decoded_text_, text, false))
            return refuse("it is damaged: an entity that XML does not have");
        listener_.on_text(decoded_text_);
    }
    at_ += text.size();
    return piece::read;
}

xml_stream::scanner::piece xml_stream::scanner::read_end() {
    const auto stop = rest().find('>');
    if (stop == std::string_view::npos) return piece::needs_more;
    auto name = rest().substr(2, stop - 2);
    while (!name.empty() && is_white(name.back()))
        name.remove_suffix(1);
    if (!is_open()) return refuse("it is damaged: an end without a beginning");
    ends_of_names_.pop_back();
    const auto begin = ends_of_names_.empty() ? 0 : ends_of_names_.back();
    if (std::string_view(names_).substr(begin) != name)
        return refuse("it is damaged: elements overlap");
    at_ += stop + 1;
    // The listener is given the copy that ends with this: it stands as long as nothing begins.
    listener_.on_end(local(std::string_view(names_).substr(begin)));
    names_.resize(begin);
    return piece::read;
}

xml_stream::scanner::piece xml_stream::scanner::add_attribute(std::string_view name,
                                                              std::string_view value) {
    if (attributes_.size() == attributes_max) return refuse("an element with over 256 attributes");
    if (value.find('<') != std::string_view::npos)
        return refuse("it is damaged: a < in an attribute");
    if (value.find_first_of("&\r\n\t") != std::string_view::npos) {
        // Views into it stay good: there is room for as many as there may be.
        auto& made = decoded_.emplace_back();
        if (!append_xml_text(made, value, true))
            return refuse("it is damaged: an entity that XML does not have");
        value = made;
    }
    attributes_.push_back({local(name), value});
    return piece::read;
}

xml_stream::scanner::piece xml_stream::scanner::read_begin() {
    const char* const end = text_.data() + text_.size();
    const char* at = text_.data() + at_ + 1;
    const auto name = name_at(at, end);
    at += name.size();
    if (at == end) return piece::needs_more;
    if (name.empty()) return refuse("it is damaged: an element without a name");
    attributes_.clear();
    decoded_.clear();
    for (;;) {
        const char* const before = at;
        at = behind_white(at, end);
        if (at == end) return piece::needs_more;
        if (*at == '>' || *at == '/') break;
        const auto attribute = name_at(at, end);
        at = behind_white(at + attribute.size(), end);
        if (at == end) return piece::needs_more;
        if (attribute.empty() || before == attribute.data() || *at != '=')
            return refuse("it is damaged: an attribute without a value");
        at = behind_white(at + 1, end);
        if (at == end) return piece::needs_more;
        const char quote = *at++;
        if (quote != '"' && quote != '\'') return refuse("it is damaged: a value without quotes");
        const auto* const close =
            static_cast<const char*>(std::memchr(at, quote, static_cast<std::size_t>(end - at)));
        if (close == nullptr) return piece::needs_more;
        const auto added = add_attribute(attribute, {at, static_cast<std::size_t>(close - at)});
        if (added != piece::read) return added;
        at = close + 1;
    }
    const bool ends_at_once = *at == '/';
    if (ends_at_once && ++at == end) return piece::needs_more;
    if (*at != '>') return refuse("it is damaged: a / that ends nothing");
    if (!begin(name, ends_at_once)) return piece::damaged;
    at_ = static_cast<std::size_t>(at + 1 - text_.data());
    return piece::read;
}

bool xml_stream::scanner::begin(std::string_view name, bool ends_at_once) {
    if (!is_open() && has_root_) {
        why_ = "it is damaged: something stands behind its end";
        return false;
    }
    if (ends_of_names_.size() == depth_max) {
        why_ = "elements nest more than 256 deep";
        return false;
    }
    has_root_ = true;
    listener_.on_begin(local(name), xml_attributes(attributes_));
    if (ends_at_once) {
        if (!done_) listener_.on_end(local(name));
        return true;
    }
    names_ += name;
    ends_of_names_.push_back(names_.size());
    return true;
}

xml_stream::scanner::piece xml_stream::scanner::skip_to(std::string_view end) {
    const auto stop = rest().find(end, 2);
    if (stop == std::string_view::npos) return piece::needs_more;
    at_ += stop + end.size();
    return piece::read;
}

// What is no element: comments, instructions, CDATA.
xml_stream::scanner::piece xml_stream::scanner::read_aside() {
    constexpr std::string_view cdata = "<![CDATA[", comment = "<!--", declaration = "<?xml ";
    const auto text = rest();
    if (text.starts_with("<?")) {
        const auto stop = text.find("?>");
        if (stop == std::string_view::npos) return piece::needs_more;
        const auto inside = text.substr(0, stop);
        const auto encoding = inside.find("encoding");
        if (inside.starts_with(declaration) && encoding != std::string_view::npos &&
            inside.find("UTF-8", encoding) == std::string_view::npos &&
            inside.find("utf-8", encoding) == std::string_view::npos &&
            inside.find("ASCII", encoding) == std::string_view::npos)
            return refuse("its XML is not UTF-8, as that of workbooks is");
        return skip_to("?>");
    }
    if (text.starts_with(comment)) {
        const auto stop = text.find("-->", comment.size());
        if (stop == std::string_view::npos) return piece::needs_more;
        at_ += stop + 3;
        return piece::read;
    }
    if (text.starts_with(cdata)) {
        const auto stop = text.find("]]>");
        if (stop == std::string_view::npos) return piece::needs_more;
        if (!is_open()) return refuse("it is damaged: text outside of all elements");
        decoded_text_.clear();
        append_cdata(decoded_text_, text.substr(cdata.size(), stop - cdata.size()));
        at_ += stop + 3;
        if (!decoded_text_.empty()) listener_.on_text(decoded_text_);
        return piece::read;
    }
    if (text.size() < cdata.size() && (cdata.starts_with(text) || comment.starts_with(text)))
        return piece::needs_more;
    if (text.size() < 9) return piece::needs_more;
    if (text.starts_with("<!DOCTYPE"))
        return refuse("it declares a document type, which no program that writes sheets does");
    return refuse("it is damaged: a mark that XML does not have");
}

xml_stream::xml_stream(xml_listener& listener) : scanner_(std::make_unique<scanner>(listener)) {}
xml_stream::~xml_stream() = default;
xml_stream::xml_stream(xml_stream&&) noexcept = default;
xml_stream& xml_stream::operator=(xml_stream&&) noexcept = default;

core::result<void> xml_stream::feed(std::string_view bytes, bool last) {
    return scanner_->feed(bytes, last);
}
void xml_stream::pause() {
    scanner_->pause();
}
bool xml_stream::paused() const noexcept {
    return scanner_->paused();
}
core::result<void> xml_stream::go_on() {
    return scanner_->go_on();
}
void xml_stream::finish() {
    scanner_->finish();
}
bool xml_stream::finished() const noexcept {
    return scanner_->done();
}

core::result<void> read_xml(std::string_view bytes, xml_listener& listener) {
    xml_stream stream(listener);
    return stream.feed(bytes, true);
}

}  // namespace tidings::codec
