# The target `docs`: the reference of the public headers and the guides, as HTML in docs/html of the build. Any warning
# makes it fail.
find_program(CLERK_DOXYGEN doxygen)
if(CLERK_DOXYGEN)
  set(CLERK_DOCS_DIR "${PROJECT_BINARY_DIR}/docs")
  configure_file("${PROJECT_SOURCE_DIR}/Doxyfile.in" "${CLERK_DOCS_DIR}/Doxyfile" @ONLY)
  add_custom_target(docs
    COMMAND "${CLERK_DOXYGEN}" "${CLERK_DOCS_DIR}/Doxyfile"
    COMMENT "Making the reference in ${CLERK_DOCS_DIR}/html"
    VERBATIM)
endif()
