#pragma once

namespace pysshrp::sftp {

/// Which requests must not be checked before a request with paths has been sent. A check asks where links lead and
/// which names exist, and the request in front of it may change that.
enum class Precedence {
  none,        ///< it changes nothing
  related,     ///< requests for its paths, for paths below them, and for the folders above
  paths,       ///< all requests with paths: it may change where any path leads
  everything,  ///< requests with handles, too: it changes a file that the client has open
};

}  // namespace pysshrp::sftp
