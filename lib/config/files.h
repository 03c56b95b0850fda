#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/ini.h"

/// What configuration asks of the file system.
namespace pysshrp::config {

/// The Error is in strerror(3)'s words.
Result<std::unique_ptr<File>> read_file(const std::string& path);

/// The files that an item of `include` in the file `including` names, sorted. A glob may match nothing; a plain name
/// stands for itself.
Result<std::vector<std::string>> included_files(const std::string& including, const std::string& item);

bool exists(const std::string& path) noexcept;
bool is_directory(const std::string& path) noexcept;

/// The names in a directory that end so and do not start with a dot, without that end, sorted.
Result<std::vector<std::string>> names_in(const std::string& directory, std::string_view end);

}  // namespace pysshrp::config
