#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# render: JSON for other viewers, as Python's reader sees it.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/render.sh"
need_cmd python3

# show FILE: the stacks of a file, root first, a line each; names as JSON with \u escapes.
cat >show.py <<'END'
import json
import sys

sys.setrecursionlimit(100000)


def name(text):
    return json.dumps(text)[1:-1]


def d3(node, path, out):
    own = node['value'] - sum(child['value'] for child in node.get('children', []))
    assert own >= 0, node['name']
    if own:
        out.append(';'.join(path) + ' %d' % own)
    for child in node.get('children', []):
        kind = child.get('libtype')
        assert kind in (None, 'kernel', 'jit', 'inlined')
        d3(child, path + [name(child['name']) + (':' + kind[0] if kind else '')], out)


def speedscope(data, out):
    profiles = data['profiles']
    assert data['activeProfileIndex'] == 0 and profiles[0]['name'] == data['name']
    assert len(profiles) == 1 or sum(p['endValue'] for p in profiles[1:]) == profiles[0]['endValue']
    for profile in profiles:
        if len(profiles) > 1:
            out.append('# ' + name(profile['name']))
        speedscope_profile(data, profile, out)


def speedscope_profile(data, profile, out):
    assert len(profile['samples']) == len(profile['weights'])
    assert profile['endValue'] == sum(profile['weights']) and profile['startValue'] == 0
    assert profile['type'] == 'sampled' and profile['unit'] == 'none'
    for stack, weight in zip(profile['samples'], profile['weights']):
        frames = [data['shared']['frames'][i] for i in stack]
        out.append(';'.join(name(f['name']) + ('@' + f['file'] if 'file' in f else '')
                            for f in frames) + ' %d' % weight)


text = open(sys.argv[1], encoding='utf-8').read()
assert '<' not in text.replace('\\u003c', ''), 'markup'
data = json.loads(text)
lines = []
if 'profiles' in data:
    speedscope(data, lines)
else:
    d3(data, [], lines)
print('\n'.join(lines))
END
show()
{
	python3 -B show.py "$1"
}

cat >stacks.txt <<'END'
main;foo 10
main;foo.cold 5
main;foo;bar 3
main;operator new(unsigned long);malloc 5
c;u;in_[i];read_[k] 1
c;f_[j] 2
c;[cut: depth];x 4
- 7
END
collapsed-to-pprof <stacks.txt >stacks.pprof
"$render" --output=json:3 --output=speedscope:4 --title="it's <b>" <stacks.pprof 3>x.json 4>x.speedscope.json
is "$(show x.json)" " 7
c;[cut: depth];x 4
c;f:j 2
c;u;in:i;read:k 1
main;foo 10
main;foo;bar 3
main;foo.cold 5
main;operator new(unsigned long);malloc 5" "d3: subtree values, kinds, equal frames are one"
is "$(show x.speedscope.json)" "[unknown] 7
c;[cut: depth];x@example 4
c;f@[jit] 2
c;u@example;in@example;read@[kernel] 1
main;foo@example 10
main;foo@example;bar@example 3
main;foo.cold@example 5
main;operator new(unsigned long)@example;malloc@example 5" "speedscope: stacks, weights, files"
is "$(python3 -c 'import json; x = json.load(open("x.speedscope.json")); print(x["name"], x["profiles"][0]["name"])')" \
	"it's <b> it's <b>" "its name is the title"
like "$(head -c 100 x.json)" '^\{"name":"all","value":37,"unit":"samples",' "d3: the root is all"

# Threads: one stack at two addresses and on two CPUs, threads of one name, one without a name.
cat >threads.txt <<'END'
!process 7 prog
!tid 7
!cpu 0
main;start;work 2
!none
!process 7 prog
!tid 8
!cpu 1
io;start;wait 4
io;start 1
!none
!process 7 prog
!tid 7
!cpu 1
main;start;work 3
main;start 1
!none
!process 7 prog
!tid 9
io;start;wait 5
!none
- 2
END
collapsed-to-pprof <threads.txt | "$render" --output=speedscope:3 3>t.speedscope.json
is "$(show t.speedscope.json)" "# CPU flame graph
[unknown] 2
io;start@example 1
io;start@example;wait@example 9
main;start@example 1
main;start@example;work@example 5
# main (7)
main;start@example 1
main;start@example;work@example 5
# io (8)
io;start@example 1
io;start@example;wait@example 4
# io (9)
io;start@example;wait@example 5
# thread
[unknown] 2" "speedscope: all samples, then each thread by its samples"
collapsed-to-pprof <threads.txt |
	"$render" --focus=wait --hide=start --output=speedscope:3 3>t.speedscope.json
