# Installs the build's sdk component, configures and builds the examples with the installed package alone, runs them.
function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${SCRATCH})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${SCRATCH}/prefix --component sdk)
run(${CMAKE_COMMAND} -G ${GENERATOR} -S ${EXAMPLES} -B ${SCRATCH}/build -D CMAKE_PREFIX_PATH=${SCRATCH}/prefix -D CMAKE_BUILD_TYPE=Release)
run(${CMAKE_COMMAND} --build ${SCRATCH}/build)

# A sawtooth as headerless 16-bit PCM.
string(ASCII 1 17 1 33 1 49 1 65 1 97 1 113 saw)
string(REPEAT "${saw}" 5000 samples)
file(WRITE ${SCRATCH}/sound.raw "${samples}")
run(sh -c "${SCRATCH}/build/feed_blocks ${MODEL} < ${SCRATCH}/sound.raw")
run(sh -c "${SCRATCH}/build/feed_blocks_c ${MODEL} < ${SCRATCH}/sound.raw")
run(${SCRATCH}/build/transcribe ${MODEL} ${EXAMPLES}/audio/austen-0930.flac)
run(${SCRATCH}/build/expect_phrases ${MODEL} ${EXAMPLES}/audio/austen-0930.flac attend)

# The pkg-config file leads to the same library.
set(ENV{PKG_CONFIG_PATH} ${SCRATCH}/prefix/${LIBDIR}/pkgconfig)
run(pkg-config --exists --print-errors attend)
