#pragma once
#include <string>
#include <vector>

#include "config/config.h"

namespace pysshrp::config {

/// Faults as the operator reads them.
template <class Faults>
std::vector<std::string> texts(const Faults& faults) {
  std::vector<std::string> lines;
  for (const auto& fault : faults) lines.push_back(fault.text());
  return lines;
}

/// What --check prints of a configuration, but for lib/route's part.
inline std::vector<std::string> check(const Config& config) {
  std::vector<Fault> all{config.faults().begin(), config.faults().end()};
  for (const auto& server : config.servers())
    for (auto& fault : lint(config, server)) all.push_back(std::move(fault));
  return texts(config.in_file_order(std::move(all)));
}

using Lines = std::vector<std::string>;

}  // namespace pysshrp::config
