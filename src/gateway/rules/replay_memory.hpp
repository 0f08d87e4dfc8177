// Which token ids were used, each until its token expires. It only remembers; what a jti must look
// like is rules.hpp's.
#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <string_view>

#include <boost/unordered/unordered_flat_map.hpp>

namespace tidings::gateway {

// A token id of one app as 128 bits of SHA-256, so that the memory of one is 24 bytes or so.
struct jti_digest {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    friend bool operator==(const jti_digest&, const jti_digest&) = default;
};

jti_digest digest_of_jti(std::string_view client_id, std::string_view jti);

class replay_memory {
  public:
    explicit replay_memory(std::uint32_t remembered_max) : remembered_max_(remembered_max) {}

    enum class answer : std::uint8_t {
        fresh,   // not used before
        replay,  // used, and its token has not expired
        full,    // cannot remember one more
    };
    // Looks without changing anything.
    answer look(jti_digest jti, core::wall_time now) const;
    // Remembers a fresh one until `expires`.
    void use(jti_digest jti, core::wall_time expires, core::wall_time now);

    std::size_t size() const noexcept { return used_.size(); }

  private:
    struct take_low {
        std::size_t operator()(const jti_digest& jti) const noexcept {
            return static_cast<std::size_t>(jti.low);
        }
    };

    std::uint32_t remembered_max_;
    std::size_t sweep_at_ = 1024;  // size at which expired ones are thrown out
    boost::unordered_flat_map<jti_digest, core::wall_time, take_low> used_;
};

}  // namespace tidings::gateway
