# A stand-in for ESP-IDF: its idf_component_register takes SRCS and INCLUDE_DIRS, and it reads the file as a script, where no project may be.
set(ESP_PLATFORM 1)
function(idf_component_register)
  cmake_parse_arguments(given "" "" "SRCS;INCLUDE_DIRS;REQUIRES;PRIV_REQUIRES" ${ARGN})
  message("srcs ${given_SRCS}")
  message("dirs ${given_INCLUDE_DIRS} rest ${given_UNPARSED_ARGUMENTS}")
endfunction()
include(${LIBRARY}/CMakeLists.txt)
