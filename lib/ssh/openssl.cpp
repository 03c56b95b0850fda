#include "ssh/openssl.h"

#include <openssl/conf.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

namespace pysshrp::ssh {
namespace {

constexpr std::string_view kBlank = " \t\r";
constexpr std::string_view kNotPlain = "\\\"'`$";  // escapes, quotes, variables

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlank);
  return first == text.npos ? "" : text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

/// What is not there, or cannot be read, sets nothing: OpenSSL goes on without it, too.
std::string system_configuration() {
  struct Free {
    void operator()(char* text) const noexcept { OPENSSL_free(text); }
  };
  const std::unique_ptr<char, Free> name{CONF_get1_default_config_file()};
  std::ifstream file{name ? name.get() : ""};
  return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace

void prepare_openssl() noexcept {
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_NO_ADD_ALL_CIPHERS |
                          OPENSSL_INIT_NO_ADD_ALL_DIGESTS | OPENSSL_INIT_NO_ATEXIT |
                          (sets_anything(system_configuration()) ? 0 : OPENSSL_INIT_NO_LOAD_CONFIG),
                      nullptr);
}

bool sets_anything(std::string_view openssl_cnf) {
  constexpr std::string_view kDefault = "default";  // what stands before the first section
  std::string_view section = kDefault, for_programs;
  std::vector<std::string_view> filled;
  while (!openssl_cnf.empty()) {
    const auto end = openssl_cnf.find('\n');
    std::string_view line = openssl_cnf.substr(0, end);
    openssl_cnf.remove_prefix(end == openssl_cnf.npos ? openssl_cnf.size() : end + 1);
    line = trimmed(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    if (line.front() == '.' || line.back() == '\\') return true;  // .include, .pragma; goes on in the next line
    if (line.front() == '[') {
      section = trimmed(line.substr(1, line.find(']') - 1));
      continue;
    }
    filled.push_back(section);
    const auto equals = line.find('=');
    const std::string_view key = trimmed(line.substr(0, equals));
    if (key.find(':') != key.npos) return true;  // SECTION::NAME
    if (key != "openssl_conf" || section != kDefault) continue;
    for_programs = equals == line.npos ? "" : trimmed(line.substr(equals + 1));
    if (for_programs.find_first_of(kNotPlain) != for_programs.npos) return true;
  }
  return std::find(filled.begin(), filled.end(), for_programs) != filled.end();
}

std::string hmac_sha1(std::string_view key, std::string_view text) {
  std::string out(20, '\0');
  const bool made =
      HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
           text.size(), reinterpret_cast<unsigned char*>(out.data()), nullptr) != nullptr;
  return made ? out : std::string{};
}

}  // namespace pysshrp::ssh
