// The Unix socket in the run folder through which a running campaign is steered and asked. One line
// in, one line out: "pause", "continue", "stop", "rate 5/1s", "rate none" -> "ok" or "no: <why>";
// "state" -> runner/live_state.
// Only this user and root are heard. A thread of its own, on which a peer that is slow or silent is
// in nobody's way; the campaign applies what it says on its network thread.
#pragma once

#include "core/failure.hpp"
#include "core/time.hpp"
#include "runner/campaign.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace tidings::runner {

// What a line asks for; the failure's text is what to answer after "no: ".
core::result<steering> steering_from(std::string_view line);

class control_socket {
  public:
    static constexpr std::size_t line_max = 1024;
    static constexpr std::size_t peers_max = 16;  // at once

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
    struct peer {
        int file;
        core::instant give_up;
        std::string line;  // as far as it has come
    };

    void run();
    bool welcome(core::instant give_up);  // false: there was no descriptor for it
    bool hear(peer& from);                // true: it has its answer
    void forget(std::size_t place);
    void answer(const peer& to);

    std::string path_;
    int listening_;
    int stop_;
    campaign& running_;
    std::function<core::progress_snapshot()> look_;
    std::vector<peer> peers_;  // the longest waiting first
    std::thread thread_;
};

// The other end: says the line, returns the answer without its line end. Fails (missing) when no
// process listens there.
core::result<std::string> say_to_run(const std::string& path, std::string_view line);

}  // namespace tidings::runner
