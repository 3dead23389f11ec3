# cmake -DFOLDER=docs/errors -DOUT=error_pages_data.cc -P embed_pages.cmake
#
# Writes the pages of a folder as one table of C++, sorted by name, so that the program needs no
# file of the source tree when it runs.
file(GLOB pages "${FOLDER}/P*.md")
list(SORT pages)
set(text "#include \"compiler/driver/error_pages.h\"\n\nnamespace pol::driver::internal {\n\n")
string(APPEND text "const PageData kPages[] = {\n")
foreach(page IN LISTS pages)
  get_filename_component(name "${page}" NAME_WE)
  file(READ "${page}" content)
  string(APPEND text "    {\"${name}\", R\"pol_page(${content})pol_page\"},\n")
endforeach()
string(APPEND text "};\nconst size_t kPageCount = sizeof(kPages) / sizeof(kPages[0]);\n\n")
string(APPEND text "}  // namespace pol::driver::internal\n")
file(WRITE "${OUT}" "${text}")
