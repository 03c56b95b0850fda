"""Makes symbolic links by paramiko and by asyncssh. usage: PORT PASSWORD TARGET PREFIX"""
import asyncio
import sys

import asyncssh
import paramiko

port, password, target, prefix = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]

with paramiko.SSHClient() as client:
    client.set_missing_host_key_policy(paramiko.WarningPolicy())
    client.connect("127.0.0.1", port, "demo", password, look_for_keys=False, allow_agent=False, banner_timeout=200, auth_timeout=200)
    client.open_sftp().symlink(target, prefix + "paramiko")


async def by_asyncssh():
    async with asyncssh.connect("127.0.0.1", port, username="demo", password=password, known_hosts=None, config=None, client_keys=None) as connection:
        async with connection.start_sftp_client() as sftp:
            await sftp.symlink(target, prefix + "asyncssh")


asyncio.run(by_asyncssh())
