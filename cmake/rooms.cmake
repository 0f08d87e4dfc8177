# A room is a folder, a namespace and a target: src/<room>, headers beside their sources. It sees
# what it links and nothing else.
function(tidings_room name)
    cmake_parse_arguments(ROOM "" "" "USES" ${ARGN})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS
        "${PROJECT_SOURCE_DIR}/src/${name}/*.cpp" "${PROJECT_SOURCE_DIR}/src/${name}/*.hpp")
    if(NOT sources)
        add_library(tidings_${name} INTERFACE)
        add_library(tidings::${name} ALIAS tidings_${name})
        target_link_libraries(tidings_${name} INTERFACE ${ROOM_USES})
        return()
    endif()
    add_library(tidings_${name} STATIC ${sources})
    set_target_properties(tidings_${name} PROPERTIES LINKER_LANGUAGE CXX)
    add_library(tidings::${name} ALIAS tidings_${name})
    target_include_directories(tidings_${name}
        PUBLIC "${PROJECT_SOURCE_DIR}/src")
    target_link_libraries(tidings_${name} PUBLIC ${ROOM_USES} PRIVATE tidings_flags)
endfunction()

# The program: everything of src/app but main.cpp is a library too, so that tests reach it.
function(tidings_program name)
    cmake_parse_arguments(ROOM "" "" "USES" ${ARGN})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${name}/*.cpp"
        "${PROJECT_SOURCE_DIR}/src/${name}/*.hpp")
    set(entry "${PROJECT_SOURCE_DIR}/src/${name}/main.cpp")
    list(REMOVE_ITEM sources "${entry}")
    add_library(tidings_${name} STATIC ${sources})
    set_target_properties(tidings_${name} PROPERTIES LINKER_LANGUAGE CXX)
    add_library(tidings::${name} ALIAS tidings_${name})
    target_include_directories(tidings_${name}
        PUBLIC "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/include")
    target_link_libraries(tidings_${name} PUBLIC ${ROOM_USES} PRIVATE tidings_flags)
    if(EXISTS "${entry}")
        add_executable(tidings "${entry}")
        target_link_libraries(tidings PRIVATE tidings_${name} tidings_flags)
        install(TARGETS tidings RUNTIME)
    endif()
endfunction()
