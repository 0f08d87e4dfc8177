# Puts the files of src/codec/numbers/data into the program, as they are: codec/numbers/built_in_plan
# shows them. A string literal has room for so much only, so each file is an array of bytes.
function(tidings_built_in_plan target)
    set(folder "${PROJECT_SOURCE_DIR}/src/codec/numbers/data")
    set(made "${PROJECT_BINARY_DIR}/built_in_plan.cpp")
    set(arrays "")
    set(entries "")
    foreach(name numbering_plan number_changes)
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${folder}/${name}.txt")
        file(READ "${folder}/${name}.txt" bytes HEX)
        string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
        string(APPEND arrays "constexpr char ${name}[] = {${bytes}};\n")
        string(APPEND entries "    {\"${name}.txt\", {${name}, sizeof ${name}}},\n")
    endforeach()
    file(CONFIGURE OUTPUT "${made}" CONTENT "// Made by cmake/built_in_plan.cmake.
#include \"codec/numbers/built_in_plan.hpp\"

namespace {
${arrays}}  // namespace

namespace tidings::codec {
namespace {
constexpr built_in_file files[] = {
${entries}};
}  // namespace
std::span<const built_in_file> built_in_plan() noexcept {
    return files;
}
}  // namespace tidings::codec
" @ONLY)
    target_sources(${target} PRIVATE "${made}")
endfunction()
