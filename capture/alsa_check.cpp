#include "capture/alsa_check.hpp"

#ifdef ATTEND_HAS_ALSA
#include <alsa/asoundlib.h>
#endif

namespace attend::capture {

#ifdef ATTEND_HAS_ALSA
Status check_alsa() {
  snd_config_t* top = nullptr;
  snd_config_update_t* update = nullptr;
  if (snd_config_update_r(&top, &update, nullptr) < 0) {
    return {};  // PortAudio meets the same failure and returns it
  }
  snd_config_t* node = nullptr;
  const bool found = snd_config_search(top, "pcm.default", &node) >= 0 || snd_config_search(top, "pcm.dmix", &node) >= 0;
  snd_config_delete(top);
  snd_config_update_free(update);
  return found ? Status()
               : fail(ErrorCode::unreadable,
                      "ALSA's configuration names no default device: install libasound2-data, or mend the file that "
                      "ALSA_CONFIG_PATH names");
}
#else
Status check_alsa() {
  return {};
}
#endif

}  // namespace attend::capture
