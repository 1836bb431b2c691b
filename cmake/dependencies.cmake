# Libraries, all in Debian 12. One imported target each: cityops names what it links, nothing leaks.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

function(cityops_pkg target module)
  pkg_check_modules(${target} REQUIRED IMPORTED_TARGET ${module})
  add_library(dep::${target} ALIAS PkgConfig::${target})
endfunction()

# A library without a .pc file.
function(cityops_library target header name)
  find_path(${target}_INCLUDE_DIR ${header} REQUIRED)
  find_library(${target}_LIBRARY ${name} REQUIRED)
  add_library(cityops_${target} INTERFACE)
  target_include_directories(cityops_${target} SYSTEM INTERFACE ${${target}_INCLUDE_DIR})
  target_link_libraries(cityops_${target} INTERFACE ${${target}_LIBRARY})
  add_library(dep::${target} ALIAS cityops_${target})
endfunction()

cityops_pkg(rdkafka "rdkafka>=2.0")
cityops_pkg(libpq "libpq>=15")
cityops_pkg(protobuf_c "libprotobuf-c>=1.4")
cityops_pkg(gmp gmp)
cityops_pkg(gsl gsl)
cityops_pkg(icu icu-i18n)
cityops_pkg(fyaml libfyaml)
cityops_pkg(smartcols smartcols)
cityops_pkg(jansson jansson)
cityops_pkg(xxhash libxxhash)
cityops_pkg(zlib zlib)
cityops_library(csv csv.h csv)

find_program(PROTOC_C protoc-c REQUIRED)
