#include "gateway/server/server.hpp"

#include "gateway/rules/owned_file.hpp"
#include "gateway/server/admin.hpp"
#include "gateway/server/admin_gate.hpp"
#include "gateway/server/connection.hpp"
#include "gateway/server/descriptor_room.hpp"
#include "gateway/server/keys_on_the_spot.hpp"
#include "gateway/server/tls_contexts.hpp"
#include "wire/listener.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace tidings::gateway {

namespace {

constexpr auto tick = std::chrono::milliseconds(250);
constexpr std::size_t connections_least = 16;
constexpr std::size_t read_buffer_size = wire::tls_channel::record_max;

}  // namespace

class server::body final : public connection_host,
                           public administered,
                           private wire::accept_sink,
                           private wire::batch_end {
  public:
    body(boost::asio::io_context& io, settings how, const wire::clock& clock)
        : io_(io),
          clock_(clock),
          how_(std::move(how)),
          set_(io),
          tick_(io),
          door_timer_(io),
          read_buffer_(read_buffer_size) {}

    core::result<served> start();
    void stop();
    bool stopped() const noexcept { return stopped_; }

    reception& desk() override { return *desk_; }
    wire::readiness& set() override { return set_; }
    boost::asio::io_context& io() override { return io_; }
    std::span<char> read_buffer() override { return read_buffer_; }
    wire::receive_buffer& received() override { return received_; }
    void on_connection_over(connection& one) override;
    bool draining() const override { return draining_; }

    core::result<void> change_faults(const fault_options& faults) override;
    core::result<void> change_limits(const limit_changes& changes) override;
    core::result<void> change_settings(std::string_view text) override;

    std::shared_ptr<bool> alive = std::make_shared<bool>(true);  // with handlers on their way

  private:
    void on_accepted(wire::socket_handle socket) override;
    wire::rest on_batch_end() override {
        graveyard_.clear();
        if (draining_ && connections_.empty()) finish_stop();
        return {};
    }
    core::result<void> open_admin(served& made);
    void follow_door();
    void arm_tick();
    void on_tick();
    void finish_stop();

    boost::asio::io_context& io_;
    const wire::clock& clock_;
    settings how_;
    wire::readiness set_;
    boost::asio::steady_timer tick_;
    boost::asio::steady_timer door_timer_;  // for the next change of what the port does
    std::vector<char> read_buffer_;
    wire::receive_buffer received_;
    std::optional<tls_contexts> contexts_;
    std::optional<reception> desk_;
    std::unique_ptr<wire::listener> listener_;
    std::unique_ptr<admin_port> admin_;
    std::vector<std::unique_ptr<connection>> connections_;
    std::vector<std::unique_ptr<connection>> graveyard_;
    std::size_t connections_max_ = 0;
    core::instant drain_until_{};
    bool draining_ = false;
    bool stopped_ = false;
};

core::result<served> server::body::start() {
    const auto now = clock_.wall_now();
    const auto room = room_for_connections(
        how_.server.connections_max, std::min(connections_least, how_.server.connections_max));
    if (!room) return room.error();
    connections_max_ = *room;
    if (const auto made = make_missing_keys(how_); !made) return made.error();
    auto contexts = tls_contexts::make(how_.server, now);
    if (!contexts) return contexts.error();
    contexts_ = std::move(*contexts);
    auto judging = rules::make(how_.service, how_.replies);
    if (!judging) return judging.error();
    ledger_file file;
    if (!how_.server.ledger_file.empty()) {
        auto opened = ledger_file::open(how_.server.ledger_file);
        if (!opened) return opened.error();
        file = std::move(*opened);
    }
    desk_.emplace(std::move(*judging), fault_desk(how_.faults.seed, how_.faults.rules), how_.server,
                  clock_, std::move(file));

    wire::listener_options where;
    where.address = how_.server.address;
    where.port = how_.server.port;
    auto opened = wire::listener::open(set_, where, *this);
    if (!opened) return opened.error();
    listener_ = std::move(*opened);
    served made;
    made.port = listener_->port();
    made.ca_file = contexts_->ca_file();
    made.ca_pem = contexts_->ca_pem();
    made.connections_max = connections_max_;
    if (const auto open = open_admin(made); !open) return open.error();
    set_.set_batch_end(this);
    set_.start();
    arm_tick();
    follow_door();
    return made;
}

core::result<void> server::body::open_admin(served& made) {
    if (!how_.server.admin) return {};
    made.admin_token = make_admin_token();
    auto admin = admin_port::open(io_, how_.server.admin_port, made.admin_token, *this);
    if (!admin) return admin.error();
    admin_ = std::move(*admin);
    made.admin_port = admin_->port();
    if (how_.server.folder.empty()) return {};
    const auto file = std::filesystem::path(how_.server.folder) / "admin-token";
    made.admin_token_file = file.string();
    return write_owned_file(file, admin_header(made.admin_token));
}

void server::body::on_accepted(wire::socket_handle socket) {
    const auto plan = desk_->plan_connection();
    if (connections_.size() >= connections_max_) {
        ++desk_->counters().connections_turned_away;
        return;
    }
    if (plan.fate == connection_fate::reset) return socket.reset();
    SSL_CTX* const context = contexts_->get(plan.certificate, clock_.wall_now());
    if (context == nullptr) return;
    connections_.push_back(
        std::make_unique<connection>(*this, *context, std::move(socket), plan.fate));
    auto& one = *connections_.back();
    one.place = connections_.size() - 1;
    ++desk_->counters().connections_open;
    one.begin();
}

