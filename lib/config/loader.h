#pragma once
#include <memory>
#include <string>
#include <vector>

#include "config/config.h"

namespace pysshrp::config {

/// Builds one Config, file by file in the order of reading.
class Loader {
 public:
  /// The main file and what it includes.
  static Config load(const std::string& name, Result<std::unique_ptr<File>> file);
  /// A file of routes_dir: one [server NAME] and nothing else.
  static Config load_route(const std::string& name, Result<std::unique_ptr<File>> file,
                           std::span<const Entry> defaults);

 private:
  void read(const std::string& name, Result<std::unique_ptr<File>> file);
  void add(std::unique_ptr<File> owned);
  void add(const File& file, const Section& section);
  void add_server(const File& file, const Section& section);
  void add_pysshrp(const File& file, const Section& section);
  void add_defaults(const File& file, const Section& section);
  void add_stray(const File& file, const Section& section);
  void include(const Section& section, const Entry& entry);
  void include_file(const Section& section, const Entry& entry, const std::string& path);
  bool is_first(Place& seen, const File& file, const Section& section);
  void report(std::vector<Fault> faults);
  Config finish();

  Config config_;
  std::vector<const File*> chain_;  // from the main file to the one being taken
  Place defaults_at_;
};

}  // namespace pysshrp::config
