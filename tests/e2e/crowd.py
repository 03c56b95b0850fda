"""Many connections at once: crowd.py PORT COUNT SOURCE... makes COUNT from each source and says when all of them are decided how many have met
an SSH server: SOURCE: SERVED of COUNT. Then it holds them until its standard input ends. With COUNT as -COUNT it closes each at once and
says nothing; with `each` it makes one from each source named, the next when the one before is decided."""
import select
import sys

from sources import connect

port, sources = int(sys.argv[1]), sys.argv[3:]
one_by_one = sys.argv[2] == 'each'
count = 0 if one_by_one else int(sys.argv[2])

if count < 0:
    for source in sources:
        for _ in range(-count):
            connect(port, source).close()
    sys.exit()

served, kept = dict.fromkeys(sources, 0), []


def decide(waiting):
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


if one_by_one:
    for source in sources:
        decide({connect(port, source): source})
else:
    decide({connect(port, source): source for source in sources for _ in range(count)})
for source in served:
    print(f'{source}: {served[source]} of {count or sources.count(source)}', flush=True)
sys.stdin.read()
