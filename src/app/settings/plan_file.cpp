#include "app/settings/plan_file.hpp"

#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace tidings::app {

core::result<const codec::numbering_plan*> plan_from(const std::filesystem::path& file) {
    std::ifstream in(file);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    if (!in.good() && !in.eof())
        return core::failure{core::trouble::configuration, file.string() + " cannot be read"};
    // By what they say: a file is read each time a campaign is, and seldom says something new.
    static std::mutex lock;
    static std::map<std::string, std::unique_ptr<codec::numbering_plan>> known;
    const std::scoped_lock locked(lock);
    if (const auto found = known.find(text); found != known.end()) return found->second.get();
    auto made = std::make_unique<codec::numbering_plan>(codec::numbering_plan::built_in());
    if (const auto read = made->read(text, file.string()); !read) return read.error();
    return known.emplace(text, std::move(made)).first->second.get();
}

}  // namespace tidings::app
