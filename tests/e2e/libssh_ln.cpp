// Makes a symbolic link by libssh's SFTP client, as KDE's kio-sftp does. usage: libssh-ln PORT PASSWORD TARGET LINK
#include <libssh/libssh.h>
#include <libssh/sftp.h>

#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv) {
  if (argc != 5) return 64;
  const auto port = static_cast<unsigned>(std::atoi(argv[1]));
  const int no = 0;
  ssh_session session = ssh_new();
  ssh_options_set(session, SSH_OPTIONS_HOST, "127.0.0.1");
  ssh_options_set(session, SSH_OPTIONS_PORT, &port);
  ssh_options_set(session, SSH_OPTIONS_USER, "demo");
  ssh_options_set(session, SSH_OPTIONS_PROCESS_CONFIG, &no);
  sftp_session sftp = nullptr;
  const bool made = ssh_connect(session) == SSH_OK &&
                    ssh_userauth_password(session, nullptr, argv[2]) == SSH_AUTH_SUCCESS &&
                    (sftp = sftp_new(session)) != nullptr && sftp_init(sftp) == SSH_OK &&
                    sftp_symlink(sftp, argv[3], argv[4]) == SSH_OK;
  if (!made) std::fprintf(stderr, "libssh-ln: %s\n", ssh_get_error(session));
  if (sftp) sftp_free(sftp);
  ssh_free(session);
  return made ? 0 : 1;
}
