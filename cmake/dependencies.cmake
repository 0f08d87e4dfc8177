# Every library tidings uses, one interface target each (third::<name>), from Debian 12 packages.
# scripts/setup installs them. A room names the ones it may use in CMakeLists.txt.
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(simdjson REQUIRED)
find_package(ZLIB REQUIRED)
find_package(date REQUIRED)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(LZMA REQUIRED IMPORTED_TARGET liblzma)
pkg_check_modules(ARCHIVE REQUIRED IMPORTED_TARGET libarchive)
find_package(EXPAT REQUIRED)
pkg_check_modules(NGHTTP2 REQUIRED IMPORTED_TARGET libnghttp2)

function(third name)
    add_library(third_${name} INTERFACE)
    add_library(third::${name} ALIAS third_${name})
    target_link_libraries(third_${name} INTERFACE ${ARGN})
endfunction()

third(system Boost::headers)
third(openssl OpenSSL::SSL OpenSSL::Crypto)
third(fmt fmt::fmt)
third(log spdlog::spdlog)
third(cli CLI11::CLI11)
third(toml tomlplusplus::tomlplusplus)
third(simdjson simdjson::simdjson)
third(compress PkgConfig::ZSTD PkgConfig::LZMA ZLIB::ZLIB)
# Workbooks are zip archives of XML, and lists come in archives: parts by their names, without files.
third(archive PkgConfig::ARCHIVE)
# What codec/sheets/xml_stream is held against.
third(expat EXPAT::EXPAT)
third(nghttp2 PkgConfig::NGHTTP2)
third(date date::date-tz)

# Asio and Beast are compiled once, here, instead of in every source that includes them.
add_library(tidings_asio STATIC "${PROJECT_SOURCE_DIR}/cmake/asio_and_beast.cpp")
add_library(third::asio ALIAS tidings_asio)
target_compile_definitions(tidings_asio PUBLIC
    BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
if(TIDINGS_SANITIZE MATCHES "thread")
    # Asio's fences are none of ThreadSanitizer's, and GCC says so at every one; what they order is
    # under a mutex of Asio's too.
    target_compile_options(tidings_asio PUBLIC -Wno-tsan)
endif()
target_link_libraries(tidings_asio PUBLIC Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)

# libphonenumber-dev asks for Boost 1.74's headers, which cannot stand beside 1.81's on Debian 12.
# The library itself needs neither, so scripts/setup unpacks the package's headers into .deps.
find_path(PHONENUMBER_INCLUDE phonenumbers/phonenumberutil.h
    HINTS "${PROJECT_SOURCE_DIR}/.deps/usr/include")
find_library(PHONENUMBER_LIBRARY NAMES phonenumber libphonenumber.so.8)
find_library(PROTOBUF_LIBRARY NAMES protobuf) # its metadata are a message of that
if(NOT PHONENUMBER_INCLUDE OR NOT PHONENUMBER_LIBRARY OR NOT PROTOBUF_LIBRARY)
    message(FATAL_ERROR "libphonenumber is missing: run scripts/setup, which installs what tidings needs")
endif()
add_library(third_phonenumber INTERFACE)
add_library(third::phonenumber ALIAS third_phonenumber)
target_include_directories(third_phonenumber SYSTEM INTERFACE "${PHONENUMBER_INCLUDE}")
target_link_libraries(third_phonenumber INTERFACE "${PHONENUMBER_LIBRARY}" "${PROTOBUF_LIBRARY}")

# The charts of the live page; built in, under names of their own.
find_path(DYGRAPHS_FOLDER dygraph.min.js PATHS /usr/share/javascript/dygraphs NO_DEFAULT_PATH)
if(NOT DYGRAPHS_FOLDER)
    message(FATAL_ERROR "libjs-dygraphs is missing: run scripts/setup, which installs what tidings needs")
endif()
set(CHARTS "${PROJECT_BINARY_DIR}/charts")
configure_file("${DYGRAPHS_FOLDER}/dygraph.min.js" "${CHARTS}/charts.js" COPYONLY)
configure_file("${DYGRAPHS_FOLDER}/dygraph.min.css" "${CHARTS}/charts.css" COPYONLY)
