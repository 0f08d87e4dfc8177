// The Unix socket in the run folder through which a running campaign is steered and asked. One line
// in, one line out: "pause", "continue", "stop", "rate 5/1s", "rate none" -> "ok" or "no: <why>";
// "state" -> runner/live_state.
// A thread of its own; the campaign applies what it says on its network thread.
#pragma once

#include "core/failure.hpp"
#include "runner/campaign.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

namespace tidings::runner {

// What a line asks for; the failure's text is what to answer after "no: ".
core::result<steering> steering_from(std::string_view line);

class control_socket {
  public:
    static constexpr std::size_t line_max = 1024;

    // Replaces a socket file that a process that died left behind. `running` must outlive it.
    // `look` says how far it is, on the socket's thread.
    static core::result<std::unique_ptr<control_socket>> open(
        const std::string& path, campaign& running, std::function<core::progress_snapshot()> look);
    ~control_socket();
    control_socket(const control_socket&) = delete;
    control_socket& operator=(const control_socket&) = delete;

  private:
    control_socket(std::string path, int listening, int stop, campaign& running,
                   std::function<core::progress_snapshot()> look);
    void run();
    void serve(int peer);

    std::string path_;
    int listening_;
    int stop_;
    campaign& running_;
    std::function<core::progress_snapshot()> look_;
    std::thread thread_;
};

// The other end: says the line, returns the answer without its line end. Fails (missing) when no
// process listens there.
core::result<std::string> say_to_run(const std::string& path, std::string_view line);

}  // namespace tidings::runner
