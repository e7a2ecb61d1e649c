# Headers made while configuring; a change of what they are made from configures again.

# version.h: the version of project() as quittance::kVersion.
configure_file(cmake/version.h.in generated/version/version.h @ONLY)
add_library(quittance_version INTERFACE)
target_include_directories(quittance_version INTERFACE "${CMAKE_BINARY_DIR}/generated/version")

# ledger_schema.h: each schemas/ledger-N.sql as quittance::kSchemaN, and all of them in order as
# quittance::kSchemas. N counts from 1 without gaps.
function(quittance_ledger_schema)
  file(GLOB files CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/schemas/ledger-*.sql")
  list(LENGTH files count)
  set(constants "")
  set(names "")
  foreach(file IN LISTS files)
    set_property(DIRECTORY "${CMAKE_SOURCE_DIR}" APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
  endforeach()
  if(count GREATER 0)
    foreach(number RANGE 1 ${count})
      set(file "${CMAKE_SOURCE_DIR}/schemas/ledger-${number}.sql")
      if(NOT EXISTS "${file}")
        message(FATAL_ERROR "schemas/ holds ${count} ledger schemas, but no ledger-${number}.sql")
      endif()
      file(READ "${file}" text)
      string(APPEND constants "inline constexpr std::string_view kSchema${number} = R\"sql(${text})sql\";\n\n")
      string(APPEND names "kSchema${number}, ")
    endforeach()
  endif()
  configure_file(cmake/ledger_schema.h.in generated/ledger_schema/ledger_schema.h @ONLY)
endfunction()
quittance_ledger_schema()
add_library(ledger_schema INTERFACE)
target_include_directories(ledger_schema INTERFACE "${CMAKE_BINARY_DIR}/generated/ledger_schema")
