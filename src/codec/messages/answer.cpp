#include "codec/messages/answer.hpp"

#include "codec/messages/retry_after.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <new>
#include <optional>

#include <simdjson.h>

namespace tidings::codec {
namespace {

namespace dom = simdjson::dom;
using core::answer_text;

constexpr std::string_view documented_words =
    "Triggered the configured Experience flow to deliver message via SMS channel";
// The two spellings of the documented body that JSON writers produce; any other goes through the
// parser.
constexpr std::string_view documented_compact =
    R"({"message":"Triggered the configured Experience flow to deliver message via SMS channel"})";
constexpr std::string_view documented_spaced =
    R"({"message": "Triggered the configured Experience flow to deliver message via SMS channel"})";

constexpr std::array rules = {
    answer_text_rule{"possibly a replay", answer_text::replay, "section 2"},
    answer_text_rule{"\"jti\" claim \"exp\"", answer_text::jti_lifetime, "section 2"},
    answer_text_rule{"per-minute rate limit", answer_text::limit_minute, "section 3"},
    answer_text_rule{"per minute rate limit", answer_text::limit_minute, "section 3"},
    answer_text_rule{"hourly rate limit", answer_text::limit_hour, "section 3"},
    answer_text_rule{"per-hour rate limit", answer_text::limit_hour, "section 3"},
    answer_text_rule{"per hour rate limit", answer_text::limit_hour, "section 3"},
    answer_text_rule{"rate limit", answer_text::limit_other, "section 3, older text"},
    answer_text_rule{"too many requests", answer_text::limit_other, "429's name in RFC 6585"},
    answer_text_rule{"scope is incorrect", answer_text::wrong_scope, "section 4"},
    answer_text_rule{"invalid sdk credentials", answer_text::bad_credentials, "section 4"},
    answer_text_rule{"invalid jwt token", answer_text::bad_credentials, "section 4"},
    answer_text_rule{"invalid streamid", answer_text::unknown_bot, "section 4"},
    answer_text_rule{"validation errors", answer_text::validation, "section 4"},
    answer_text_rule{"method not allowed", answer_text::wrong_method, "section 4"},
};

// What a `status` may say of something that did not work.
constexpr std::array<std::string_view, 5> failing_states = {"error", "errors", "failure", "failed",
                                                            "fail"};

// And a message.
constexpr std::array<std::string_view, 2> failing_words = {"error", "fail"};

// Codes that say as much as a text, where the text is new to us.
constexpr std::int64_t code_limit = 429;
constexpr std::int64_t code_credentials = 4002;

// Beyond this a message is not searched; the documented texts stand at its beginning.
constexpr std::size_t searched_max = 2048;
// Deeper objects are not looked into: {"errors":[{...}]} is two.
constexpr int depth_max = 4;
constexpr core::duration at_once{};
// Deeper nesting is no answer of this service: unreadable.
constexpr std::size_t nesting_max = 64;

constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

bool equal_folded(char a, char b) {
    return lower(a) == lower(b);
}

std::size_t find_folded(std::string_view text, std::string_view words) {
    const auto at = std::search(text.begin(), text.end(), words.begin(), words.end(), equal_folded);
    return at == text.end() ? std::string_view::npos : static_cast<std::size_t>(at - text.begin());
}

bool refuses(std::uint16_t status) {
    return status >= 400 && status <= 499;
}
bool is_success(std::uint16_t status) {
    return status >= 200 && status <= 299;
}

bool is_limit(answer_text text) {
    return text == answer_text::limit_minute || text == answer_text::limit_hour ||
           text == answer_text::limit_other;
}

answer_text refusal_in(std::string_view message) {
    message = message.substr(0, searched_max);
    for (const auto& rule : rules)
        if (find_folded(message, rule.words) != std::string_view::npos) return rule.text;
    return answer_text::refusal;
}

std::string_view without_blanks(std::string_view text) {
    constexpr std::string_view blanks(" \t\r\n\0", 5);
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// Cuts to message_size_max without leaving half a UTF-8 character behind.
std::string_view cut(std::string_view text) {
    constexpr auto most = answer_reader::message_size_max;
    if (text.size() <= most) return text;
    auto end = most;
    for (int i = 0; i < 3 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80; ++i)
        --end;
    return text.substr(0, end);
}

// What the JSON said, gathered while walking through it.
struct findings {
    std::string_view message;  // the first one
    answer_text text = answer_text::refusal;
    bool object = false;        // and not a list or a word
    bool names_errors = false;  // there is an `errors` or `error` in it, perhaps an empty one
    bool shaped = false;        // {"errors":[{"msg" or "message": text, "code": ...}]}
    bool speaks_of_failure = false;
    bool limit_code = false;
    bool credentials_code = false;
    std::optional<core::duration> retry_after;

    void note_message(std::string_view said, bool refusal) {
        if (message.empty()) message = said;
        if (refusal && text == answer_text::refusal) text = refusal_in(said);
    }
    void note_code(std::int64_t code) {
        limit_code = limit_code || code == code_limit;
        credentials_code = credentials_code || code == code_credentials;
    }
};

// A number, or one in quotes; nothing else is one.
std::optional<std::int64_t> number_in(const dom::element& value) {
    std::int64_t number = 0;
    if (value.get(number) == simdjson::SUCCESS) return number;
    std::string_view spelled;
    if (value.get(spelled) != simdjson::SUCCESS) return std::nullopt;
    const auto [end, error] = std::from_chars(spelled.begin(), spelled.end(), number);
    if (error != std::errc() || end != spelled.end()) return std::nullopt;
    return number;
}

std::optional<core::duration> milliseconds_in(const dom::element& value) {
    double number = 0;
    if (const auto whole = number_in(value)) {
        number = static_cast<double>(*whole);
    } else if (value.get(number) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    if (!(number >= 0)) return std::nullopt;
    const std::chrono::duration<double, std::milli> wait(number);
    if (wait >= retry_after_max) return retry_after_max;
    return std::chrono::duration_cast<core::duration>(wait);
}

// "No errors" is written in many ways.
bool says_nothing(const dom::element& value) {
    bool flag = true;
    dom::array list;
    dom::object fields;
    std::string_view text;
    if (value.is_null()) return true;
    if (value.get(flag) == simdjson::SUCCESS) return !flag;
    if (value.get(list) == simdjson::SUCCESS) return list.size() == 0;
    if (value.get(fields) == simdjson::SUCCESS) return fields.size() == 0;
    if (value.get(text) == simdjson::SUCCESS) return text.empty();
    return number_in(value) == 0;
}

bool is_failing_status(const dom::element& value) {
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS)
        for (const auto word : failing_states)
            if (text.size() == word.size() && find_folded(text, word) == 0) return true;
    const auto number = number_in(value);
    return number && *number >= 400 && *number <= 599;
}

bool is_false(const dom::element& value) {
    bool flag = true;
    return value.get(flag) == simdjson::SUCCESS && !flag;
}

struct failure_field {
    std::string_view key;
    bool (*says_failure)(const dom::element& value);
};

// What a 2xx may hold and is no acceptance then.
constexpr std::array failure_fields = {
    failure_field{"errors", [](const dom::element& value) { return !says_nothing(value); }},
    failure_field{"error", [](const dom::element& value) { return !says_nothing(value); }},
    failure_field{"status", is_failing_status},
    failure_field{"statusCode", is_failing_status},
    failure_field{"success", is_false},
};

// An entry as the platform writes them: the words, and a code that is a number or a text.
bool is_refusal_entry(const dom::element& value) {
    dom::object fields;
    if (value.get(fields) != simdjson::SUCCESS) return false;
    bool words = false;
    bool code = false;
    for (const auto field : fields) {
        const bool text = field.value.is_string();
        if (field.key == "msg" || field.key == "message") words = words || text;
        if (field.key == "code") code = code || text || field.value.is_number();
    }
    return words && code;
}

bool has_refusal_shape(const dom::element& errors) {
    dom::array list;
    if (errors.get(list) != simdjson::SUCCESS || list.size() == 0) return false;
    return std::all_of(list.begin(), list.end(), is_refusal_entry);
}

void walk(const dom::element& value, bool refusal, int depth, findings& found);

void walk_field(std::string_view key, const dom::element& value, bool refusal, int depth,
                findings& found) {
    for (const auto& field : failure_fields)
        if (key == field.key && field.says_failure(value)) found.speaks_of_failure = true;
    if (key == "message" || key == "msg") {
        if (value.is_string()) walk(value, refusal, depth + 1, found);
    } else if (key == "code") {
        found.note_code(number_in(value).value_or(0));
    } else if (key == "errors" || key == "error") {
        found.names_errors = true;
        if (depth == 0 && key == "errors") found.shaped = has_refusal_shape(value);
        walk(value, refusal, depth + 1, found);
    } else if (key == "retryAfterMs") {
        if (const auto wait = milliseconds_in(value)) found.retry_after = wait;
    }
}

void walk(const dom::element& value, bool refusal, int depth, findings& found) {
    if (depth > depth_max) return;
    std::string_view said;
    if (value.get(said) == simdjson::SUCCESS) return found.note_message(said, refusal);
    dom::array list;
    if (value.get(list) == simdjson::SUCCESS) {
        for (const dom::element item : list)
            walk(item, refusal, depth + 1, found);
        return;
    }
    dom::object fields;
    if (value.get(fields) != simdjson::SUCCESS) return;
    for (const auto field : fields)
        walk_field(field.key, field.value, refusal, depth, found);
}

answer_text meaning_of_success(const findings& found) {
    if (found.speaks_of_failure) return answer_text::failure;
    if (found.message == documented_words)
        return found.object && !found.names_errors ? answer_text::triggered
                                                   : answer_text::other_json;
    for (const auto word : failing_words)
        if (find_folded(found.message.substr(0, searched_max), word) != std::string_view::npos)
            return answer_text::failure;
    return answer_text::other_json;
}

answer_text meaning_of_refusal(const findings& found) {
    if (is_limit(found.text)) return found.text;
    if (found.limit_code) return answer_text::limit_other;
    if (!found.shaped) return answer_text::other_json;
    if (found.text == answer_text::refusal && found.credentials_code)
        return answer_text::bad_credentials;
    return found.text;
}

answer_text meaning_of(const findings& found, std::uint16_t status) {
    if (is_success(status)) return meaning_of_success(found);
    return refuses(status) ? meaning_of_refusal(found) : answer_text::other_json;
}

bool is_page(std::string_view content_type, std::string_view body) {
    return body.starts_with('<') || find_folded(content_type.substr(0, 64), "text/html") == 0;
}

// A page says the most in its title.
std::string_view words_of_page(std::string_view body) {
    body = body.substr(0, searched_max);
    const auto opening = find_folded(body, "<title>");
    if (opening == std::string_view::npos) return body;
    const auto title = body.substr(opening + 7);
    const auto closing = find_folded(title, "</title");
    return closing == std::string_view::npos ? body : without_blanks(title.substr(0, closing));
}

}  // namespace

std::span<const answer_text_rule> refusal_rules() {
    return rules;
}

// The parser and a copy of the body with the padding that simdjson reads beyond its end.
struct answer_reader::scratch {
    dom::parser parser{body_size_max};
    std::array<char, body_size_max + simdjson::SIMDJSON_PADDING> padded{};

