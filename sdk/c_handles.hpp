// What the handles of attend/attend.h hold.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "attend/attend.h"
#include "attend/attend.hpp"

struct attend_model {
  explicit attend_model(attend::Model loaded);

  attend::Model model;
  std::vector<const char*> languages;
  attend_model_info info{};
};

struct attend_language_model {
  attend::LanguageModel model;
};

struct attend_event {
  explicit attend_event(attend::Event read);

  struct Alternative {
    std::vector<attend_word> words;
    std::string text;
  };

  attend::Event event;
  std::vector<attend_word> committed, tentative;
  std::string committed_text, tentative_text;
  std::vector<Alternative> alternatives;
  std::optional<attend_explanation> explanation;
};

struct attend_stream {
  attend::Stream stream;
  std::optional<attend_event> event;
  std::vector<attend::SkippedPhrase> skipped;
};
