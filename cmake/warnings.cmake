# Flags every target of ours gets; third-party headers are SYSTEM and stay quiet.
add_library(tidings_flags INTERFACE)
target_compile_options(tidings_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
    -Wold-style-cast -Wcast-align -Woverloaded-virtual -Wnull-dereference -Wimplicit-fallthrough
    $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op -Wno-null-dereference
        -Wno-maybe-uninitialized -Wno-restrict>
    $<$<BOOL:${TIDINGS_WERROR}>:-Werror>)
if(TIDINGS_SANITIZE)
    add_compile_options(-fsanitize=${TIDINGS_SANITIZE} -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${TIDINGS_SANITIZE})
endif()
