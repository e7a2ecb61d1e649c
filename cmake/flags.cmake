# Warnings and hardening, the same for every target. Each flag is tried: a compiler that does not
# know it builds without.
include(CheckCXXCompilerFlag)
include(CheckLinkerFlag)

function(quittance_compile_flags)
  foreach(flag IN LISTS ARGN)
    string(MAKE_C_IDENTIFIER "compiler_takes${flag}" known)
    check_cxx_compiler_flag("${flag}" ${known})
    if(${known})
      add_compile_options("${flag}")
    endif()
  endforeach()
endfunction()

function(quittance_link_flags)
  foreach(flag IN LISTS ARGN)
    string(MAKE_C_IDENTIFIER "linker_takes${flag}" known)
    check_linker_flag(CXX "${flag}" ${known})
    if(${known})
      add_link_options("${flag}")
    endif()
  endforeach()
endfunction()

set(CMAKE_REQUIRED_QUIET ON)

add_compile_options(-Wall -Wextra -Wconversion -Wshadow -Wpedantic -Werror=format-security)
quittance_compile_flags(-Wsign-conversion -Wformat=2 -Wimplicit-fallthrough -Wtrampolines -Wbidi-chars=any)
if(QUITTANCE_WERROR)
  add_compile_options(-Werror)
endif()

# The same bytes wherever the sources lie. Where several prefixes fit, the last one counts.
add_compile_options("-ffile-prefix-map=${CMAKE_SOURCE_DIR}=." "-ffile-prefix-map=${CMAKE_BINARY_DIR}=.")
add_compile_options(-Wdate-time)

add_compile_definitions(_GLIBCXX_ASSERTIONS)
add_compile_options(-fPIE)
add_link_options(-pie)
quittance_link_flags(-Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,-z,separate-code -Wl,--as-needed)
quittance_compile_flags(-fstack-protector-strong -fno-delete-null-pointer-checks -fno-strict-overflow
                        -fno-strict-aliasing)

if(QUITTANCE_SANITIZE)
  set(sanitize -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_compile_options(${sanitize})
  add_link_options(${sanitize})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-maybe-uninitialized)  # false alarms about instrumented code
  endif()
elseif(QUITTANCE_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
else()
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
  quittance_compile_flags(-fstack-clash-protection -fcf-protection=full -ftrivial-auto-var-init=zero
                          -fzero-call-used-regs=used-gpr)
endif()
