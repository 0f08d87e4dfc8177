#include "app/screen/messages.hpp"

#include "core/foreign_text.hpp"
#include "core/wording.hpp"
#include "store/posix_disk.hpp"

#include <cerrno>
#include <string>
#include <utility>

#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/dist_sink.h>
#include <spdlog/spdlog.h>

#include <unistd.h>

namespace tidings::app {
namespace {

constexpr std::size_t message_bytes_max = 4096;

std::string_view level_in_words(spdlog::level::level_enum level) {
    switch (level) {
        case spdlog::level::trace:
        case spdlog::level::debug: return "debug";
        case spdlog::level::info: return "info";
        case spdlog::level::warn: return "warning";
        case spdlog::level::err:
        case spdlog::level::critical: return "error";
        case spdlog::level::off:
        case spdlog::level::n_levels: break;
    }
    return "info";
}

std::string moment_of(const spdlog::details::log_msg& message) {
    return core::spelled(std::chrono::time_point_cast<std::chrono::microseconds>(message.time));
}

void append(std::string_view text, spdlog::memory_buf_t& to) {
    to.append(text.data(), text.data() + text.size());
}

class line_formatter : public spdlog::formatter {
  public:
    line_formatter(log_format format, bool with_time) : format_(format), with_time_(with_time) {}

    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& to) override {
        const std::string_view all(message.payload.data(), message.payload.size());
        const auto cut = all.substr(0, message_bytes_max);
        std::string text;
        const auto level = level_in_words(message.level);
        if (format_ == log_format::json) {
            append("{\"type\":\"message\",\"ts\":\"" + moment_of(message) + "\",\"level\":\"", to);
            append(level, to);
            append("\",\"text\":\"", to);
            core::append_json(text, cut);
            append(text + "\"}", to);
        } else {
            if (with_time_) append(moment_of(message) + " ", to);
            if (with_time_ || level != "info") append(std::string(level) + ": ", to);
            core::append_line(text, cut);
            append(text, to);
        }
        to.push_back('\n');
    }
    std::unique_ptr<spdlog::formatter> clone() const override {
        return std::make_unique<line_formatter>(format_, with_time_);
    }

  private:
    log_format format_;
    bool with_time_;
};

// Lines for the person at stderr.
class person_sink : public spdlog::sinks::base_sink<std::mutex> {
  public:
    explicit person_sink(std::function<void(std::string_view)> to_person)
        : to_person_(std::move(to_person)) {}

  protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        to_person_(std::string_view(line.data(), line.size()));
    }
    void flush_() override {}

  private:
    std::function<void(std::string_view)> to_person_;
};

// Lines at the end of a file that is opened as a run's other files are. What a full disk does not
// take is lost: what the run came to is said by its exit status and its journal.
class file_sink : public spdlog::sinks::base_sink<std::mutex> {
  public:
    static core::result<std::shared_ptr<file_sink>> open(const std::string& path) {
        auto made = std::make_shared<file_sink>();
        const auto mode =
            made->disk_.exists(path) ? store::open_mode::write : store::open_mode::create_new;
        auto file = store::disk_file::open(made->disk_, path, mode, core::trouble::configuration);
        if (!file) return file.error();
        const auto size = file->size();
        if (!size) return size.error();
        made->file_ = std::move(*file);
        made->end_ = *size;
        return made;
    }

  protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        if (file_.write(std::string_view(line.data(), line.size()), end_)) end_ += line.size();
    }
    void flush_() override {}

  private:
    store::posix_disk disk_;
    store::disk_file file_;
    std::uint64_t end_ = 0;
};

void write_to_stderr(std::string_view line) {
    while (!line.empty()) {
        const auto written = ::write(STDERR_FILENO, line.data(), line.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        line.remove_prefix(static_cast<std::size_t>(written));
    }
}

}  // namespace

struct messages::machinery {
    // spdlog's own ownership: the logger holds the sinks, the registry the logger, the logger a
    // weak reference to the thread.
    std::shared_ptr<spdlog::details::thread_pool> thread;
    std::shared_ptr<spdlog::sinks::dist_sink_mt> sinks;
    std::shared_ptr<spdlog::logger> before;
};

messages::messages(messages_options options) : machinery_(std::make_unique<machinery>()) {
    auto& its = *machinery_;
    its.thread = std::make_shared<spdlog::details::thread_pool>(options.queue_max, 1);
    its.sinks = std::make_shared<spdlog::sinks::dist_sink_mt>();
    auto person = std::make_shared<person_sink>(
        options.to_person ? std::move(options.to_person)
                          : std::function<void(std::string_view)>(write_to_stderr));
    person->set_formatter(std::make_unique<line_formatter>(options.format, false));
    person->set_level(options.quiet ? spdlog::level::err : spdlog::level::info);
    its.sinks->add_sink(std::move(person));
    auto logger = std::make_shared<spdlog::async_logger>(
        "tidings", its.sinks, its.thread, spdlog::async_overflow_policy::overrun_oldest);
    logger->set_level(spdlog::level::info);
    logger->flush_on(spdlog::level::warn);
    its.before = spdlog::default_logger();
    spdlog::set_default_logger(std::move(logger));
}

messages::~messages() {
    spdlog::set_default_logger(machinery_->before);
    // Ends after it has written what waits.
    machinery_->thread.reset();
}

core::result<void> messages::add_file(const std::filesystem::path& file, log_format format) {
    auto sink = file_sink::open(file.string());
    if (!sink) return sink.error();
    (*sink)->set_formatter(std::make_unique<line_formatter>(format, true));
    machinery_->sinks->add_sink(std::move(*sink));
    return {};
}

std::size_t messages::dropped() const {
    return machinery_->thread->overrun_counter();
}

}  // namespace tidings::app
