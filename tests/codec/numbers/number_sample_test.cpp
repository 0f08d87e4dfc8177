// Numbers of all regions, read as the package that the plan was made of reads them. The sample is
// small; TIDINGS_NUMBERS=FILE takes another (scripts/numbering-plan --sample).
#include "codec/numbers/number_forms.hpp"
#include "support/file_text.hpp"

#include <cstdlib>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

// Without number_changes.txt, which the package knows nothing of.
const numbering_plan& plan_of_the_package() {
    static const numbering_plan plan = [] {
        const std::string file = TIDINGS_SOURCE_DIR "/src/codec/numbers/data/numbering_plan.txt";
        numbering_plan made;
        made.read(tests::file_text(file), file).value();
        return made;
    }();
    return plan;
}

std::string_view name_of(number_fit fit) {
    switch (fit) {
        case number_fit::known: return "known";
        case number_fit::possible: return "possible";
        case number_fit::too_short: return "too-short";
        case number_fit::too_long: return "too-long";
        case number_fit::wrong_length: return "wrong-length";
        case number_fit::abroad: return "abroad";
    }
    return "";
}

class sample_reader {
  public:
    read_form read(const std::string& region, const std::string& dialled) {
        const auto& plan = plan_of_the_package();
        if (region != "ZZ") {
            auto& forms = dialled_[region];
            if (!forms) forms = std::make_unique<number_forms>(plan, *plan.region(region));
            return forms->read(dialled);
        }
        for (std::size_t digits = 1; digits <= 3; ++digits) {
            const auto code = static_cast<unsigned>(std::stoul(dialled.substr(1, digits)));
            if (plan.regions_of(code).empty()) continue;
            auto& forms = abroad_[code];
            if (!forms) forms = std::make_unique<number_forms>(plan, code);
            return forms->read(dialled.substr(1 + digits));
        }
        return {};
    }

  private:
    std::map<std::string, std::unique_ptr<number_forms>> dialled_;
    std::map<unsigned, std::unique_ptr<number_forms>> abroad_;
};

TEST(number_sample, is_read_as_the_package_reads_it) {
    const char* const other = std::getenv("TIDINGS_NUMBERS");
    std::istringstream lines(tests::file_text(
        other != nullptr ? other : TIDINGS_SOURCE_DIR "/tests/codec/numbers/number_sample.txt"));
    sample_reader reader;
    std::size_t compared = 0;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with('#')) continue;
        std::istringstream fields(line);
        std::string region;
        std::string dialled;
        std::string e164;
        std::string fit;
        std::string type;
        std::string of;
        ASSERT_TRUE(fields >> region >> dialled >> e164 >> fit >> type >> of) << line;
        const auto form = reader.read(region, dialled);
        ++compared;
        // E.164 ends at fifteen digits, the package does not.
        const bool readable = e164 != "-" && e164.size() <= core::phone_number::text_max;
        if (!readable) {
            EXPECT_FALSE(fits(form.fit)) << line;
            continue;
        }
        EXPECT_EQ(name_of(form.fit), fit) << line;
        if (!fits(form.fit)) continue;
        EXPECT_EQ(form.number.text(), e164) << line;
        EXPECT_EQ(name_of(form.type), type) << line;
        if (form.fit != number_fit::known) continue;
        EXPECT_EQ(plan_of_the_package().regions()[form.region].id, of) << line;
    }
    EXPECT_GE(compared, 690U);
}

}  // namespace
}  // namespace tidings::codec
