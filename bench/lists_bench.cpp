// What a row of a list costs: the whole reader (file, rows, numbers, duplicates), and its stages.
// Every benchmark checks that it read what it wrote. TIDINGS_BENCH_ROWS sets the length of the
// lists; the default is short enough for the test suite, the figures of the documents are with
// 10485760.
#include "codec/lists/csv_rows.hpp"
#include "codec/lists/ndjson_rows.hpp"
#include "codec/numbers/phone_spelling.hpp"
#include "codec/tokens/content_digest.hpp"
#include "core/number_set.hpp"
#include "runner/list_reader.hpp"
#include "store/list_fingerprint.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include <benchmark/benchmark.h>
#include <boost/unordered/unordered_flat_set.hpp>

#include <unistd.h>

namespace {

using namespace tidings;

// Rounded up to whole batches.
std::int64_t rows_wanted() {
    const char* const text = std::getenv("TIDINGS_BENCH_ROWS");
    const long rows = text == nullptr ? 1 << 17 : std::atol(text);
    return std::max(1L, (rows + 255) / 256) * 256;
}

// Indian mobile numbers without repetition and in no order: an odd factor modulo a power of two.
std::uint64_t number_of(std::uint64_t row) {
    return 917'000'000'000 + ((row * 0x9E3779B1) & 0x7FFFFFFF);
}

// The same among those of eight American areas, in the form in which they are written there.
std::string american_number_of(std::uint64_t row) {
    constexpr int areas[] = {212, 305, 312, 404, 415, 512, 617, 702};
    const auto at = (row * 0x9E3779B1) & 0x1FFFFFF;
    const auto digits = [](std::uint64_t value, std::size_t width) {
        const auto text = std::to_string(value);
        return std::string(width - text.size(), '0') + text;
    };
    return "(" + std::to_string(areas[at % 8]) + ") " + digits(200 + at / 8 % 800, 3) + "-" +
           digits(at / 6400, 4);
}

enum class shape { number_only, name_and_number, wide, quoted, spelled, national, json };

std::string row_text(shape form, std::uint64_t row) {
    const auto number = "+" + std::to_string(number_of(row));
    const auto name = "Recipient " + std::to_string(row % 1000);
    switch (form) {
        case shape::number_only: return number + "\n";
        case shape::name_and_number: return name + "," + number + "\n";
        case shape::wide:
            return name + "," + number + ",12 Long Street,Some Town,XY 12345,member since 2011\n";
        case shape::quoted: return "\"" + name + "\",\"" + number + "\"\n";
        case shape::spelled:
            return name + ",+" + number.substr(1, 2) + " " + number.substr(3, 3) + "-" +
                   number.substr(6) + "\n";
        case shape::national: return name + "," + american_number_of(row) + "\n";
        case shape::json: return R"({"name":")" + name + R"(","toNo":")" + number + "\"}\n";
    }
    return {};
}

std::string header_text(shape form) {
    switch (form) {
        case shape::number_only: return "toNo\n";
        case shape::name_and_number:
        case shape::spelled:
        case shape::national:
        case shape::quoted: return "name,toNo\n";
        case shape::wide: return "name,toNo,street,town,code,note\n";
        case shape::json: return "";
    }
    return {};
}

class list_file {
  public:
    list_file(shape form, std::uint64_t rows)
        : path_(std::filesystem::temp_directory_path() /
                ("tidings-bench-" + std::to_string(::getpid()) +
                 (form == shape::json ? ".ndjson" : ".csv"))) {
        std::ofstream out(path_, std::ios::binary);
        out << header_text(form);
        for (std::uint64_t row = 0; row < rows; ++row)
            out << row_text(form, row);
    }
    ~list_file() { std::filesystem::remove(path_); }
    list_file(const list_file&) = delete;
    list_file& operator=(const list_file&) = delete;
    std::string path() const { return path_.string(); }

  private:
    std::filesystem::path path_;
};

void per_row(benchmark::State& state, std::uint64_t rows) {
    state.SetItemsProcessed(static_cast<std::int64_t>(rows) * state.iterations());
}

template <shape form>
void read_list(benchmark::State& state) {
    const auto rows = static_cast<std::uint64_t>(state.range(0));
    const list_file file(form, rows);
    for (auto _ : state) {
        auto reader =
            runner::list_reader::open({.path = file.path(),
                                       .default_region = form == shape::national ? "US" : "",
                                       .batch_rows = 1024});
        if (!reader) return state.SkipWithError(reader.error().text.c_str());
        core::listed_batch batch;
        while (reader->read(batch).value())
            benchmark::DoNotOptimize(batch.rows.data());
        if (reader->counts().sendable != rows) return state.SkipWithError("rows went missing");
    }
    per_row(state, rows);
}
BENCHMARK(read_list<shape::number_only>)->Arg(rows_wanted())->Unit(benchmark::kMillisecond);
BENCHMARK(read_list<shape::name_and_number>)->Arg(rows_wanted())->Unit(benchmark::kMillisecond);
BENCHMARK(read_list<shape::wide>)->Arg(rows_wanted())->Unit(benchmark::kMillisecond);
BENCHMARK(read_list<shape::quoted>)->Arg(rows_wanted())->Unit(benchmark::kMillisecond);
BENCHMARK(read_list<shape::spelled>)->Arg(rows_wanted())->Unit(benchmark::kMillisecond);
BENCHMARK(read_list<shape::national>)->Arg(rows_wanted())->Unit(benchmark::kMillisecond);
BENCHMARK(read_list<shape::json>)->Arg(rows_wanted())->Unit(benchmark::kMillisecond);

