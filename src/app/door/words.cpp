#include "app/exit_status.hpp"
#include "core/outcome.hpp"
#include "tidings/exit_status.hpp"
#include "tidings/outcome.hpp"

namespace tidings {
inline namespace v0 {

std::string_view meaning_of(exit_status status) noexcept {
    return app::row_of(status).meaning;
}

std::string_view name_of(outcome what) noexcept {
    return core::name_of(static_cast<core::outcome>(what));
}

}  // namespace v0
}  // namespace tidings
