// A pool, a scripted server and a clock that stands still, on one io_context.
#pragma once

#include "net/pool.hpp"
#include "support/manual_clock.hpp"
#include "support/scripted_server.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::net {

inline const std::string sample_token = "aaaa.bbbb.cccc";
inline const std::string triggered_body =
    R"({"message": "Triggered the configured Experience flow to deliver message via SMS channel"})";

inline std::string answer_200(const std::string& body = triggered_body,
                              const std::string& more_headers = "") {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + more_headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// A report that outlives its call.
struct kept_report {
    core::attempt_report report;
    std::string trouble;
    std::string message;
    std::string headers;
};

class pool_rig : private attempt_sink, private pool_listener, private wire::batch_end {
  public:
    explicit pool_rig(pool_options options = {}, http_mode http = http_mode::http1,
                      const tests::certificate_order& order = {}, bool trusts = true)
        : server(io, authority.server_context(order)), set(io), options_(options), http_(http) {
        make_pool(trusts ? authority.file() : "", "https://localhost:");
        set.set_batch_end(this);
        set.start();
    }
    virtual ~pool_rig() { set.stop(); }

    void make_pool(const std::string& ca_file, const std::string& host) {
        make_pool({.ca_file = ca_file, .http = http_}, host);
    }
    void make_pool(const trust_options& believes, const std::string& host = "https://localhost:") {
        pool_.reset();
        trust_ = std::move(trust::make(believes).value());
        make_pool_at(make_endpoint(host + std::to_string(server.port()), "st-1").value());
    }
    void make_pool_at(endpoint where) {
        // Not make_unique: the bases are private.
        pool_.reset(new pool(io, set, clock, *trust_, std::move(where), options_, *this, *this));
    }

    // Runs what is due until `done` holds. Nothing in these tests waits for real time, so that a
    // long wait can only be a defect: then it fails.
    bool run_until(const std::function<bool()>& done) {
        for (int idle = 0; idle < 200;) {
            if (done()) return true;
            if (io.run_one_for(std::chrono::milliseconds(50)) == 0) ++idle;
        }
        return done();
    }
    // Runs what is ready now, and what that makes ready.
    void settle() {
        for (int quiet = 0; quiet < 5;)
            quiet = io.run_one_for(std::chrono::milliseconds(1)) == 0 ? quiet + 1 : 0;
    }
    void tick(core::duration by) {
        clock.advance(by);
        pool_->on_tick(clock.now());
    }
    bool wait_for_room(std::size_t n = 1) {
        pool_->want(n);
        return run_until([&] { return pool_->room() >= n; });
    }
    void begin(core::ticket which) {
        ASSERT_GT(pool_->room(), 0U);
        pool_->begin({.which = which,
                      .from = core::phone_number::from_digits(16693422058),
                      .to = core::phone_number::from_digits(917760336484ULL + which),
                      .token = token});
        pool_->flush();
    }
    // One message on a connection of its own or a kept one; the report.
    kept_report one_message(core::ticket which = 1) {
        const std::size_t before = reports.size();
        if (pool_->room() == 0 && !wait_for_room()) {
            ADD_FAILURE() << "no room";
            return {};
        }
        begin(which);
        if (!run_until([&] { return reports.size() > before; })) {
            ADD_FAILURE() << "no report";
            return {};
        }
        return reports.back();
    }

    boost::asio::io_context io;
    tests::test_authority authority;
    tests::scripted_server server;
    tests::manual_clock clock;
    wire::readiness set;
    std::string token = sample_token;
    std::vector<kept_report> reports;
    struct kept_trouble {
        trouble_kind kind;
        std::string text;
        bool fatal;
        std::uint32_t failures_in_a_row;
    };
    std::vector<kept_trouble> troubles;
    std::function<void(const core::attempt_report&)> on_report;

    pool& messages() { return *pool_; }
    trust& believes() { return *trust_; }

  private:
    void on_attempt_ended(const core::attempt_report& report) override {
        kept_report kept{report, std::string(report.trouble), {}, {}};
        if (report.reply) {
            kept.message = report.reply->message;
            kept.headers = report.reply->headers;
        }
        reports.push_back(std::move(kept));
        if (on_report) on_report(report);
    }
    void on_pool_trouble(const pool_trouble& what) override {
        troubles.push_back({what.kind, std::string(what.text), what.fatal, what.failures_in_a_row});
    }
    wire::rest on_batch_end() override {
        pool_->flush();
        return {};
    }

    pool_options options_;
    http_mode http_;
    std::unique_ptr<trust> trust_;
    std::unique_ptr<pool> pool_;
};

}  // namespace tidings::net
