#include "ssh/banners.h"

namespace pysshrp::ssh {

void Banners::note_next() {
  save_last();
  last_is_new_ = true;
}

std::vector<std::string> Banners::take() {
  save_last();
  return std::exchange(saved_, {});
}

void Banners::save_last() {
  if (!std::exchange(last_is_new_, false)) return;
  const Text last{ssh_get_issue_banner(session_)};
  if (last && *last) saved_.emplace_back(last.get());
}

}  // namespace pysshrp::ssh
