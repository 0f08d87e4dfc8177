# Puts files into the program, as they are: FUNCTION, which HEADER declares in NAMESPACE, shows them
# in the order given. A string literal has room for so much only, so each is an array of bytes.
function(tidings_built_in_files target namespace header function)
    set(made "${PROJECT_BINARY_DIR}/${function}.cpp")
    set(arrays "")
    set(entries "")
    set(number 0)
    foreach(path ${ARGN})
        cmake_path(ABSOLUTE_PATH path BASE_DIRECTORY "${PROJECT_SOURCE_DIR}")
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${path}")
        cmake_path(GET path FILENAME name)
        file(READ "${path}" bytes HEX)
        string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
        string(APPEND arrays "constexpr char file_${number}[] = {${bytes}};\n")
        string(APPEND entries
            "    {\"${name}\", {file_${number}, sizeof file_${number}}},\n")
        math(EXPR number "${number} + 1")
    endforeach()
    file(CONFIGURE OUTPUT "${made}" CONTENT "// Made by cmake/built_in_files.cmake.
#include \"${header}\"

namespace {
${arrays}}  // namespace

namespace tidings::${namespace} {
namespace {
constexpr built_in_file files[] = {
${entries}};
}  // namespace
std::span<const built_in_file> ${function}() noexcept {
    return files;
}
}  // namespace tidings::${namespace}
" @ONLY)
    target_sources(${target} PRIVATE "${made}")
endfunction()
