// The list, the limits, the journal and the proof are tidings'; the messages go where this program
// wants them, here into a file, one line each:
//   own_endpoint campaign.toml messages.txt
#include <cstdio>
#include <fstream>
#include <memory>
#include <tidings/tidings.hpp>
#include <utility>

namespace {

class into_a_file final : public tidings::carrier {
  public:
    explicit into_a_file(std::ofstream& out) : out_(out) {}

    std::size_t capacity() const override { return 64; }
    void begin(tidings::message what, tidings::delivery how) override {
        out_ << what.from << " -> " << what.to << '\n';
        if (out_)
            std::move(how).accepted();
        else
            std::move(how).not_sent("the file cannot be written");
    }

  private:
    std::ofstream& out_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: own_endpoint CAMPAIGN.toml MESSAGES.txt\n");
        return static_cast<int>(tidings::exit_status::usage);
    }
    const auto settings = tidings::configuration::from_file(argv[1]);
    if (!settings) {
        std::fprintf(stderr, "%s\n", settings.error().text.c_str());
        return static_cast<int>(settings.error().status);
    }
    std::ofstream out(argv[2], std::ios::app);
    tidings::begin_options how;
    how.carriers = [&](std::string_view) { return std::make_unique<into_a_file>(out); };
    auto campaign = tidings::campaign::begin(*settings, std::move(how));
    if (!campaign) {
        std::fprintf(stderr, "%s\n", campaign.error().text.c_str());
        return static_cast<int>(campaign.error().status);
    }
    const auto ended = campaign->run();
    if (!ended) {
        std::fprintf(stderr, "%s\n", ended.error().text.c_str());
        return static_cast<int>(ended.error().status);
    }
    std::printf("%s\n", ended->reason.c_str());
    return static_cast<int>(ended->status);
}
