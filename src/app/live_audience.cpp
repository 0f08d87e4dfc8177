#include "app/live_audience.hpp"

#include "app/settings/secret.hpp"
#include "runner/control_socket.hpp"

#include <cstdio>
#include <mutex>
#include <utility>

namespace tidings::app {

namespace {

// Latencies on their way from the network thread. Nobody does more under the guard than move them.
struct latency_box {
    std::mutex guard;
    std::shared_ptr<const core::latency_histogram> latest;
    bool asked = false;
};

void ask_for_latencies(runner::campaign& running, const std::shared_ptr<latency_box>& box) {
    running.inspect([box](const core::dispatcher& from, core::time_stamp) {
        auto copied = std::make_shared<core::latency_histogram>(from.latencies());
        const std::scoped_lock lock(box->guard);
        box->latest = std::move(copied);
        box->asked = false;
    });
}

}  // namespace

class live_audience::source final : public live::told_run {
  public:
    source(runner::campaign& running, std::function<core::progress_snapshot()> look)
        : running_(running), look_(std::move(look)) {}

    live::run_look look() override {
        live::run_look made;
        made.now = look_();
        bool ask = false;
        {
            const std::scoped_lock lock(box_->guard);
            made.latencies = box_->latest;
            ask = !std::exchange(box_->asked, true);
        }
        if (ask) ask_for_latencies(running_, box_);
        return made;
    }
    core::result<void> steer(std::string_view line) override {
        const auto wish = runner::steering_from(line);
        if (!wish) return wish.error();
        running_.steer(*wish);
        return {};
    }

  private:
    runner::campaign& running_;
    std::function<core::progress_snapshot()> look_;
    // Also of a question on its way: the network thread may come to it late, or never.
    std::shared_ptr<latency_box> box_ = std::make_shared<latency_box>();
};

live_audience::live_audience(audience& person, live::port* port) : person_(person), port_(port) {}
live_audience::~live_audience() = default;

void live_audience::on_running(runner::campaign& running,
                               std::function<core::progress_snapshot()> look) {
    person_.on_running(running, look);
    if (port_ == nullptr) return;
    source_ = std::make_unique<source>(running, std::move(look));
    port_->attach(*source_);
}

void live_audience::on_over() {
    if (source_) port_->detach();
    source_.reset();
    person_.on_over();
}

core::result<std::unique_ptr<live::port>> open_port(const listen_arguments& asked,
                                                    const display_arguments& display,
                                                    const this_machine& machine) {
    if (!asked.where) return std::unique_ptr<live::port>();
    live::port_options options;
    options.where = *asked.where;
    options.clock = [&clock = machine.clock] { return clock.now(); };
    if (!asked.token_file.empty()) {
        auto token = read_secret({secret_place::kind::file, asked.token_file.string()},
                                 "--listen-token", {});
        if (!token) return token.error();
        if (token->bytes.size() < codec::port_token_min ||
            token->bytes.find_first_of(" \t\r\n") != std::string::npos)
            return core::failure{core::trouble::usage,
                                 "--listen-token: " + asked.token_file.string() +
                                     " is to hold one word of 16 characters or more: openssl "
                                     "rand -hex 32 >FILE; chmod 600 FILE"};
        options.token = std::move(token->bytes);
    }
    auto opened = live::port::open(std::move(options));
    if (!opened) return opened.error();
    const auto url = "http://" + (*opened)->where().spelled() + "/";
    if (display.json)
        std::printf("{\"type\":\"listening\",\"url\":\"%s\"}\n", url.c_str());
    else if (!display.quiet)
        std::fprintf(stderr, "Live page: %s\n", url.c_str());
    std::fflush(stdout);
    return opened;
}

}  // namespace tidings::app
