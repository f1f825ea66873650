#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares inlined calls and source lines with what addr2line says.

	compare-lines.py FILE N ADDR2LINE [ANOTHER]

Asks tests/lib/source-lines and ADDR2LINE for N addresses spread over FILE's .text, and ANOTHER where
the two differ.  Prints the addresses at which we agree with neither, then the totals: addresses,
those with inlined calls, those for which only ANOTHER agrees, and differences.

Explained differences are none: the name of the concrete function is the symbol table's affair;
addr2line takes a name from the symbol table (crtstuff.c:?) where the DWARF has none; and binutils
2.40 takes a wrong file of a DWARF 5 line table, but the right line.
"""
import os
import re
import subprocess
import sys


def text_of(path):
    for line in subprocess.run(['objdump', '-hw', path], capture_output=True, text=True,
                               check=True).stdout.splitlines():
        fields = line.split()
        if len(fields) > 3 and fields[1] == '.text':
            return int(fields[3], 16), int(fields[2], 16)
    sys.exit(path + ': no .text')


def ask(command, addresses):
    """The chain at each address: (function, file, line), innermost first."""
    out = subprocess.run(command, input=''.join('0x%x\n' % a for a in addresses),
                         capture_output=True, text=True, check=True).stdout
    answers, chain = {}, []
    for line in out.splitlines():
        if re.fullmatch('0x[0-9a-f]+', line):
            chain = answers.setdefault(int(line, 16), [])
        else:
            chain.append(line)
    return {a: normal(list(zip(c[::2], c[1::2]))) for a, c in answers.items()}


def normal(chain):
    calls = []
    for function, place in chain:
        path, _, line = re.sub(r' \(discriminator \d+\)', '', place).rpartition(':')
        number = 0 if line == '?' else int(line)
        calls.append((function, os.path.normpath(path), number))
    if calls:
        calls[-1] = ('SYMBOL',) + calls[-1][1:]
    if len(calls) == 1 and calls[0][2] == 0 and '/' not in calls[0][1]:
        calls = [('SYMBOL', '??', 0)]
    return calls


def without_files(chain):
    return [(function, line) for function, _, line in chain]


def main():
    path, n, tools = os.path.abspath(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    start, size = text_of(path)
    addresses = sorted({start + size * i // n for i in range(n)})
    ours = ask([os.environ['SOURCE_LINES'], path], addresses)
    theirs = [ask([tool, '-a', '-i', '-f', '-e', path], addresses) for tool in tools]
    inlined = others = differences = 0
    for a in addresses:
        mine, answers = ours.get(a), [t.get(a) for t in theirs]
        inlined += len(answers[0]) > 1
        if mine == answers[0]:
            continue
        if mine in answers[1:] or (len(tools) == 1 and
                                   without_files(mine) == without_files(answers[0])):
            others += 1
            continue
        differences += 1
        if differences <= 3:
            print('%x: we say %s\n   they say %s' % (a, mine, answers))
    print('%d addresses, %d inlined, %d explained, %d differences' %
          (len(addresses), inlined, others, differences))


main()
