"""Many connections at once: crowd.py PORT COUNT SOURCE... makes COUNT from each source and says when all of them are decided how many have met
an SSH server: SOURCE: SERVED of COUNT. Then it holds them until its standard input ends. With COUNT as -COUNT it closes each at once and
says nothing."""
import select
import sys

from sources import connect

port, count, sources = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]

if count < 0:
    for source in sources:
        for _ in range(-count):
            connect(port, source).close()
    sys.exit()

waiting = {connect(port, source): source for source in sources for _ in range(count)}
served, kept = dict.fromkeys(sources, 0), []
while waiting:
    ready, _, _ = select.select(list(waiting), [], [], 60)
    assert ready, 'connections that are neither served nor refused'
    for connection in ready:
        source = waiting.pop(connection)
        try:
            said = connection.recv(4)
        except ConnectionResetError:
            said = b''
        if said == b'SSH-':
            served[source] += 1
            kept.append(connection)
for source in sources:
    print(f'{source}: {served[source]} of {count}', flush=True)
sys.stdin.read()
