#include "gateway/rules/replay_memory.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include <openssl/evp.h>

namespace tidings::gateway {

jti_digest digest_of_jti(std::string_view client_id, std::string_view jti) {
    std::string named(client_id);
    named += '\0';
    named += jti;
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    EVP_Digest(named.data(), named.size(), bytes.data(), nullptr, EVP_sha256(), nullptr);
    jti_digest made;
    std::memcpy(&made.high, bytes.data(), sizeof made.high);
    std::memcpy(&made.low, bytes.data() + sizeof made.high, sizeof made.low);
    return made;
}

replay_memory::answer replay_memory::look(jti_digest jti, core::wall_time now) const {
    const auto known = used_.find(jti);
    if (known != used_.end()) return known->second > now ? answer::replay : answer::fresh;
    return used_.size() >= remembered_max_ ? answer::full : answer::fresh;
}

void replay_memory::use(jti_digest jti, core::wall_time expires, core::wall_time now) {
    used_.insert_or_assign(jti, expires);
    if (used_.size() < std::min<std::size_t>(sweep_at_, remembered_max_)) return;
    boost::unordered::erase_if(used_, [now](const auto& one) { return one.second <= now; });
    // Doubling keeps the sweeps' cost a constant a token.
    sweep_at_ = std::max<std::size_t>(1024, used_.size() * 2);
}

}  // namespace tidings::gateway
