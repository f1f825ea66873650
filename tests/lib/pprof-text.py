#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What `protoc --decode=perftools.profiles.Profile` printed, with ids and strings resolved.

Reads standard input.  One line for each thing: types, period, mappings, comments and samples; a
sample has its values, its labels, and its locations root first, each FILE+ADDRESS[LINE|LINE...]
with the innermost line first, a line being NAME/SYSTEM_NAME@FILE:NUMBER.
With the argument "delimit" it puts the length (a varint) before the bytes instead.
"""
import re
import sys


def varint(n):
    out = b''
    while n >= 128:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def parse(lines):
    """Nested messages as lists of (field, value or list)."""
    message = []
    for line in lines:
        line = line.strip()
        if line == '}':
            return message
        if line.endswith(' {'):
            message.append((line[:-2], parse(lines)))
        elif line:
            field, value = line.split(': ', 1)
            message.append((field, value))
    return message


def all_of(message, field):
    return [value for name, value in message if name == field]


def one(message, field, default='0'):
    values = all_of(message, field)
    return values[-1] if values else default


class Profile:
    def __init__(self, message):
        self.message = message
        self.strings = [s[1:-1] for s in all_of(message, 'string_table')]
        self.mappings = {one(m, 'id'): m for m in all_of(message, 'mapping')}
        self.locations = {one(m, 'id'): m for m in all_of(message, 'location')}
        self.functions = {one(m, 'id'): m for m in all_of(message, 'function')}

    def string(self, message, field):
        return self.strings[int(one(message, field))]

    def type(self, t):
        return f"{self.string(t, 'type')}/{self.string(t, 'unit')}"

    def line(self, line):
        f = self.functions[one(line, 'function_id')]
        name, system = self.string(f, 'name'), self.string(f, 'system_name')
        text = name if name == system else f'{name}/{system}'
        place = self.string(f, 'filename')
        return f"{text}@{place}:{one(line, 'line')}" if place or all_of(line, 'line') else text

    def location(self, ident):
        location = self.locations[ident]
        mapping = self.mappings.get(one(location, 'mapping_id'))
        place = self.string(mapping, 'filename') if mapping else ''
        lines = '|'.join(self.line(line) for line in all_of(location, 'line'))
        return f"{place}+{int(one(location, 'address')):#x}[{lines}]"

    def label(self, label):
        text = self.string(label, 'str')
        return f"{self.string(label, 'key')}={text or one(label, 'num')}"

    def sample(self, sample):
        labels = ' '.join(sorted(self.label(x) for x in all_of(sample, 'label')))
        stack = ' '.join(self.location(x) for x in reversed(all_of(sample, 'location_id')))
        return f"sample {','.join(all_of(sample, 'value'))} {{{labels}}} {stack}"

    def mapping(self, m):
        flags = [name for name, value in m if value == 'true']
        span = ' '.join(f'{int(one(m, x)):#x}'
                        for x in ('memory_start', 'memory_limit', 'file_offset'))
        return ' '.join(['mapping', self.string(m, 'filename'), self.string(m, 'build_id') or '-',
                         span] + flags)

    def lines(self):
        m = self.message
        for t in all_of(m, 'sample_type'):
            yield 'type ' + self.type(t)
        for t in all_of(m, 'period_type'):
            yield f"period {self.type(t)} {one(m, 'period')}"
        yield f"time {one(m, 'time_nanos')} {one(m, 'duration_nanos')}"
        for c in all_of(m, 'comment'):
            yield 'comment ' + self.strings[int(c)]
        for x in all_of(m, 'mapping'):
            yield self.mapping(x)
        for x in all_of(m, 'sample'):
            yield self.sample(x)


def main():
    if sys.argv[1:] == ['delimit']:
        message = sys.stdin.buffer.read()
        sys.stdout.buffer.write(varint(len(message)) + message)
        return
    text = sys.stdin.read()
    if re.search(r'^ *[0-9]+[: ]', text, re.M):
        sys.exit('a field that the schema does not have')
    for line in Profile(parse(iter(text.splitlines()))).lines():
        print(line)


main()
