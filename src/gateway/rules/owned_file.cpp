#include "gateway/rules/owned_file.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tidings::gateway {

namespace {
constexpr std::size_t text_max = 1 << 20;
}

std::string text_of_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text;
    if (!file) return text;
    text.resize(text_max);
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

core::result<void> write_owned_file(const std::filesystem::path& path, std::string_view text) {
    std::error_code ignored;
    const auto folder = path.parent_path();
    if (!folder.empty() && std::filesystem::create_directories(folder, ignored))
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, ignored);
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const auto written = fd < 0 ? -1 : ::write(fd, text.data(), text.size());
    const int error = errno;
    if (fd >= 0) ::close(fd);
    if (written == static_cast<ssize_t>(text.size())) return {};
    return core::failure{
        core::trouble::configuration,
        path.string() + " cannot be written: " + boost::system::system_category().message(error) +
            "; name another folder with server.folder"};
}

}  // namespace tidings::gateway
