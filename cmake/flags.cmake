# Compiler flags of every target.
add_compile_options(
  -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wcast-qual
  -Wwrite-strings -Wundef -Wformat=2 -Wvla -Wimplicit-fallthrough -fno-strict-overflow -fno-common)
add_compile_definitions(_GNU_SOURCE)
if(CITYOPS_WERROR)
  add_compile_options(-Werror)
endif()
if(CITYOPS_SANITIZE)
  # Criterion passes a test that only *reports* undefined behaviour: make it fatal.
  add_compile_options(-fsanitize=${CITYOPS_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${CITYOPS_SANITIZE})
endif()
if(CITYOPS_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()
if(CITYOPS_FAIL_POINTS)
  add_compile_definitions(CITYOPS_FAIL_POINTS)
endif()
