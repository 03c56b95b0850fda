#pragma once
#include <string_view>
#include <vector>

#include "config/config.h"
#include "config/keys.h"

namespace pysshrp::config {

/// What is wrong with the lines of a section, each for itself, in file order.
std::vector<Fault> lint_lines(const File& file, const Section& section, Where where);

/// Only the lines that cannot be read at all.
std::vector<Fault> bad_lines(const File& file, const Section& section);

}  // namespace pysshrp::config
