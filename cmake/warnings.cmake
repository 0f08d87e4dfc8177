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
if(TIDINGS_SANITIZE MATCHES "undefined" AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # Clang 14 cannot emit the check of indirect calls for the parts of a coroutine ("Cannot represent
    # a difference across sections").
    set_source_files_properties("${PROJECT_SOURCE_DIR}/src/gateway/admin.cpp" PROPERTIES
        COMPILE_OPTIONS -fno-sanitize=function)
endif()