    scratch() {
        if (parser.allocate(body_size_max, nesting_max) != simdjson::SUCCESS)
            throw std::bad_alloc();
        // The document grows with the longest body so far; one of the full size settles that now.
        padded.fill(' ');
        padded[0] = '[';
        padded[body_size_max - 1] = ']';
        if (parser.parse(padded.data(), body_size_max, false).error() != simdjson::SUCCESS)
            throw std::bad_alloc();
    }

    bool read_json(std::string_view body, std::uint16_t status, core::answer& read) {
        if (body.size() > body_size_max) return false;
        std::memcpy(padded.data(), body.data(), body.size());
        dom::element root;
        if (parser.parse(padded.data(), body.size(), false).get(root) != simdjson::SUCCESS)
            return false;
        findings found;
        found.object = root.is_object();
        walk(root, refuses(status), 0, found);
        read.text = meaning_of(found, status);
        if (found.retry_after)
            read.retry_after = std::max(*found.retry_after, read.retry_after.value_or(at_once));
        if (read.text != answer_text::triggered)
            read.message = cut(found.message.empty() ? body : found.message);
        return true;
    }
};

answer_reader::answer_reader() : scratch_(std::make_unique<scratch>()) {}
answer_reader::~answer_reader() = default;
answer_reader::answer_reader(answer_reader&&) noexcept = default;
answer_reader& answer_reader::operator=(answer_reader&&) noexcept = default;

core::answer answer_reader::read(const answer_bytes& bytes, core::wall_time now) {
    core::answer read;
    read.status = bytes.status;
    read.complete = bytes.complete;
    read.headers = bytes.headers;
    if (!bytes.retry_after.empty()) read.retry_after = read_retry_after(bytes.retry_after, now);
    if (is_success(bytes.status) &&
        (bytes.body == documented_compact || bytes.body == documented_spaced)) {
        read.text = answer_text::triggered;
        return read;
    }

    auto body = bytes.body;
    if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
    body = without_blanks(body);
    if (body.empty()) {
        read.text = bytes.complete ? answer_text::none : answer_text::cut;
        return read;
    }
    if (!body.starts_with('<') && scratch_->read_json(body, bytes.status, read)) return read;

    const bool page = is_page(bytes.content_type, body);
    read.text = page             ? answer_text::html
                : bytes.complete ? answer_text::unreadable
                                 : answer_text::cut;
    read.message = cut(page ? words_of_page(body) : body);
    if (refuses(bytes.status)) {
        const auto refusal = refusal_in(body);
        if (is_limit(refusal)) read.text = refusal;
    }
    return read;
}

}  // namespace tidings::codec
