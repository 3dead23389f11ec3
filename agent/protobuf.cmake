# Messages of a room: generates <room>/<file>.pb.h into a target of its own, <room>_proto, which
# is compiled without our warnings.
#
#   pol_messages(agent/apply FILES report.proto state.proto)
include_guard()
find_package(Protobuf REQUIRED)

function(pol_messages room)
  cmake_parse_arguments(ARG "" "" "FILES;DEPS" ${ARGN})
  string(REPLACE "/" "_" name "${room}")
  set(out "${CMAKE_BINARY_DIR}/rooms/${name}_proto")
  file(MAKE_DIRECTORY "${out}/${room}")
  set(sources "")
  foreach(proto IN LISTS ARG_FILES)
    get_filename_component(stem ${proto} NAME_WE)
    set(pb "${out}/${room}/${stem}.pb")
    add_custom_command(
      OUTPUT "${pb}.cc" "${pb}.h"
      COMMAND protobuf::protoc --cpp_out=${out} -I${CMAKE_SOURCE_DIR}
              ${CMAKE_SOURCE_DIR}/${room}/${proto}
      DEPENDS ${CMAKE_SOURCE_DIR}/${room}/${proto}
      VERBATIM)
    list(APPEND sources "${pb}.cc")
  endforeach()
  add_library(${name}_proto STATIC ${sources})
  target_include_directories(${name}_proto SYSTEM PUBLIC "${out}")
  target_link_libraries(${name}_proto PUBLIC protobuf::libprotobuf ${ARG_DEPS})
endfunction()