is "$(show t.speedscope.json)" "# CPU flame graph
io;wait@example 9
# io (9)
io;wait@example 5
# io (8)
io;wait@example 4" "threads have what filters leave"
collapsed-to-pprof <threads.txt | "$render" --focus=work --output=speedscope:3 3>t.speedscope.json
is "$(show t.speedscope.json)" "main;start@example;work@example 5" "one thread has no profile of its own"
collapsed-to-pprof <threads.txt | "$render" --min-percent=40 --output=speedscope:3 3>t.speedscope.json
like "$(show t.speedscope.json)" "^# io .8.$" "threads have what is put together: their sum is the whole"

cat >hostile.txt <<'END'
a</script><script>window.hit=1</script>;b]]><!--<script>//c 5
"'&\;\x5c"\x5cu0041;\x00nul\x01\x1b[31m;\xff\xfe\xc0\xaf 5
\xe2\x80\xaertl\xe2\x80\xac;\xe2\x80\xa8\xd7\xa9\xd7\x9c;\xed\xa0\x80 5
a\x3bb;${x};`$(id)` 5
END
printf 'long;%s 5\n' "$(head -c 100000 /dev/zero | tr '\0' x)" >>hostile.txt
collapsed-to-pprof <hostile.txt >hostile.pprof
"$render" --output=json:3 --output=speedscope:4 <hostile.pprof 3>h.json 4>h.speedscope.json
show h.json | cut -c 1-200 >hostile.d3
sed 's/@example//g' >names.ss <<END
$(show h.speedscope.json | cut -c 1-200)
END
same_file hostile.d3 names.ss "hostile names are the same in both"
is "$(cut -c 1-72 hostile.d3)" '\"'"'"'&\\;\\\"\\u0041;\ufffdnul\ufffd\ufffd[31m;\ufffd\ufffd\ufffd\ufffd 5
a;b;${x};`$(id)` 5
a</script><script>window.hit=1</script>;b]]><!--<script>//c 5
long;xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
\ufffdrtl\ufffd;\ufffd\u05e9\u05dc;\ufffd\ufffd\ufffd 5' "and right: nothing that changes the layout, no markup"

i=0
while [ "$i" -lt 4000 ]; do i=$((i + 1)); printf 'f%d;' "$i"; done | sed 's/^/deep;/; s/;$/ 3\n/' >deep.txt
collapsed-to-pprof <deep.txt | "$render" --output=json:3 --output=speedscope:4 3>d.json 4>d.speedscope.json
is "$(show d.json | md5sum)" "$(show d.speedscope.json | sed 's/@example//g' | md5sum)" "4,000 frames deep"

collapsed-to-pprof </dev/null | "$render" --output=json:3 --output=speedscope:4 3>e.json 4>e.speedscope.json
is "$(show e.json)$(show e.speedscope.json)" "" "no samples are an empty tree"
printf '!hits\nc;f 1\n' | collapsed-to-pprof | "$render" --output=json:3 --output=speedscope:4 3>e.json 4>e.speedscope.json
like "$(cat e.json)" '"unit":"hits"' "d3: hits are told"
like "$(cat e.speedscope.json)" '"name":"Flame graph of probes \(hits of probes\)"' "speedscope, too"
head -c 400 stacks.pprof | "$render" --output=json:3 --output=speedscope:4 3>e.json 4>e.speedscope.json 2>/dev/null
like "$(cat e.json)" '"incomplete":"the stream ends' "d3: input that is not whole is marked"
like "$(cat e.speedscope.json)" '"name":"Incomplete: the stream ends.*: CPU flame graph"' "and in speedscope"
"$render" --output=json:3 --output=speedscope:4 --title="it's <b>" <stacks.pprof 3>y.json 4>y.speedscope.json
ok "the same input gives the same bytes" cmp x.json y.json
ok "in both formats" cmp x.speedscope.json y.speedscope.json
done_testing
