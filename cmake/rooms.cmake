# Rooms: each top-level folder with sources is one static library that sees only the headers of the
# rooms it may use. The source root is on nobody's include path. Instead each room has a folder
# house/ROOM in the build tree that holds nothing but a link to ROOM, and only those who use the
# room have that folder on their path: #include "ledger/x.h" does not compile where the ledger is
# not to be seen.

# Gives `variable` the include folder through which "ROOM/..." can be found.
function(quittance_house variable room)
  set(house "${CMAKE_BINARY_DIR}/house/${room}")
  file(MAKE_DIRECTORY "${house}")
  file(CREATE_LINK "${CMAKE_SOURCE_DIR}/${room}" "${house}/${room}" SYMBOLIC)
  set(${variable} "${house}" PARENT_SCOPE)
endfunction()

# Links a target with those of the rooms that have sources already.
function(quittance_use target scope)
  foreach(room IN LISTS ARGN)
    if(TARGET ${room})
      target_link_libraries(${target} ${scope} ${room})
    else()
      message(STATUS "${target}: uses ${room}, which has no sources yet")
    endif()
  endforeach()
endfunction()

# quittance_room(NAME [USES room...] [LIBRARIES target...] [HIDDEN target...] [DEFINES macro...])
# A static library of all NAME/*.cc but main.cc. LIBRARIES are seen by those who use the room;
# HIDDEN and DEFINES only by the room itself. A room of headers alone can be used as well.
function(quittance_room name)
  cmake_parse_arguments(PARSE_ARGV 1 room "" "" "USES;LIBRARIES;HIDDEN;DEFINES")
  if(room_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "quittance_room(${name}): what is ${room_UNPARSED_ARGUMENTS}?")
  endif()
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${name}/*.cc")
  list(REMOVE_ITEM sources "${CMAKE_SOURCE_DIR}/${name}/main.cc")
  file(GLOB headers CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${name}/*.h")
  if(sources)
    add_library(${name} STATIC ${sources})
    set(scope PUBLIC)
    target_link_libraries(${name} PRIVATE ${room_HIDDEN})
    target_compile_definitions(${name} PRIVATE ${room_DEFINES})
  elseif(headers)
    add_library(${name} INTERFACE)
    set(scope INTERFACE)
  else()
    message(STATUS "${name}: no sources yet, skipped")
    return()
  endif()
  quittance_house(house ${name})
  target_include_directories(${name} ${scope} "${house}")
  quittance_use(${name} ${scope} ${room_USES})
  target_link_libraries(${name} ${scope} ${room_LIBRARIES})
endfunction()

# quittance_program(NAME ROOM): the executable NAME out of ROOM/main.cc.
function(quittance_program name room)
  file(GLOB main CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${room}/main.cc")
  if(NOT main OR NOT TARGET ${room})
    message(STATUS "${name}: no ${room}/main.cc yet, skipped")
    return()
  endif()
  add_executable(${name} "${main}")
  target_link_libraries(${name} PRIVATE ${room})
endfunction()
