// Token ids that can be told again: the id of a row's request follows from the run, the row, the
// moment of its release and the attempt, so that a probe after a crash can repeat the very request
// (contract.md section 2). Whether to probe is core's; codec/tokens/token puts the id into a token.
#pragma once

#include "core/failure.hpp"
#include "core/row.hpp"
#include "core/time.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace tidings::codec {

// A UUID of version 8 in its usual spelling: 122 bits that nobody without the run's key can guess.
struct jti {
    std::array<char, 36> text{};
    // Empty when OpenSSL could not make it: then there is no request to make either.
    std::string_view view() const noexcept {
        return {text.data(), text[0] == '\0' ? 0 : text.size()};
    }

    friend bool operator==(const jti&, const jti&) = default;
};

class jti_source {
  public:
    static constexpr std::size_t run_key_size = 32;

    // The run's key is random bytes kept with the run. Whoever has it can tell the run's ids, no
    // more: it signs nothing.
    static core::result<jti_source> make(std::span<const unsigned char, run_key_size> run_key);

    ~jti_source();
    jti_source(jti_source&&) noexcept;
    jti_source& operator=(jti_source&&) noexcept;

    // The same arguments give the same id, in this process or in the next. `attempt` counts the
    // requests made within one release, from 0: a server may have used up the id of a request that
    // it refused, so only a probe repeats one.
    jti of(core::row_number row, core::wall_time released, std::uint32_t attempt = 0) noexcept;

  private:
    struct state;
    explicit jti_source(std::unique_ptr<state> made);
    std::unique_ptr<state> state_;
};

}  // namespace tidings::codec
