#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes ELF files whose DWARF asks for far more time or memory than their size suggests.

	hostile-dwarf.py NAME...

Each name is one of the functions below the line, and the file.  Their code is at 0x401000, and
DWARF 4 unless the function says otherwise.
"""
import struct
import sys
import zlib

TEXT, SIZE = 0x401000, 4096
COMPRESSED = 0x800
UNIT, FUNCTION, CALL, TYPE, CODE_FREE, LINES, RANGES = range(1, 8)
ABBREVIATIONS = bytes([
    UNIT, 0x11, 1, 0x11, 1, 0x12, 7, 0, 0,
    FUNCTION, 0x2e, 1, 0x11, 1, 0x12, 7, 0, 0,
    CALL, 0x1d, 1, 0x31, 0x10, 0x11, 1, 0x12, 7, 0, 0,
    TYPE, 0x13, 1, 0, 0,
    CODE_FREE, 0x34, 0, 0, 0,
    LINES, 0x11, 1, 0x11, 1, 0x12, 7, 0x10, 0x17, 0x1b, 8, 0, 0,
    RANGES, 0x2e, 0, 0x55, 0x17, 0, 0])
ADDRESSES = struct.pack('<QQ', TEXT, SIZE)


def leb(value):
    out = b''
    while value >= 0x80:
        out += bytes([value & 0x7f | 0x80])
        value >>= 7
    return out + bytes([value])


def with_length(data, order='<'):
    return struct.pack(order + 'I', len(data)) + data


def unit(entries, order='<'):
    return with_length(struct.pack(order + 'HIB', 4, 0, 8) + entries, order)


def packed(data):
    return struct.pack('<IIQQ', 1, 0, len(data), 1) + zlib.compress(data, 9)


def packed_as_of_old(data):
    return b'ZLIB' + struct.pack('>Q', len(data)) + zlib.compress(data, 9)


def abbreviations_up_to(last):
    """Many more, so that the last one's is far behind."""
    return ABBREVIATIONS + b''.join(leb(code) + bytes([0x34, 0, 0, 0])
                                    for code in range(10, last + 1)) + b'\0'


def write(path, sections, order='<', hole=None):
    """Sections are names to (bytes, flags); a hole is (name, size) of one that has only zeros."""
    at = SIZE
    body, rows = bytearray(b'\x90' * SIZE), [('.text', 6, TEXT, SIZE, SIZE)]
    for name, (data, flags) in sections.items():
        rows.append((name, flags, 0, SIZE + at, len(data)))
        body += data
        at += len(data)
    if hole:
        rows.append((hole[0], 0, 0, SIZE, hole[1]))
    names = b'\0' + b''.join(row[0].encode() + b'\0' for row in rows) + b'.shstrtab\0'
    rows.append(('.shstrtab', 0, 0, SIZE + at, len(names)))
    body += names + bytes(-(len(body) + len(names)) % 16)
    with open(path, 'wb') as f:
        f.write(b'\x7fELF' + bytes([2, 1 if order == '<' else 2, 1]) + bytes(9))
        f.write(struct.pack(order + 'HHIQQQIHHHHHH', 2, 62, 1, TEXT, 64, SIZE + len(body), 0,
                            64, 56, 1, 64, len(rows) + 1, len(rows)))
        f.write(struct.pack(order + 'IIQQQQQQ', 1, 5, SIZE, TEXT, TEXT, SIZE, SIZE, SIZE))
        f.seek(SIZE)
        f.write(body + bytes(64))
        for name, flags, addr, offset, size in rows:
            kind = 3 if name == '.shstrtab' else 1
            f.write(struct.pack(order + 'IIQQQQIIQQ',
                                names.find(b'\0' + name.encode() + b'\0') + 1, kind, flags, addr,
                                offset, size, 0, 0, 1, 0))
        if hole:
            f.truncate(SIZE + hole[1])


def usual(entries=b''):
    return {'.debug_info': (unit(bytes([UNIT]) + ADDRESSES + entries + b'\0'), 0),
            '.debug_abbrev': (ABBREVIATIONS + b'\0', 0)}


def line_program(version, lists, order='<'):
    head = bytes([1, 1, 1, 0xfb, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1]) + lists
    body = struct.pack(order + 'H', version) + (b'\x08\0' if version == 5 else b'')
    body += struct.pack(order + 'I', len(head)) + head
    body += b'\0\x09\2' + struct.pack(order + 'Q', TEXT) + b'\1\2\x40\0\1\1'
    return with_length(body, order)


def with_lines(lists, version=4, folder=b'/x', entries=b'', **more):
    first = bytes([LINES]) + ADDRESSES + struct.pack('<I', 0) + folder + b'\0'
    return {'.debug_info': (unit(first + entries + b'\0'), 0), '.debug_abbrev': (ABBREVIATIONS + b'\0', 0),
            '.debug_line': (line_program(version, lists), 0),
            **{'.' + name: value for name, value in more.items()}}


def aranges(offset, pairs):
    return with_length(struct.pack('<HIBBI', 2, offset, 8, 0, 0) + pairs + bytes(16))

# ---- what there is ----


def good(path):
    """Nothing but what is shown is asked for."""
    write(path, with_lines(b'd\0\0a.c\0\1\0\0\0'))


def nowhere(path):
    """A call that does not say where it is."""
    call = bytes([CALL]) + struct.pack('<I', 0) + ADDRESSES
    write(path, with_lines(b'd\0\0a.c\0\1\0\0\0',
                           entries=bytes([FUNCTION]) + ADDRESSES + call + b'\0\0'))