void server::body::on_connection_over(connection& one) {
    const auto place = one.place;
    graveyard_.push_back(std::move(connections_[place]));
    if (place + 1 != connections_.size()) {
        connections_[place] = std::move(connections_.back());
        connections_[place]->place = place;
    }
    connections_.pop_back();
    --desk_->counters().connections_open;
}

// Faults shut the port for spans of time.
void server::body::follow_door() {
    if (!listener_) return;
    const auto elapsed = desk_->faults_elapsed();
    auto wanted = wire::door_state::open;
    switch (desk_->faults().for_port(elapsed)) {
        case port_fate::open: break;
        case port_fate::refuse: wanted = wire::door_state::shut; break;
        case port_fate::drop_syn: wanted = wire::door_state::silent; break;
    }
    auto next = desk_->faults().port_change_after(elapsed);
    // Somebody took the port meanwhile: perhaps he gives it back.
    if (!listener_->set_door(wanted)) next = elapsed + tick;
    if (next == core::duration::max()) {
        door_timer_.cancel();
        return;
    }
    door_timer_.expires_after(next - elapsed);
    door_timer_.async_wait([this, living = alive](const boost::system::error_code& error) {
        if (!error && *living) follow_door();
    });
}

void server::body::arm_tick() {
    tick_.expires_after(tick);
    tick_.async_wait([this, living = alive](const boost::system::error_code& error) {
        if (error || !*living) return;
        on_tick();
    });
}

void server::body::on_tick() {
    graveyard_.clear();
    desk_->file().flush();
    const auto now = clock_.now();
    // From the back: a connection that ends is replaced by the last one, which was seen already.
    for (std::size_t i = connections_.size(); i-- > 0;)
        if (i < connections_.size()) connections_[i]->on_tick(now);
    graveyard_.clear();
    if (draining_ && (connections_.empty() || now >= drain_until_)) return finish_stop();
    arm_tick();
}

void server::body::stop() {
    if (stopped_) return;
    if (draining_ || !desk_ || !listener_) return finish_stop();
    draining_ = true;
    drain_until_ = clock_.now() + how_.server.drain_time;
    listener_.reset();
    for (std::size_t i = connections_.size(); i-- > 0;)
        if (i < connections_.size()) connections_[i]->drain();
    if (connections_.empty()) finish_stop();
}

void server::body::finish_stop() {
    if (stopped_) return;
    stopped_ = true;
    draining_ = true;
    listener_.reset();
    while (!connections_.empty())
        connections_.back()->abandon();
    graveyard_.clear();
    if (desk_) desk_->file().flush();
    if (admin_) admin_->stop();
    tick_.cancel();
    door_timer_.cancel();
    set_.set_batch_end(nullptr);
    set_.stop();
}

core::result<void> server::body::change_faults(const fault_options& faults) {
    how_.faults = faults;
    desk_->replace_faults(fault_desk(faults.seed, faults.rules));
    follow_door();
    return {};
}

core::result<void> server::body::change_limits(const limit_changes& changes) {
    using scope = rules::scope;
    const auto kind_of = [](const limit_change& one) {
        return !one.account.empty() ? scope::account
               : !one.bot.empty()   ? scope::bot
                                    : scope::sender;
    };
    const auto name_of = [](const limit_change& one) {
        return one.account + one.bot + one.sender;  // only one is there
    };
    auto& judging = desk_->judging();
    for (const auto& one : changes.scopes)
        if (!judging.has_scope(kind_of(one), name_of(one)))
            return core::failure{core::trouble::configuration,
                                 "there is no such scope: " + name_of(one)};
    judging.change_limit_options(changes.options);
    for (const auto& one : changes.scopes)
        judging.change_limits(kind_of(one), name_of(one), one.limits);
    return {};
}

// All of it, or nothing.
core::result<void> server::body::change_settings(std::string_view text) {
    how_.service = desk_->judging().service();
    auto changed = settings_changed(text, how_);
    if (!changed) return changed.error();
    auto& made = changed->made;
    if (const auto keys = make_missing_keys(made); !keys) return keys.error();
    if (auto done = desk_->judging().change_service(made.service, made.replies); !done) return done;
    desk_->set_clock_offset(made.server.clock_offset);
    how_ = std::move(made);
    if (!changed->other_faults) return {};
    return change_faults(fault_options(how_.faults));
}

server::server(boost::asio::io_context& io, settings how, const wire::clock& clock)
    : body_(std::make_unique<body>(io, std::move(how), clock)) {}

server::~server() {
    body_->stop();
    body_->stop();
    *body_->alive = false;
}

core::result<served> server::start() {
    return body_->start();
}
void server::stop() {
    body_->stop();
}
bool server::stopped() const {
    return body_->stopped();
}

void server::stop_from_anywhere() {
    boost::asio::post(body_->io(), [body = body_.get(), living = body_->alive] {
        if (*living) body->stop();
    });
}

const ledger& server::book() const {
    return body_->desk().book();
}
const std::vector<sender_name>& server::senders() const {
    return body_->desk().judging().senders();
}
const statistics& server::counters() const {
    return body_->desk().counters();
}

std::string server::stats_json() const {
    auto& desk = body_->desk();
    return statistics_json(desk.counters(), desk.book(), desk.judging(), desk.faults());
}

core::result<void> server::change_faults(const fault_options& faults) {
    return body_->change_faults(faults);
}
core::result<void> server::change_limits(const limit_changes& changes) {
    return body_->change_limits(changes);
}
core::result<void> server::change_settings(std::string_view text) {
    return body_->change_settings(text);
}

}  // namespace tidings::gateway
