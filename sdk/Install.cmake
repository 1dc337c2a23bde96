# What a host needs: headers, the library, a CMake package (find_package(attend)) and a pkg-config file.
include(CMakePackageConfigHelpers)

install(TARGETS attend EXPORT attend-targets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT sdk)
install(DIRECTORY include/attend DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT sdk)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/attend)
install(EXPORT attend-targets NAMESPACE attend:: DESTINATION ${package_dir} COMPONENT sdk)
configure_package_config_file(attend-config.cmake.in attend-config.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(attend-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/attend-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/attend-config-version.cmake
  DESTINATION ${package_dir} COMPONENT sdk)

configure_file(attend.pc.in attend.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/attend.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT sdk)
