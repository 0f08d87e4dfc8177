// What the endpoint's ledger costs: entering a message, the memory of one, the statistics over all
// of them, and a page. TIDINGS_LEDGER_ENTRIES=10000000 for the size that counts.
#include "gateway/rules/faults.hpp"
#include "gateway/rules/ledger.hpp"
#include "gateway/rules/rules.hpp"
#include "gateway/rules/statistics.hpp"

#include <cstdlib>
#include <fstream>
#include <string>

#include <benchmark/benchmark.h>

#include <unistd.h>

namespace tidings::gateway {
namespace {

constexpr std::uint64_t first_number = 10'000'000'000;

std::uint64_t entries() {
    const char* const text = std::getenv("TIDINGS_LEDGER_ENTRIES");
    return text == nullptr ? 100'000 : std::strtoull(text, nullptr, 10);
}

double resident_bytes() {
    std::ifstream file("/proc/self/statm");
    double all = 0;
    double resident = 0;
    file >> all >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

// Every tenth recipient is one that was reached before; scattered, as a shuffled list is.
void fill(ledger& book, std::uint64_t count) {
    triggered_message message;
    message.at = core::wall_time(std::chrono::seconds(1'790'000'000));
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto which = i % 10 == 9 ? i / 2 : i;
        message.to = core::phone_number::from_digits(first_number + which * 7919 % 1'000'000'007);
        message.token = i;
        book.set_delivery(book.add(message), delivery::delivered);
    }
}

void enter(benchmark::State& state) {
    const auto count = entries();
    for (auto _ : state) {
        const auto before = resident_bytes();
        ledger book;
        fill(book, count);
        if (book.size() != count || book.repeats() == 0)
            state.SkipWithError("the ledger does not hold what was entered");
        state.counters["bytes_an_entry"] = (resident_bytes() - before) / static_cast<double>(count);
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
}
BENCHMARK(enter)->Unit(benchmark::kMillisecond);

void tell_statistics(benchmark::State& state) {
    ledger book;
    fill(book, entries());
    const auto judging = rules::make(sample_service(), documented_replies()).value();
    const statistics counters;
    const fault_desk faults;
    for (auto _ : state) {
        const auto text = statistics_json(counters, book, judging, faults);
        if (text.find("\"triggered\":" + std::to_string(book.size())) == std::string::npos)
            state.SkipWithError("the statistics do not say how many were triggered");
    }
}
BENCHMARK(tell_statistics)->Unit(benchmark::kMicrosecond);

void tell_a_page(benchmark::State& state) {
    ledger book;
    fill(book, entries());
    const std::vector<sender_name> senders = {
        {"st-26d52ba6-7a77-56b2-be4e-a8db1da7e440", core::phone_number::from_digits(16693422058)}};
    constexpr std::uint64_t page = 10'000;
    std::string out;
    for (auto _ : state) {
        out.clear();
        for (std::uint64_t i = book.size() - page; i < book.size(); ++i) {
            append_ledger_line(out, i, book[i], senders);
            out += '\n';
        }
        if (out.find("\"n\":" + std::to_string(book.size() - 1)) == std::string::npos)
            state.SkipWithError("the last entry is not on the page");
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(page));
}
BENCHMARK(tell_a_page)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace tidings::gateway
