#include "capture/quiet.hpp"

#ifdef ATTEND_HAS_ALSA
#include <cstdarg>
extern "C" {  // the header forgets it for the function that is needed here
#include <alsa/error.h>
}
#endif
#ifdef ATTEND_HAS_JACK
#include <jack/jack.h>
#endif

namespace attend::capture {
namespace {

#ifdef ATTEND_HAS_ALSA
void drop_alsa(const char*, int, const char*, int, const char*, va_list) {}
#endif
#ifdef ATTEND_HAS_JACK
void drop_jack(const char*) {}
using JackFunction = void (*)(const char*);
#endif

}  // namespace

Quiet::Quiet() {
#ifdef ATTEND_HAS_ALSA
  alsa_ = reinterpret_cast<AnyFunction>(snd_lib_error_set_local(drop_alsa));
#endif
#ifdef ATTEND_HAS_JACK
  jack_error_ = reinterpret_cast<AnyFunction>(jack_error_callback);
  jack_info_ = reinterpret_cast<AnyFunction>(jack_info_callback);
  jack_set_error_function(drop_jack);
  jack_set_info_function(drop_jack);
#endif
}

Quiet::~Quiet() {
#ifdef ATTEND_HAS_ALSA
  snd_lib_error_set_local(reinterpret_cast<snd_local_error_handler_t>(alsa_));
#endif
#ifdef ATTEND_HAS_JACK
  // PortAudio installs its own while it is connected to a server: that stays.
  if (jack_error_callback == drop_jack) {
    jack_set_error_function(reinterpret_cast<JackFunction>(jack_error_));
  }
  if (jack_info_callback == drop_jack) {
    jack_set_info_function(reinterpret_cast<JackFunction>(jack_info_));
  }
#endif
}

void keep_this_thread_quiet() {
#ifdef ATTEND_HAS_ALSA
  snd_lib_error_set_local(drop_alsa);
#endif
}

}  // namespace attend::capture
