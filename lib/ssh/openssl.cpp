#include "ssh/openssl.h"

#include <openssl/conf.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "base/handle.h"

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

// libssh before the fix of CVE-2026-59847 asks this function whether the tag of AES-GCM is right, and refuses only what
// is below 0, where OpenSSL's says 0; a fixed one refuses everything but 1. A function of the program itself is found
// before one of the same name in a library, so that this one answers, in words that each of them understands. ("used":
// link-time optimization sees no caller.)
extern "C" [[gnu::used]] int EVP_DecryptFinal(EVP_CIPHER_CTX* context, unsigned char* out, int* length) {
  return EVP_DecryptFinal_ex(context, out, length) == 1 ? 1 : -1;
}

void HmacSha1::Free::operator()(evp_md_ctx_st* digest) const noexcept {
  EVP_MD_CTX_free(digest);
}

HmacSha1::HmacSha1() {
  const std::unique_ptr<EVP_MD, Releaser<EVP_MD_free>> sha1{EVP_MD_fetch(nullptr, "SHA1", nullptr)};
  digest_.reset(EVP_MD_CTX_new());
  if (!digest_ || !sha1 || EVP_DigestInit_ex2(digest_.get(), sha1.get(), nullptr) != 1) digest_.reset();
}

std::optional<HmacSha1::Hash> HmacSha1::of(const Key& key, std::string_view text) {
  const auto inner = digest(key, 0x36, text);
  return inner ? digest(key, 0x5c, {inner->data(), inner->size()}) : std::nullopt;
}

std::optional<HmacSha1::Hash> HmacSha1::digest(const Key& key, unsigned char pad, std::string_view text) {
  std::array<unsigned char, kBlock> block;
  block.fill(pad);
  for (std::size_t i = 0; i < key.size(); ++i) block[i] = static_cast<unsigned char>(key[i] ^ pad);
  Hash hash;
  EVP_MD_CTX* const digest = digest_.get();
  if (!digest || EVP_DigestInit_ex2(digest, nullptr, nullptr) != 1 ||
      EVP_DigestUpdate(digest, block.data(), block.size()) != 1 ||
      EVP_DigestUpdate(digest, text.data(), text.size()) != 1 ||
      EVP_DigestFinal_ex(digest, reinterpret_cast<unsigned char*>(hash.data()), nullptr) != 1)
    return {};
  return hash;
}

}  // namespace pysshrp::ssh
