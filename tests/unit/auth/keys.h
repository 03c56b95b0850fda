#pragma once
#include <string_view>

/// Public keys as ssh-keygen wrote them: the base64 of each.
namespace pysshrp::auth::keys {

inline constexpr std::string_view kEd25519 = "AAAAC3NzaC1lZDI1NTE5AAAAIGayKYNWcEN7a5u5TdaGdIfLKuiG/giu7oaWATqWXL8u";
inline constexpr std::string_view kOther = "AAAAC3NzaC1lZDI1NTE5AAAAIK2nUX44Llk0vr2HYQaOOJKCr06/CeSsxZdOWCRzAhvF";
inline constexpr std::string_view kP256 =
    "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBOwUq2PkiP3oTghHF4BRdoSGmYELKcStRwTIj0f+koh2K2iW"
    "OogfqVLRBcOhcuX1O5w0pqYPvY0aDuClfh7ptqk=";
inline constexpr std::string_view kP384 =
    "AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBPdKUqigJTsYlUav9wEbi3o+E/odWKq5GH4UamN90S/tqy8Y"
    "VErToFwtd4CBN4Ckkr2GauXykvL7z1mgTUiu83CkyAxHc6bufXyuFSgBm8N74uFyNhXGKxMu1dKJlfss3w==";
inline constexpr std::string_view kP521 =
    "AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBADCBjBEC9pQPSv0T1rIbu5WobNhG0h79CDbs23REWUPxfkP"
    "0zgjk1few7DPAGE7DFLvtXDTBiesAeqxNa/HEbKK6gDLgbArwTwVqlId19BMu4qnQzJhNmMOd65RYyFyzCVLsmE+WdKLgNqwEzRv"
    "6C++fFZZM56mUA9fEDYw8/ZCRfoAQg==";
inline constexpr std::string_view kRsa1024 =
    "AAAAB3NzaC1yc2EAAAADAQABAAAAgQDIJV4lT0YISwHDptxv3+HWfM3cqoYAGTUS8zEKiDMR/7+h+nx0hRBNscUGVJ9TQ8AsHMGm"
    "i7TMoxJnAnAiJQ/maMfm6qA0vMdBGUroyke4lNynvDUEtAIusszqP5Eb4QRlRvOmrhqqS4geIUHUGLM2iHxEXniOYVZoFtsn7KI4"
    "VQ==";
inline constexpr std::string_view kRsa2048 =
    "AAAAB3NzaC1yc2EAAAADAQABAAABAQCSlRchUXrOxbCVaeajGYVMS5AMwvVq5bT2EBeNkRBRtLIELZAJ84J9k/sFGmmOs2q+1iYy"
    "YxMKsX9Q7/bEaMkE51cPvKsiznv618ESC2nDlDNL+PxqrAYhvatkWp0RWmKwIgM/OKRHYVz7ufHw/lA6IbfLYouhLP4IEyBARUD7"
    "fEJ5J/WiBwX8WE99tedQKcefOaC3gvg5O2LXeZARyxBvr+X1SUDAkBSTxFX5F5wdF2Uvtz9S5xpJqE2uPyRRZIU7ULJNjlYE5SgN"
    "OoDErGdJ/dyJfPOtLhpsAW44jXzT3d8FBlU7eqX0WGfZxkiNg8TPsJU+BVAXhb5vLHtHAvfd";
inline constexpr std::string_view kCertificate =
    "AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAICGXBAZ4wgtmLalAfjX3o4WAYYZcl/wzo6GARC9rC4igAAAA"
    "IGayKYNWcEN7a5u5TdaGdIfLKuiG/giu7oaWATqWXL8uAAAAAAAAAAAAAAABAAAAAXgAAAAIAAAABHJvb3QAAAAAAAAAAP//////"
    "////AAAAAAAAAIIAAAAVcGVybWl0LVgxMS1mb3J3YXJkaW5nAAAAAAAAABdwZXJtaXQtYWdlbnQtZm9yd2FyZGluZwAAAAAAAAAW"
    "cGVybWl0LXBvcnQtZm9yd2FyZGluZwAAAAAAAAAKcGVybWl0LXB0eQAAAAAAAAAOcGVybWl0LXVzZXItcmMAAAAAAAAAAAAAADMA"
    "AAALc3NoLWVkMjU1MTkAAAAgradRfjguWTS+vYdhBo44koKvTr8J5KzFl05YJHMCG8UAAABTAAAAC3NzaC1lZDI1NTE5AAAAQGwY"
    "n2X/8TspwigvkRhUmQmGNn8TUy82/Vn9M9nzD/UfIU/RrTjPJBwKxxe3zk0SdER/x3ihIKQtxdMvo35dhwM=";
inline constexpr std::string_view kSecurityKey =
    "AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fAAAABHNzaDo=";

}  // namespace pysshrp::auth::keys
