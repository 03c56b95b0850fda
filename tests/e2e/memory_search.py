#!/usr/bin/python3
"""Looks for words in all that a process has in memory, as a core would show it.
usage: memory_search.py PID WORD...    prints "WORD-NUMBER MAPPING" for each place where one is found"""
import struct
import sys

PAGE = 4096
HUGE = 1 << 36  # AddressSanitizer's shadow: bits about memory, nothing of what is in it


def resident(pagemap, start, end):
    """Runs of pages that are in memory or swapped out."""
    pagemap.seek(start // PAGE * 8)
    entries = pagemap.read((end - start) // PAGE * 8)
    first = None
    for index, (entry,) in enumerate(struct.iter_unpack('<Q', entries)):
        if entry >> 62 and first is None:
            first = index
        elif not entry >> 62 and first is not None:
            yield start + first * PAGE, start + index * PAGE
            first = None
    if first is not None:
        yield start + first * PAGE, start + len(entries) // 8 * PAGE


def main():
    pid, words = sys.argv[1], [word.encode() for word in sys.argv[2:]]
    with open(f'/proc/{pid}/maps', encoding='utf-8') as maps, open(f'/proc/{pid}/pagemap', 'rb') as pagemap, \
            open(f'/proc/{pid}/mem', 'rb', buffering=0) as memory:
        for line in maps.read().splitlines():
            area, rights, *rest = line.split(maxsplit=5)
            start, end = (int(address, 16) for address in area.split('-'))
            if 'r' not in rights or end - start > HUGE or line.endswith(('[vvar]', '[vsyscall]')):
                continue
            for low, high in resident(pagemap, start, end):
                memory.seek(low)
                content = memory.read(high - low)
                for number, word in enumerate(words, 1):
                    at = content.find(word)
                    if at >= 0:
                        print(number, rest[-1] if len(rest) == 4 else 'anonymous', hex(low + at), content[max(0, at - 32):at + 48])


main()
