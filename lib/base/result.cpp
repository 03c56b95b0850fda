#include "base/result.h"

#include <stdio.h>
#include <stdlib.h>

namespace pysshrp {

// Without the Error's words: standard error may be the client's socket (inetd), and they are for the operator.
void end_for_wrong_access(const Error* error) noexcept {
  ::fputs(error ? "pysshrp: a Result was taken for a value, and is an error\n"
                : "pysshrp: a Result was taken for an error, and is a value\n",
          stderr);
  ::abort();
}

}  // namespace pysshrp
