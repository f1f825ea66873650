#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The samples in each file: totals.py FILE..., by extension, as "FILE NUMBER" lines.

pprof comes as the text of `protoc --decode`, with the extension .pprof-text.
"""
import gzip
import json
import re
import sys


def collapsed(text):
    return sum(int(line.rsplit(' ', 1)[1]) for line in text.splitlines()
               if not line.startswith('# '))


def d3(text):
    total, nodes = 0, [json.loads(text)]
    root = nodes[0]['value']
    while nodes:
        node = nodes.pop()
        children = node.get('children', [])
        own = node['value'] - sum(child['value'] for child in children)
        assert own >= 0
        total += own
        nodes.extend(children)
    assert total == root
    return total


def speedscope(text):
    """The first profile has everything, the others a thread each."""
    whole, *threads = json.loads(text)['profiles']
    for profile in whole, *threads:
        assert profile['endValue'] == sum(profile['weights'])
    assert not threads or sum(thread['endValue'] for thread in threads) == whole['endValue']
    return whole['endValue']


def firefox(text):
    return sum(sum(thread['samples']['weight']) for thread in json.loads(text)['threads'])


def pprof(text):
    """The first value of each sample."""
    return sum(int(n) for n in re.findall(r'^sample \{\n(?:  location_id: \d+\n)*  value: (\d+)$',
                                          text, re.M))


def report(text):
    """Of all, and that of its functions and the rest."""
    flat = text[:text.index('\n\n\nFunctions, with')]
    total = int(re.search(r'^ +100\.00% +(\d+)  samples in all', flat, re.M).group(1))
    own = re.findall(r'^ *\d+\.\d\d% +(\d+) +(?:\d+\.\d\d% +\d+|in no function.*)(?:  |$)', flat, re.M)
    assert sum(int(n) for n in own) == total
    return total


READERS = {'.folded': collapsed, '.speedscope.json': speedscope, '.firefox.json.gz': firefox,
           '.json': d3, '.pprof-text': pprof, '.report.txt': report}

for name in sys.argv[1:]:
    extension = next(e for e in READERS if name.endswith(e))
    with (gzip.open if name.endswith('.gz') else open)(name, 'rt', encoding='utf-8') as file:
        print(name, READERS[extension](file.read()))
