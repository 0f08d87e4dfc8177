# The library as others use it: one shared object with everything inside, whose only symbols are
# those of include/tidings, and what CMake and pkg-config need to find it. Everything it is made of
# is linked into it, so that nobody who links with it needs a header or a library of ours but this.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(tidings_public_headers version export exit_status result outcome configuration campaign_plan
    snapshot listener carrier campaign tidings)
list(TRANSFORM tidings_public_headers PREPEND "${PROJECT_SOURCE_DIR}/include/tidings/")
list(TRANSFORM tidings_public_headers APPEND ".hpp")

add_library(tidings_library SHARED "${PROJECT_SOURCE_DIR}/cmake/library.cpp")
add_library(tidings::tidings ALIAS tidings_library)
# The interface is v0: it may change with every minor version, and the name says so.
set_target_properties(tidings_library PROPERTIES
    OUTPUT_NAME tidings
    EXPORT_NAME tidings
    VERSION "${PROJECT_VERSION}"
    SOVERSION 0
    PUBLIC_HEADER "${tidings_public_headers}")
target_include_directories(tidings_library INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_compile_features(tidings_library INTERFACE cxx_std_20)
target_link_libraries(tidings_library PRIVATE tidings_flags
    -Wl,--whole-archive tidings_app -Wl,--no-whole-archive)
# Of what it is made of nothing is shown: neither our rooms nor a static library of others.
target_link_options(tidings_library PRIVATE -Wl,--exclude-libs,libtidings_asio.a)

install(TARGETS tidings_library EXPORT tidings
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT library NAMELINK_COMPONENT development
    PUBLIC_HEADER DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/tidings" COMPONENT development)
install(EXPORT tidings NAMESPACE tidings:: FILE tidingsTargets.cmake COMPONENT development
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/tidings")

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/tidingsConfig.cmake.in"
    "${PROJECT_BINARY_DIR}/tidingsConfig.cmake"
    INSTALL_DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/tidings")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/tidingsConfigVersion.cmake"
    COMPATIBILITY SameMinorVersion)
configure_file("${PROJECT_SOURCE_DIR}/cmake/tidings.pc.in" "${PROJECT_BINARY_DIR}/tidings.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/tidingsConfig.cmake"
    "${PROJECT_BINARY_DIR}/tidingsConfigVersion.cmake" COMPONENT development
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/tidings")
install(FILES "${PROJECT_BINARY_DIR}/tidings.pc" COMPONENT development
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
