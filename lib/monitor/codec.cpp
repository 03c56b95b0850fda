#include "monitor/codec.h"

#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "auth/key_blob.h"
#include "base/base64.h"

namespace pysshrp::monitor {
namespace {

constexpr auth::PasswordCheck last(auth::PasswordCheck) noexcept {
  return auth::PasswordCheck::upstream_decides;
}
constexpr auth::KeyPolicy last(auth::KeyPolicy) noexcept {
  return auth::KeyPolicy::agent;
}

template <class T>
concept Enum = std::is_enum_v<T>;
template <class T>
concept Struct = requires(const T* message) {
  fields(message);
};

/// What a message needs at the most that has no secret but the password: then its bytes never move.
constexpr std::size_t kUsual = 4096;

class Writer {
 public:
  explicit Writer(std::size_t secret_size) : bytes_(kUsual + secret_size) {}

  void put(bool yes) { bytes_.u8(yes ? 1 : 0); }
  void put(std::uint8_t number) { bytes_.u8(number); }
  void put(std::uint32_t number) { bytes_.u32(number); }
  void put(std::uint64_t number) { bytes_.u64(number); }
  void put(Enum auto value) { bytes_.u8(static_cast<std::uint8_t>(value)); }
  void put(const std::string& text) { bytes_.string(text); }
  void put(const PublicKey& key) { bytes_.string(decode_base64(key.base64).value_or("")); }
  void put(const Secret& secret) { bytes_.string(secret.reveal()); }
  template <class T>
  void put(const std::optional<T>& item) {
    bytes_.u32(item ? 1 : 0);
    if (item) put(*item);
  }
  template <class T>
  void put(const std::vector<T>& items) {
    bytes_.u32(items.size());
    for (const T& item : items) put(item);
  }
  void put(const Struct auto& message) {
    std::apply([&](auto... field) { (put(message.*field), ...); }, fields(&message));
  }
  template <class... T>
  ByteWriter message(const std::variant<T...>& message) {
    bytes_.u8(static_cast<std::uint8_t>(message.index()));
    std::visit([&](const auto& what) { put(what); }, message);
    return std::move(bytes_);
  }

 private:
  ByteWriter bytes_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) noexcept : bytes_(bytes) {}

  void get(bool& yes) {
    const std::uint8_t value = bytes_.u8();
    yes = value == 1;
    valid_ = valid_ && value <= 1;
  }
  void get(std::uint8_t& number) { number = bytes_.u8(); }
  void get(std::uint32_t& number) { number = bytes_.u32(); }
  void get(std::uint64_t& number) { number = bytes_.u64(); }
  template <Enum T>
  void get(T& value) {
    const std::uint8_t number = bytes_.u8();
    valid_ = valid_ && number <= static_cast<std::uint8_t>(last(T{}));
    if (valid_) value = static_cast<T>(number);
  }
  void get(std::string& text) { text = bytes_.string(); }
  /// Only a whole one: a part of one, looked for in a file, would tell of the file; what is none would be written into
  /// another.
  void get(PublicKey& key) {
    auto whole = auth::key_of_blob(bytes_.string());
    valid_ = valid_ && whole.has_value();
    if (whole) key = *std::move(whole);
  }
  void get(Secret& secret) { secret = Secret{bytes_.string()}; }
  template <class T>
  void get(std::optional<T>& item) {
    const std::uint32_t count = bytes_.u32();
    valid_ = valid_ && count <= 1;
    if (ok() && count == 1) get(item.emplace());
  }
  template <class T>
  void get(std::vector<T>& items) {
    // A false count ends with the bytes.
    for (std::uint32_t left = bytes_.u32(); left > 0 && ok(); --left) get(items.emplace_back());
  }
  template <Struct T>
  void get(T& message) {
    std::apply([&](auto... field) { (get(message.*field), ...); }, fields(&message));
  }
  template <class Variant, std::size_t kAt = 0>
  std::optional<Variant> message() {
    if constexpr (kAt == 0) type_ = bytes_.u8();
    if constexpr (kAt == std::variant_size_v<Variant>) {
      return {};
    } else {
      if (type_ != kAt) return message<Variant, kAt + 1>();
      std::variant_alternative_t<kAt, Variant> what{};
      get(what);
      if (!ok() || !bytes_.left().empty()) return {};
      return Variant{std::move(what)};
    }
  }

 private:
  bool ok() const noexcept { return valid_ && bytes_.ok(); }

  ByteReader bytes_;
  std::uint8_t type_ = 0;
  bool valid_ = true;
};

}  // namespace

ByteWriter encode(const Request& request) {
  const auto* const password = std::get_if<PasswordRequest>(&request);
  return Writer{password ? password->typed.reveal().size() : 0}.message(request);
}
ByteWriter encode(const Answer& answer) {
  std::size_t secret_size = 0;
  const auto add = [&](const std::optional<Secret>& secret) { secret_size += secret ? secret->reveal().size() : 0; };
  if (const auto* const password = std::get_if<PasswordAnswer>(&answer)) add(password->upstream_password);
  // The rights and notes of a key stand before the password.
  if (const auto* const key = std::get_if<KeyAnswer>(&answer); key && key->upstream_password) secret_size = kMaxMessage;
  return Writer{secret_size}.message(answer);
}
std::optional<Request> decode_request(std::string_view bytes) {
  return Reader{bytes}.message<Request>();
}
std::optional<Answer> decode_answer(std::string_view bytes) {
  return Reader{bytes}.message<Answer>();
}

}  // namespace pysshrp::monitor
