/// The program `attend`: reads the command line and runs the command that it names. One file per command: NAME_command.cpp.
#include <CLI/CLI.hpp>
#include <csignal>
#include <exception>
#include <iostream>
#include <string>

#include "attend/attend.hpp"
#include "bench_command.hpp"
#include "command.hpp"
#include "complaint.hpp"
#include "eval_command.hpp"
#include "explain_command.hpp"
#include "listen_command.hpp"
#include "lm_command.hpp"
#include "model_command.hpp"
#include "transcribe_command.hpp"

namespace {

using namespace attend::tools;

int fail(const std::exception& error, int code) {
  complain(std::cerr, error.what());
  return code;
}

int run(const Run& chosen) {
  try {
    return chosen();
  } catch (const CommandError& error) {
    return fail(error, error.code());
  } catch (const std::exception& error) {
    return fail(error, exit_failure);
  }
}

int start(int argc, char** argv) {
  // A reader that closes the pipe shows as a failed write, which each command ends on quietly.
  std::signal(SIGPIPE, SIG_IGN);
  CLI::App program{"Streaming speech recognition: speech goes in, text comes out while it is being spoken.", "attend"};
  program.set_version_flag("--version", "attend " + std::string(attend::version()));
  program.require_subcommand(1);
  program.footer("Help on a command: attend COMMAND --help");
  Run chosen;
  add_transcribe_command(program, chosen);
  add_listen_command(program, chosen);
  add_eval_command(program, chosen);
  add_bench_command(program, chosen);
  add_explain_command(program, chosen);
  add_lm_command(program, chosen);
  add_model_command(program, chosen);
  try {
    program.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return program.exit(success);
  } catch (const CLI::ParseError& error) {
    complain(std::cerr, error.what());
    std::cerr << "Help: attend --help, attend COMMAND --help\n";
    return exit_usage;
  }
  return run(chosen);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return start(argc, argv);
  } catch (...) {  // no memory even for a sentence
    return attend::tools::exit_failure;
  }
}
