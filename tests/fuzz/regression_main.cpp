// Runs a fuzz target without libFuzzer, so that the normal suite replays its corpus: every file
// given, or every file of the folders given, then deterministic random changes of them. It looks
// for nothing new cleverly; that is what the fuzz preset is for.
//
//   fuzz_<name>_regression [--mutations N] [--seed S] FILE|FOLDER...
//
// When an input brings the program down, it is left in crash-<pid>.input in the current folder.
#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" __attribute__((weak)) int LLVMFuzzerInitialize(int* argc, char*** argv);

namespace {

using input = std::vector<std::uint8_t>;

constexpr std::size_t input_size_max = 64 * 1024;

// What runs right now; read by the signal handler only.
const std::uint8_t* current_data = nullptr;
std::size_t current_size = 0;
std::array<char, 64> crash_file{};

extern "C" void keep_the_input(int signal) {
    const int file = ::open(crash_file.data(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file >= 0) {
        const auto written = ::write(file, current_data, current_size);
        static_cast<void>(written);
        ::close(file);
    }
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

void run(const input& one) {
    // A copy of the exact size, so that a sanitizer sees the first byte read beyond it.
    const std::vector<std::uint8_t> exact(one.begin(), one.end());
    current_data = exact.data();
    current_size = exact.size();
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

input read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return input(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

std::vector<input> read_all(const std::vector<std::filesystem::path>& paths) {
    std::vector<std::filesystem::path> files;
    for (const auto& path : paths) {
        if (!std::filesystem::exists(path)) {
            std::cerr << path.string() << " does not exist: a target needs a seed corpus\n";
            std::exit(EXIT_FAILURE);
        }
        if (std::filesystem::is_directory(path)) {
            for (const auto& entry : std::filesystem::recursive_directory_iterator(path))
                if (entry.is_regular_file()) files.push_back(entry.path());
        } else {
            files.push_back(path);
        }
    }
    std::sort(files.begin(), files.end());
    std::vector<input> inputs;
    for (const auto& file : files)
        inputs.push_back(read_file(file));
    return inputs;
}

// One to four small changes: bytes flipped, replaced, removed, repeated, or taken from another
// seed.
input changed(const std::vector<input>& seeds, std::mt19937_64& random) {
    const auto below = [&random](std::size_t n) { return n == 0 ? 0 : random() % n; };
    input one = seeds[below(seeds.size())];
    for (std::size_t change = 1 + below(4); change > 0; --change) {
        const std::size_t at = below(one.size() + 1);
        const auto place = one.begin() + static_cast<std::ptrdiff_t>(at);
        const std::size_t rest = one.size() - at;
        const std::size_t count = std::min<std::size_t>(rest, 1 + below(16));
        const auto end = place + static_cast<std::ptrdiff_t>(count);
        static constexpr std::string_view special("\0\xFF\x7F\x80\n\r\",{}[]:0-\t", 17);
        switch (below(6)) {
            case 0:
                if (rest > 0) *place ^= static_cast<std::uint8_t>(1U << below(8));
                break;
            case 1:
                if (rest > 0) *place = static_cast<std::uint8_t>(special[below(special.size())]);
                break;
            case 2: one.erase(place, end); break;
            case 3: {
                const input piece(place, end);
                one.insert(one.begin() + static_cast<std::ptrdiff_t>(at), piece.begin(),
                           piece.end());
                break;
            }
            case 4: one.insert(place, static_cast<std::uint8_t>(random())); break;
            case 5: {
                const input& other = seeds[below(seeds.size())];
                const std::size_t from = below(other.size() + 1);
                one.erase(place, one.end());
                one.insert(one.end(), other.begin() + static_cast<std::ptrdiff_t>(from),
                           other.end());
                break;
            }
        }
    }
    if (one.size() > input_size_max) one.resize(input_size_max);
    return one;
}

}  // namespace

int main(int argc, char** argv) {
    std::uint64_t mutations = 0;
    std::uint64_t seed = 1;
    std::vector<std::filesystem::path> paths;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word == "--mutations" && i + 1 < argc) {
            mutations = std::stoull(argv[++i]);
        } else if (word == "--seed" && i + 1 < argc) {
            seed = std::stoull(argv[++i]);
        } else {
            paths.emplace_back(word);
        }
    }
    if (LLVMFuzzerInitialize != nullptr) LLVMFuzzerInitialize(&argc, &argv);
    const std::string name = "crash-" + std::to_string(::getpid()) + ".input";
    std::copy(name.begin(), name.end(), crash_file.begin());
    for (const int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGBUS, SIGILL})
        std::signal(signal, keep_the_input);

    std::vector<input> seeds = read_all(paths);
    for (const auto& one : seeds)
        run(one);
    const std::size_t replayed = seeds.size();
    if (seeds.empty()) seeds.emplace_back();
    std::mt19937_64 random(seed);
    for (std::uint64_t i = 0; i < mutations; ++i)
        run(changed(seeds, random));
    std::cout << replayed << " inputs of the corpus and " << mutations << " changed ones (seed "
              << seed << "): no finding\n";
    return EXIT_SUCCESS;
}
