# A room is a folder, a namespace and a static library.
#
#   pol_room(compiler/sema
#     HEADERS model.h resolve.h          # what other rooms may include
#     SOURCES resolve.cc                 # what they may not
#     DEPS    compiler/syntax            # the only rooms whose headers it can open
#     PRIVATE libselinux                 # third-party targets, invisible to dependants
#     PUBLIC  absl::status               # third-party targets that its headers name
#     TESTS   resolve_test.cc            # unit tests, each a program of its own
#     TEST_DEPS tests/harness)           # rooms that only the tests see
#
# Every room gets an include directory of its own that holds one link to its folder,
# so `#include "compiler/sema/model.h"` opens only for rooms that name compiler/sema in
# DEPS (or a room that does). A cycle between rooms fails at configuration; headers are
# compiled alone by the target all_verify_interface_header_sets.

set(POL_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
    -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
set(POL_HARDENING -D_GLIBCXX_ASSERTIONS -fstack-protector-strong -fcf-protection)

add_library(pol_flags INTERFACE)
target_compile_options(pol_flags INTERFACE ${POL_WARNINGS} ${POL_HARDENING})
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_definitions(pol_flags INTERFACE _FORTIFY_SOURCE=2)
endif()
target_link_options(pol_flags INTERFACE -Wl,-z,relro,-z,now)

if(POL_SANITIZE)
  add_compile_options(-fsanitize=${POL_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${POL_SANITIZE})
endif()
if(POL_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)  # lets libFuzzer see what an input reaches
endif()

find_package(absl REQUIRED)
find_package(GTest REQUIRED)
find_package(Protobuf REQUIRED)
include(GoogleTest)

function(_pol_target_name path out)
  string(REPLACE "/" "_" name "${path}")
  set(${out} "${name}" PARENT_SCOPE)
endfunction()

# The link farm of one room: build/<preset>/rooms/<target>/<path> -> source folder.
function(_pol_include_dir path target out)
  set(dir "${CMAKE_BINARY_DIR}/rooms/${target}")
  get_filename_component(parent "${dir}/${path}" DIRECTORY)
  file(MAKE_DIRECTORY "${parent}")
  file(CREATE_LINK "${CMAKE_SOURCE_DIR}/${path}" "${dir}/${path}" SYMBOLIC)
  set(${out} "${dir}" PARENT_SCOPE)
endfunction()

function(_pol_dep_targets out)
  set(targets "")
  foreach(dep IN LISTS ARGN)
    _pol_target_name(${dep} dep_target)
    list(APPEND targets ${dep_target})
  endforeach()
  set(${out} "${targets}" PARENT_SCOPE)
endfunction()

function(pol_room path)
  cmake_parse_arguments(ARG "" "" "HEADERS;SOURCES;DEPS;PRIVATE;PUBLIC;TESTS;TEST_DEPS;TEST_PRIVATE" ${ARGN})
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "pol_room(${path}): unknown arguments ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  _pol_target_name(${path} target)
  _pol_include_dir(${path} ${target} include_dir)
  _pol_dep_targets(deps ${ARG_DEPS})

  if(ARG_SOURCES)
    add_library(${target} STATIC ${ARG_SOURCES})
    set(scope PUBLIC)
    target_link_libraries(${target} PRIVATE pol_flags ${ARG_PRIVATE})
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_link_libraries(${target} ${scope} ${deps} ${ARG_PUBLIC})
  target_include_directories(${target} ${scope} "${include_dir}")
  if(ARG_HEADERS)
    # Named through the link, so that a header is verified under the name others include it by.
    list(TRANSFORM ARG_HEADERS PREPEND "${include_dir}/${path}/")
    target_sources(${target} ${scope} FILE_SET HEADERS
                   BASE_DIRS "${include_dir}" FILES ${ARG_HEADERS})
    set_target_properties(${target} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  endif()

  foreach(source IN LISTS ARG_TESTS)
    get_filename_component(stem ${source} NAME_WE)
    pol_test(${target}_${stem} LABEL unit SOURCES ${source}
             DEPS ${path} ${ARG_TEST_DEPS} PRIVATE ${ARG_PRIVATE} ${ARG_TEST_PRIVATE})
  endforeach()
endfunction()

# Messages of a room: generates <room>/<file>.pb.h into a target of its own, <room>_proto, which
# is compiled without our warnings.
#
#   pol_messages(agent/apply FILES report.proto state.proto)
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

# pol_program(polc SOURCES main.cc DEPS compiler/driver PRIVATE CLI11::CLI11)
function(pol_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;PRIVATE" ${ARGN})
  _pol_dep_targets(deps ${ARG_DEPS})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE pol_flags ${deps} ${ARG_PRIVATE})
endfunction()

# pol_test(NAME LABEL unit|golden|bpf|netns|fuzz|check SOURCES … DEPS rooms… PRIVATE targets…)
# One GoogleTest program, one ctest entry; tests/harness/report.py counts its cases and skips.
function(pol_test name)
  cmake_parse_arguments(ARG "SERIAL" "LABEL;TIMEOUT" "SOURCES;DEPS;PRIVATE;ENVIRONMENT" ${ARGN})
  _pol_dep_targets(deps ${ARG_DEPS})
  add_executable(${name} ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/test-bin")
  target_link_libraries(${name} PRIVATE pol_flags ${deps} ${ARG_PRIVATE} GTest::gmock GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT}
    ENVIRONMENT "POL_SOURCE_DIR=${CMAKE_SOURCE_DIR};POL_BUILD_DIR=${CMAKE_BINARY_DIR};${ARG_ENVIRONMENT}")
  if(ARG_SERIAL)
    set_tests_properties(${name} PROPERTIES RUN_SERIAL ON)
  endif()
endfunction()