// By bytes: what a start and a resume cost for knowing the list again, the file being cached.
void fingerprint_of_list(benchmark::State& state) {
    const auto rows = static_cast<std::uint64_t>(state.range(0));
    const list_file file(shape::wide, rows);
    codec::content_digest digest;
    digest.add(header_text(shape::wide));
    for (std::uint64_t row = 0; row < rows; ++row)
        digest.add(row_text(shape::wide, row));
    const auto expected = digest.take();
    std::uint64_t bytes = 0;
    for (auto _ : state) {
        const auto found = store::whole_fingerprint(file.path());
        if (!found || found->whole_sha256 != expected)
            return state.SkipWithError("another fingerprint");
        bytes = found->bytes;
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * state.iterations());
}
BENCHMARK(fingerprint_of_list)->Arg(rows_wanted())->Unit(benchmark::kMillisecond);

template <shape form>
void parse_rows(benchmark::State& state) {
    constexpr std::uint64_t rows = 8192;
    std::string text = header_text(form);
    for (std::uint64_t row = 0; row < rows; ++row)
        text += row_text(form, row);
    codec::csv_rows reader({','}, {"toNo", "", ""});
    const auto header = reader.read_header(text, true).value();
    std::vector<codec::raw_row> out(256);
    for (auto _ : state) {
        reader.rewind();
        auto window = std::string_view(text).substr(header);
        std::uint64_t seen = 0;
        while (!window.empty()) {
            const auto done = reader.read(window, true, out);
            window.remove_prefix(done.bytes);
            seen += done.rows;
        }
        if (seen != rows) return state.SkipWithError("rows went missing");
    }
    per_row(state, rows);
}
BENCHMARK(parse_rows<shape::number_only>);
BENCHMARK(parse_rows<shape::name_and_number>);
BENCHMARK(parse_rows<shape::wide>);
BENCHMARK(parse_rows<shape::quoted>);

void spell_number(benchmark::State& state, std::string region, std::string text) {
    auto speller = codec::phone_speller::make(region).value();
    for (auto _ : state) {
        benchmark::DoNotOptimize(text.data());
        const auto got = speller.spell(text);
        if (!got) return state.SkipWithError("not read");
    }
    per_row(state, 1);
}
BENCHMARK_CAPTURE(spell_number, exact, "", "+917760336484");
BENCHMARK_CAPTURE(spell_number, spelled, "", "+91 (776) 033-6484");
BENCHMARK_CAPTURE(spell_number, national, "US", "(415) 555-0100");

void seen_numbers(benchmark::State& state) {
    const auto count = static_cast<std::uint64_t>(state.range(0));
    std::size_t bytes = 0;
    for (auto _ : state) {
        core::number_set set;
        std::vector<core::phone_number> numbers(256);
        std::vector<std::uint8_t> fresh(256);
        for (std::uint64_t at = 0; at < count; at += 256) {
            for (std::uint64_t i = 0; i < 256; ++i)
                numbers[i] = core::phone_number::from_digits(number_of(at + i));
            set.insert(numbers, fresh);
        }
        if (set.size() != count) return state.SkipWithError("numbers went missing");
        bytes = set.memory_bytes();
    }
    state.counters["bytes_per_number"] = static_cast<double>(bytes) / static_cast<double>(count);
    per_row(state, count);
}
BENCHMARK(seen_numbers)->Arg(rows_wanted())->Unit(benchmark::kMillisecond);

// The kept library's set, for comparison: as fast, and 10 to 21 bytes a number, 31 while it grows.
void seen_numbers_flat_set(benchmark::State& state) {
    const auto count = static_cast<std::uint64_t>(state.range(0));
    for (auto _ : state) {
        boost::unordered_flat_set<std::uint64_t> set;
        for (std::uint64_t at = 0; at < count; ++at)
            set.insert(number_of(at));
        if (set.size() != count) return state.SkipWithError("numbers went missing");
    }
    per_row(state, count);
}
BENCHMARK(seen_numbers_flat_set)->Arg(rows_wanted())->Unit(benchmark::kMillisecond);

}  // namespace
