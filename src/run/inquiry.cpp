#include "run/inquiry.hpp"

#include "codec/records/outcome_line.hpp"
#include "store/log_walk.hpp"
#include "store/outcome_log.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace tidings::run {

namespace {

using namespace std::chrono_literals;

constexpr core::duration first_pause = 1s;
constexpr core::duration refused_pause = 60s;
constexpr std::size_t quoted_max = 120;

core::failure said(core::trouble kind, std::string_view what, const platform_reply& reply) {
    auto body = reply.body.substr(0, quoted_max);
    std::replace_if(
        body.begin(), body.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return {kind,
            std::string(what) + " (status " + std::to_string(reply.status) + ": \"" + body + "\")"};
}

// Why an answer that is no list of sessions ends the asking.
core::failure refusal(const platform_reply& reply) {
    if (reply.status == 401)
        return said(core::trouble::credentials,
                    "the app may not ask for sessions: give it the scope \"Bot Sessions\" and "
                    "publish it, and look at client_id, client_secret and the app's bots",
                    reply);
    if (reply.status == 400 || reply.status == 404 || reply.status == 405)
        return said(core::trouble::network,
                    "getSessions is not served there: look at url and bot_id; what cannot be asked "
                    "is settled by --unknown sent or resend",
                    reply);
    return said(core::trouble::network, "that is not what getSessions answers", reply);
}

bool worth_another_try(unsigned status) {
    return status >= 500 || status == 408 || status == 421 || status == 425;
}

// When the rows were released and settled, as the journal has it.
core::result<void> read_times(store::disk& disk, const std::string& journal,
                              std::vector<doubted_row>& rows) {
    const auto each_in = [&rows](core::row_number first, core::row_number last, auto&& act) {
        auto at = std::lower_bound(
            rows.begin(), rows.end(), first,
            [](const doubted_row& one, core::row_number row) { return one.row < row; });
        for (; at != rows.end() && at->row <= last; ++at)
            act(*at);
    };
    auto log = store::log_walk::open(disk, journal, false);
    if (!log) return log.error();
    return log->walk(
        {}, 0,
        [&](const codec::frame_head& head, const core::journal_batch& batch) -> core::result<void> {
            for (const auto& run : batch.released)
                each_in(run.first, run.first + run.count - 1,
                        [&](doubted_row& one) { one.sent = head.at.wall; });
            for (const auto& settled : batch.settled)
                each_in(settled.row, settled.row, [&](doubted_row& one) {
                    one.lane = settled.lane;
                    one.given_up = settled.at;
                    // It saturates, and is 0 where no moment was measured.
                    const std::chrono::microseconds waited(settled.latency_us);
                    if (settled.latency_us != std::numeric_limits<std::uint32_t>::max())
                        one.sent = waited.count() == 0 ? one.sent
                                                       : std::max(one.sent, settled.at - waited);
                });
            return {};
        });
}

}  // namespace

core::result<std::vector<doubted_row>> doubted_rows(store::disk& disk,
                                                    const store::run_paths& paths,
                                                    const std::vector<core::row_number>& rows) {
    std::vector<doubted_row> found;
    found.reserve(rows.size());
    for (const auto row : rows)
        found.push_back({.row = row, .to = {}});
    if (auto read = read_times(disk, paths.journal, found); !read) return read.error();
    auto looked = store::visit_lines(disk, paths.folder, [&](const store::logged_line& line) {
        if (!line.whole || line.seen.what != core::outcome::unknown) return true;
        const auto at = std::lower_bound(
            found.begin(), found.end(), line.seen.row,
            [](const doubted_row& one, core::row_number row) { return one.row < row; });
        if (at == found.end() || at->row != line.seen.row) return true;
        if (const auto number = core::phone_number::from_e164(line.seen.number)) at->to = *number;
        return true;
    });
    if (!looked) return looked.error();
    const auto open = [](const doubted_row& one) {
        return one.to == core::phone_number{} || one.sent == core::wall_time{} ||
               one.given_up < one.sent;
    };
    found.erase(std::remove_if(found.begin(), found.end(), open), found.end());
    return found;
}

std::optional<codec::listed_session> proof_in(const codec::session_page& page,
                                              const doubted_row& row) {
    using std::chrono::milliseconds;
    // Sessions are told in milliseconds.
    const core::wall_time from = std::chrono::floor<milliseconds>(row.sent);
    const auto is_proof = [&](const codec::listed_session& one) {
        return one.user == row.to && one.began >= from && one.began <= row.given_up;
    };
    const auto at = std::find_if(page.sessions.begin(), page.sessions.end(), is_proof);
    if (at == page.sessions.end()) return std::nullopt;
    return *at;
}

std::string evidence_words(const codec::listed_session& proof) {
    char time[27];
    const auto* const end = codec::write_timestamp(time, proof.began);
    return "found by getSessions: session " + (proof.id.empty() ? "without an id" : proof.id) +
           " of " + std::string(time, static_cast<std::size_t>(end - time));
}

inquiry::inquiry(const surroundings& around, platform_line line,
                 std::function<core::result<void>()> before_waiting)
    : around_(around),
      line_(std::move(line)),
      before_waiting_(std::move(before_waiting)),
      minute_({60, 60s}),
      hour_({1800, 3600s}) {}

core::result<std::string> inquiry::ask_about(const doubted_row& row) {
    codec::session_question asked{
        .user = row.to, .from = row.sent, .to = row.given_up, .limit = page_rows};
    for (std::size_t i = 0; i < pages_max; ++i, asked.skip += page_rows) {
        const auto page = page_of(asked);
        if (!page) return page.error();
        if (const auto proof = proof_in(*page, row)) return evidence_words(*proof);
        if (page->listed == 0 || (!page->more && page->listed < page_rows)) break;
    }
    return std::string();
}

core::result<codec::session_page> inquiry::page_of(const codec::session_question& asked) {
    auto pause = first_pause;
    unsigned attempts = 0;
    unsigned refusals = 0;
    for (;;) {
        const auto reply = once(asked);
        if (reply && reply->status == 200) {
            if (auto page = codec::read_session_page(reply->body)) return *page;
            return refusal(*reply);
        }
        if (reply && reply->status == 429) {
            if (++refusals == refusals_max) return refusal(*reply);
            if (auto rested = rest(reply->wait.value_or(refused_pause)); !rested)
                return rested.error();
            continue;
        }
        if (reply && !worth_another_try(reply->status)) return refusal(*reply);
        if (!reply && reply.error().kind != core::trouble::network) return reply.error();
        if (++attempts == attempts_max) {
            if (reply) return refusal(*reply);
            return reply.error();
        }
        if (auto rested = rest(pause); !rested) return rested.error();
        pause *= 2;
    }
}

core::result<platform_reply> inquiry::once(const codec::session_question& asked) {
    if (auto waited = wait_for_slot(); !waited) return waited.error();
    for (auto* const ring : {&minute_, &hour_})
        ring->take();
    ++questions_;
    auto reply = line_(asked);
    for (auto* const ring : {&minute_, &hour_})
        ring->answered(around_.now().steady);
    return reply;
}

core::result<void> inquiry::wait_for_slot() {
    for (;;) {
        const auto now = around_.now().steady;
        core::instant free = core::instant::min();
        for (auto* const ring : {&minute_, &hour_}) {
            ring->collect(now);
            free = std::max(free, ring->earliest());
        }
        if (free <= now) return {};
        if (auto rested = rest(free - now); !rested) return rested;
    }
}

core::result<void> inquiry::rest(core::duration time) {
    if (auto recorded = before_waiting_(); !recorded) return recorded;
    around_.pause(time);
    return {};
}

}  // namespace tidings::run
