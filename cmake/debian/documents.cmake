# Run by CPack before it makes the packages: adds the documents that Debian's policy requires, in the required form
# (sections 12.1, 12.5 and 12.7).
if(NOT CPACK_GENERATOR STREQUAL "DEB")
  return()
endif()
file(READ "${CPACK_CLERK_LICENSE}" license)
string(REGEX MATCH "Copyright \\(c\\) ([^\n]*)" holder "${license}")
set(holder "${CMAKE_MATCH_1}")
string(REGEX REPLACE "^.*Permission is hereby granted" "Permission is hereby granted" terms "${license}")
string(STRIP "${terms}" terms)
string(REGEX REPLACE "\n\n" "\n.\n" terms "${terms}")
string(REGEX REPLACE "\n" "\n " terms "${terms}")
set(copyright "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: clerk-cpp

Files: *
Copyright: ${holder}
License: Expat
 ${terms}
")

string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(WRITE "${CPACK_TEMPORARY_DIRECTORY}/changelog.Debian"
  "${CPACK_PACKAGE_NAME} (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) UNRELEASED; urgency=medium

  * Made by CPack. What is new is in changelog.gz.

 -- ${CPACK_DEBIAN_PACKAGE_MAINTAINER}  ${date}
")
file(COPY_FILE "${CPACK_CLERK_CHANGELOG}" "${CPACK_TEMPORARY_DIRECTORY}/changelog")

find_program(gzip gzip REQUIRED)
foreach(component IN LISTS CPACK_COMPONENTS_ALL)
  string(TOUPPER "${component}" upper)
  set(directory
    "${CPACK_TEMPORARY_DIRECTORY}/${component}${CPACK_PACKAGING_INSTALL_PREFIX}/share/doc/${CPACK_DEBIAN_${upper}_PACKAGE_NAME}")
  file(WRITE "${directory}/copyright" "${copyright}")
  foreach(name changelog changelog.Debian)
    execute_process(COMMAND "${gzip}" -9n -c "${CPACK_TEMPORARY_DIRECTORY}/${name}"
      OUTPUT_FILE "${directory}/${name}.gz" COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
  file(GLOB pages "${CPACK_TEMPORARY_DIRECTORY}/${component}${CPACK_PACKAGING_INSTALL_PREFIX}/share/man/man1/*.1")
  foreach(page IN LISTS pages)
    execute_process(COMMAND "${gzip}" -9n "${page}" COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
  # Readable by all users, independent of the umask.
  file(GLOB_RECURSE paths LIST_DIRECTORIES true "${CPACK_TEMPORARY_DIRECTORY}/${component}/*")
  foreach(path IN LISTS paths)
    if(IS_DIRECTORY "${path}")
      file(CHMOD "${path}" PERMISSIONS
        OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
    elseif(path MATCHES "/share/(doc|man)/")
      file(CHMOD "${path}" PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
    endif()
  endforeach()
endforeach()
