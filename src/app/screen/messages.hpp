// The program's own messages, through spdlog: to stderr and, once a run has a folder, to
// tidings.log in it. Asynchronous with a bounded queue that drops its oldest entries, so that no
// send ever waits for a disk or a terminal. The outcome log is not here: store writes it.
#pragma once

#include "core/failure.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

namespace tidings::app {

enum class log_format : std::uint8_t { text, json };

struct messages_options {
    log_format format = log_format::text;  // of lines for stderr
    bool quiet = false;                    // stderr gets errors only; the file gets everything
    std::size_t queue_max = 8192;          // entries waiting; the oldest is dropped beyond it
    // Where lines for stderr go; empty: written to stderr at once. Called on the messages' own
    // thread.
    std::function<void(std::string_view line)> to_person;
};

// Installs the program's logger (spdlog's default one) for its lifetime; at the end everything that
// waits is written. One at a time.
class messages {
  public:
    explicit messages(messages_options options);
    ~messages();
    messages(const messages&) = delete;
    messages& operator=(const messages&) = delete;

    // From now on everything goes to this file too (appended, mode 0600). Fails (configuration).
    core::result<void> add_file(const std::filesystem::path& file,
                                log_format format = log_format::text);
    // Entries dropped because the queue was full.
    std::size_t dropped() const;

  private:
    struct machinery;
    std::unique_ptr<machinery> machinery_;
};

}  // namespace tidings::app
