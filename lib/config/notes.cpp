#include "config/notes.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "config/keys.h"
#include "config/root.h"
#include "config/user.h"

namespace pysshrp::config {
namespace {

/// Empty where nothing is odd. Never repeats the value, which may be a secret.
std::string_view odd(std::string_view value) {
  if (value.find(" #") != value.npos || value.find("\t#") != value.npos)
    return "note: '#' starts no comment after a value, it is part of it: comments stand on a line of their own";
  if (value.size() > 1 && value.front() == value.back() && (value.front() == '"' || value.front() == '\''))
    return "note: the quotes are part of the value";
  return {};
}

std::string_view odd(const Key& key, std::string_view value) {
  const auto words = odd(value);
  return words.empty() && key.name == "user" ? note_user(value) : words;
}

bool is_noted(const std::vector<Fault>& notes, const Place& place) {
  return std::any_of(notes.begin(), notes.end(),
                     [&](const Fault& note) { return note.at.line == place.line && note.at.file == place.file; });
}

}  // namespace

std::vector<Fault> notes(const Config& config) {
  std::vector<Fault> notes;
  for (const Server& server : config.servers()) {
    for (const Key& key : keys()) {
      const Entry* const entry = key.where == Where::pysshrp ? nullptr : server.find(key.name);
      // An entry of [defaults] is found in every server.
      const auto words = entry == nullptr ? "" : odd(key, entry->value());
      if (words.empty() || is_noted(notes, entry->place())) continue;
      notes.push_back(
          {entry->place(), "server " + std::string{server.name()}, std::string{key.name}, std::string{words}});
    }
    for (Fault& note : note_root(server)) notes.push_back(std::move(note));
  }
  if (config.was_read() && config.servers().empty() && config.settings().routes_dir.empty() && config.faults().empty())
    notes.push_back({{config.file_names().front(), 0}, {}, {}, "note: has no [server NAME]: nobody is served"});
  return config.in_file_order(std::move(notes));
}

}  // namespace pysshrp::config