def paths(path):
    """A folder of 100 kB in 40,000 paths: 4 GB."""
    write(path, with_lines(b'd' * 100000 + b'\0\0' + b'a\0\1\0\0' * 40000 + b'\0'))


def paths5(path):
    """The same in DWARF 5, by offsets."""
    folder = bytes([1, 1, 0x1f, 1]) + bytes(4)
    files = bytes([2, 1, 8, 2, 0xb]) + leb(40000) + b'a\0\0' * 40000
    write(path, with_lines(folder + files, 5, debug_line_str=(b'd' * 100000 + b'\0', 0)))


def paths_folder(path):
    """The same by the unit's folder."""
    write(path, with_lines(b'\0' + b'a\0\0\0\0' * 40000 + b'\0', folder=b'/' * 100000))


def paths_defined(path):
    """Folders as long as they may be, and files that the program defines: 4 GB."""
    data = with_lines(b'd' * 4000 + b'\0\0\0')
    program = data['.debug_line'][0][4:] + b'\0\6\3a\0\1\0\0' * 500000
    data['.debug_line'] = (with_length(program), 0)
    write(path, data)


def flags(path):
    """10 million functions, a byte each, with 120 flags without bytes."""
    bad = ABBREVIATIONS + bytes([10, 0x2e, 0]) + b'\x3f\x19' * 120 + b'\0\0\0'
    info = unit(bytes([UNIT]) + ADDRESSES + bytes([10]) * (10 << 20) + b'\0')
    write(path, {'.debug_info': (packed(info), COMPRESSED), '.debug_abbrev': (bad, 0)})


def order(path):
    """Of the other byte order."""
    entries = bytes([LINES]) + struct.pack('>QQI', TEXT, SIZE, 0) + b'/x\0\0'
    write(path, {'.debug_info': (unit(entries, '>'), 0), '.debug_abbrev': (ABBREVIATIONS + b'\0', 0),
                 '.debug_line': (line_program(4, b'd\0\0a.c\0\1\0\0\0', '>'), 0)}, '>')


def link(path):
    """3 GB of a link."""
    write(path, {**usual(), '.gnu_debugaltlink': (packed(bytes(3 << 30)), COMPRESSED)})


def hole(path):
    """6 GB of a link, which are not there."""
    write(path, usual(), hole=('.gnu_debugaltlink', 6 << 30))


def twice_packed(path):
    """A section that is said to be compressed by its name and by its flag: 3 GB."""
    write(path, {**usual(), '.zdebug_str': (packed(bytes(3 << 30)), COMPRESSED)})


def another(path):
    """Abbreviations of which libdw takes the first, a million attributes without bytes."""
    bad = (ABBREVIATIONS.replace(bytes([CODE_FREE, 0x34, 0, 0, 0]),
                                 bytes([CODE_FREE, 0x34, 0]) + b'\x3f\x19' * 1000000 + b'\0\0'))
    sections = usual(bytes([CODE_FREE]) * 20000)
    write(path, {'.zdebug_abbrev': (packed_as_of_old(bad + b'\0'), 0), **sections})


def units(path):
    """400,000 units before the one that has the address, each with a table of 3 MB."""
    before = unit(leb(499999)) * 400000
    write(path, {'.debug_info': (before + unit(bytes([UNIT]) + ADDRESSES + b'\0'), 0),
                 '.debug_abbrev': (abbreviations_up_to(499999), 0),
                 '.debug_aranges': (aranges(len(before), ADDRESSES), 0)})


def shared(path):
    """20,000 units that have one table of 4 MB, with the origins of calls."""
    n = 20000
    other = unit(bytes([FUNCTION]) + struct.pack('<QQ', TEXT + SIZE, 1) + leb(599999) + b'\0')

    def first(origins):
        entries = bytes([UNIT]) + ADDRESSES + bytes([FUNCTION]) + ADDRESSES
        for i in range(0, n, 100):
            for origin in origins[i:i + 100]:
                entries += bytes([CALL]) + struct.pack('<IQQ', origin, TEXT + i // 100 * 4, 4)
            entries += bytes(100)
        return unit(entries + b'\0\0')

    size = len(first([0] * n))
    origins = [size + len(other) * i + 11 + 17 for i in range(n)]
    write(path, {'.debug_info': (first(origins) + other * n, 0),
                 '.debug_abbrev': (abbreviations_up_to(599999), 0)})


def ranges(path):
    """2,000 functions that have one list of 100,000 ranges."""
    data = usual((bytes([RANGES]) + bytes(4)) * 2000)
    pairs = b''.join(struct.pack('<QQ', i + 16, i + 17) for i in range(100000))
    write(path, {**data, '.debug_ranges': (pairs + bytes(16), 0)})


def pairs(path):
    """900 MB of address ranges."""
    table = aranges(0, ADDRESSES * (900 << 16))
    write(path, {**usual(), '.debug_aranges': (packed(table), COMPRESSED)})


def deep(path):
    """40 million entries in 250 types in each other."""
    entries = bytes([TYPE]) * 250 + bytes([CODE_FREE]) * (40 << 20) + bytes(250)
    info = unit(bytes([UNIT]) + ADDRESSES + entries + b'\0')
    write(path, {**usual(), '.debug_info': (packed(info), COMPRESSED)})


def main():
    for name in sys.argv[1:]:
        globals()[name](name)


main()
