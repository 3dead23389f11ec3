# cmake -DPOLICIES=policies -DOUT=panels_data.cc -P embed_panels.cmake
#
# Writes the packs of policies/panels, and for each the policy of policies/examples that calls it, as
# one table of C++, so that `polc init --panel` needs no file of the source tree.
set(text "#include \"compiler/polc/panels.h\"\n\nnamespace pol::polc::internal {\n\n")
string(APPEND text "const PanelFile kPanelFiles[] = {\n")

macro(append panel to path)
  file(READ "${path}" content)
  string(REPLACE "\"../../panels/" "\"./" content "${content}")
  string(APPEND text "    {\"${panel}\", \"${to}\", R\"pol_file(${content})pol_file\"},\n")
endmacro()

file(GLOB packs LIST_DIRECTORIES true "${POLICIES}/panels/*")
list(SORT packs)
foreach(pack IN LISTS packs)
  get_filename_component(name "${pack}" NAME)
  file(GLOB roots RELATIVE "${POLICIES}/examples/${name}" "${POLICIES}/examples/${name}/*.pol")
  list(SORT roots)
  foreach(root IN LISTS roots)
    append(${name} "${root}" "${POLICIES}/examples/${name}/${root}")
  endforeach()
  file(GLOB_RECURSE files RELATIVE "${pack}" "${pack}/*.pol" "${pack}/*.md")
  list(SORT files)
  foreach(file IN LISTS files)
    append(${name} "${name}/${file}" "${pack}/${file}")
  endforeach()
endforeach()

string(APPEND text "};\nconst size_t kPanelFileCount = sizeof(kPanelFiles) / sizeof(kPanelFiles[0]);\n\n")
string(APPEND text "}  // namespace pol::polc::internal\n")
file(WRITE "${OUT}" "${text}")
