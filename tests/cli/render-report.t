#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# render: the report, by its lines and beside sums by Python.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/render.sh"
need_cmd python3

# report [OPTION...]: of the stacks on standard input.
report()
{
	collapsed-to-pprof >in.pprof && "$render" "$@" --output=report:3 <in.pprof 3>report.txt &&
		cat report.txt
}

cat >stacks.txt <<'END'
!comment frequency 99
c;main;fib;fib;fib 10
c;main;fib 5
c;[cut: depth];fib 2
c;main;read;vfs_read_[k] 83
END
is "$(report --title=Stacks <stacks.txt)" "Stacks
100 samples · 99 Hz


Functions, by what they take themselves and with all that they call

     SELF     SAMPLES    TOTAL     SAMPLES  FUNCTION
   83.00%          83   83.00%          83  vfs_read  [kernel]
   17.00%          17   17.00%          17  fib  (example)
    0.00%           0   98.00%          98  main  (example)
    0.00%           0   83.00%          83  read  (example)
  100.00%         100  samples in all


Functions, with who calls them and what they call

    TOTAL     SAMPLES  FUNCTION

   83.00%          83      called by read  (example)
   83.00%          83  vfs_read  [kernel]

   15.00%          15      called by main  (example)
   10.00%          10      called by fib  (example)
   17.00%          17  fib  (example)
   10.00%          10      calls fib  (example)

   98.00%          98  main  (example)
   83.00%          83      calls read  (example)
   15.00%          15      calls fib  (example)

   83.00%          83      called by main  (example)
   83.00%          83  read  (example)
   83.00%          83      calls vfs_read  [kernel]" "functions, callers, callees; recursion counts once"
is "$(report --top=1 <stacks.txt | grep -c ^)" 18 "a number of functions"
like "$(report --top=1 <stacks.txt)" '^   17.00%          17  in 3 more functions$' "and what the others have"
like "$(printf 'c;[cut: depth] 5\nc;f 5\n' | report)" '^   50.00%           5  in no function' "nothing hides"

# ---- beside Python ----

cat >oracle.py <<'END'
import collections
import sys

own, total = collections.Counter(), collections.Counter()
calls, everything = collections.Counter(), 0
for line in open(sys.argv[1]):
    stack, count = line.rsplit(' ', 1)
    frames, count = stack.split(';')[1:], int(count)
    everything += count
    if frames:
        own[frames[-1]] += count
    for f in set(frames):
        total[f] += count
    for call in set(zip(frames, frames[1:])):
        calls[call] += count

wanted = {('flat', f, own[f], total[f]) for f in total}
wanted |= {('function', f, total[f]) for f in total}
wanted |= {('caller', b, a, n) for (a, b), n in calls.items()}
wanted |= {('callee', a, b, n) for (a, b), n in calls.items()}

got, block, part = set(), [], 0
for line in list(open(sys.argv[2])) + ['\n']:
    part += line.startswith('Functions')
    words = line.replace('(example)', '').split()
    if part == 1 and len(words) == 5 and words[0].endswith('%'):
        got.add(('flat', words[4], int(words[1]), int(words[3])))
    if part == 2 and words and words[0].endswith('%'):
        block.append(words[1:])
    elif part == 2 and block:
        own_line = next(w for w in block if len(w) == 2)
        got.add(('function', own_line[1], int(own_line[0])))
        for i, w in enumerate(block):
            if w[1:3] == ['called', 'by']:
                assert i < block.index(own_line)
                got.add(('caller', own_line[1], w[3], int(w[0])))
            elif w[1] == 'calls':
                assert i > block.index(own_line)
                got.add(('callee', own_line[1], w[2], int(w[0])))
        block = []
if not wanted or got != wanted:
    print('missing', sorted(wanted - got)[:9], 'wrong', sorted(got - wanted)[:9])
END
awk 'BEGIN { srand(7); for (i = 0; i < 3000; i++) { s = "t" int(rand() * 3); n = int(rand() * 14);
	for (j = 0; j < n; j++) s = s ";f" int(rand() * rand() * 40)
	print s, 1 + int(rand() * 9) } }' >random.txt
report <random.txt >/dev/null
is "$(python3 -B oracle.py random.txt report.txt)" "" "random stacks: every sum is Python's"

# ---- the rest ----

cat >hostile.txt <<'END'
c;a\x0ab;\x1b[31m\x00;\xff\xfe;\xe2\x80\xaertl 5
END
report <hostile.txt >/dev/null
ok "hostile names leave no control character" sh -c '! tr -d "\n" <report.txt | grep -q "[[:cntrl:]]"'
ok "and only UTF-8" iconv -f UTF-8 -t UTF-8 report.txt
is "$(grep -c '^  100.00%           5  100.00%' report.txt)$(grep -c '^    0.00%           0  100.00%' report.txt)" 13 \
	"one line for each name"
like "$(printf 'c;%s 5\n' "$(head -c 100000 /dev/zero | tr '\0' x)" | report | awk '{ print length }' | sort -n | tail -n 1)" \
	'^1000[0-9][0-9]$' "names are whole"
is "$(report </dev/null | tail -n 1)" "No samples." "no samples are told"
is "$(printf '!hits\n' | report | tail -n 1)" "No hits." "and no hits"
like "$(printf '!hits\nc;f 1\n' | report)" '^     SELF        HITS    TOTAL        HITS  FUNCTION$' "hits are called so"
head -c 40 in.pprof | "$render" --output=report:3 3>cut.txt 2>/dev/null
like "$(cat cut.txt)" '^Incomplete: the stream ends' "input that is not whole is marked"
printf 'c;a 5\n' >before.folded
printf 'c;a 5\nc;b 500\n' >after.folded
ok "a difference is reported" "$PB" -q --diff before.folded --input after.folded -o diff.report.txt
like "$(cat diff.report.txt)" '  b$' "with the functions that changed"
awk 'BEGIN { for (i = 0; i < 40; i++) { s = "f" i; while (length(s) < 300) s = s "x"; print "c;" s, 50 + i } }' >long.folded
COLUMNS=60 "$PB" -q --diff before.folded --input long.folded -o diff.report.txt
is "$(grep -c '  f[0-9]*x*$' diff.report.txt) $(awk '{ n = length($NF) > n ? length($NF) : n } END { print n }' \
	diff.report.txt)" "40 300" "all of them, with whole names, whatever the terminal"
done_testing
