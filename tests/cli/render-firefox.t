#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# render: the Firefox profiler's format, as Python's reader sees it.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/render.sh"
need_cmd python3 gzip

# show FILE: checks that the tables fit together; prints threads and stacks, root first.
cat >show.py <<'END'
import gzip
import json
import sys

data = json.load(gzip.open(sys.argv[1], 'rt', encoding='utf-8'))
shared = data['shared']
strings, libs = shared['stringArray'], data['libs']
stack, frame = shared['stackTable'], shared['frameTable']
func, resource = shared['funcTable'], shared['resourceTable']


def check(table, **limits):
    for name, column in table.items():
        if name not in ('length', 'weightType'):
            assert len(column) == table['length'], name
    for name, limit in limits.items():
        assert all(-1 <= x < limit for x in table[name]), name


check(stack, frame=frame['length'])
check(frame, func=func['length'], lib=len(libs), category=len(data['meta']['categories']))
check(func, name=len(strings), resource=resource['length'])
check(resource, name=len(strings))
assert all((a == -1) == (b == -1) for a, b in zip(frame['address'], frame['lib']))
for table in ('nativeSymbols', 'sources', 'sourceLocationTable'):
    check(shared[table])


def text(row):
    f = frame['func'][row]
    out = json.dumps(strings[func['name'][f]])[1:-1]
    if func['resource'][f] >= 0:
        out = strings[resource['name'][func['resource'][f]]] + '!' + out
    if frame['lib'][row] >= 0:
        out += '+%#x' % frame['address'][row]
    if frame['line'][row]:
        out += ':%d' % frame['line'][row]
    if frame['inlineDepth'][row]:
        out += '/%d' % frame['inlineDepth'][row]
    return out + '~' + data['meta']['categories'][frame['category'][row]]['name'][0]


def path(i):
    out = []
    while True:
        out.append(text(stack['frame'][i]))
        if not stack['prefixOffset'][i]:
            return ';'.join(reversed(out))
        assert stack['prefixOffset'][i] > 0
        i -= stack['prefixOffset'][i]


for lib in libs:
    print('lib', lib['path'], lib['name'], lib['breakpadId'], lib['codeId'])
for thread in data['threads']:
    samples = thread['samples']
    check(samples, stack=stack['length'])
    check(thread['markers'])
    print('thread', json.dumps(thread['name']), thread.get('processName', '-'), thread['pid'],
          thread['tid'], thread['isMainThread'], '%g ms' % sum(samples['timeDeltas']))
    for i, weight in zip(samples['stack'], samples['weight']):
        print(path(i), weight)
for entry in data['meta']['extra'][0]['entries']:
    print(entry['label'], entry['value'])
END
show()
{
	python3 -B show.py "$1"
}

write-pprof >message
python3 -B "$top_srcdir/tests/lib/pprof-text.py" delimit <message | "$render" --output=firefox:3 3>x.gz
is "$(show x.gz)" "lib /bin/x x  ab12
thread \"bad \\ufffd byte\" - 4242 t0 True 50.505 ms
bad \\ufffd byte~O;x!outer(int)+0x1234~U;x!inner+0x1234:7/1~I 5
unit samples
frequency 99" "addresses in the file, inlined frames, lines, time on the CPU, facts"

cat >stacks.txt <<'END'
!process 42 my prog
!tid 43
main;foo 10
main;foo;bar_[k] 3
!none
!process 42 my prog
!tid 42
main;foo 1
jit;f_[j] 2
!none
-;[cut: depth] 4
- 7
END
collapsed-to-pprof <stacks.txt >stacks.pprof
"$render" --output=firefox:3 <stacks.pprof 3>x.gz
is "$(show x.gz)" "lib /usr/bin/example example  None
thread \"main\" my prog 42 43 False 13 ms
main~O;example!foo+0x0~U 10
main~O;example!foo+0x0~U;[kernel]!bar~K 3
thread \"main\" my prog 42 42 True 1 ms
main~O;example!foo+0x0~U 1
thread \"jit\" my prog 42 42 True 2 ms
jit~O;[jit]!f~J 2
thread \"all\" - 0 t3 True 11 ms
[cut: depth]~O 4
[unknown]~O 7
unit samples" "a thread for each process, thread and name"

cat >hostile.txt <<'END'
a</script><script>window.hit=1</script>;b]]><!--<script>//c 5
"'&\;\x5c"\x5cu0041;\x00nul\x01\x1b[31m;\xff\xfe\xc0\xaf 5
\xe2\x80\xaertl\xe2\x80\xac;\xe2\x80\xa8\xd7\xa9\xd7\x9c;\xed\xa0\x80 5
END
printf 'long;%s 5\n' "$(head -c 100000 /dev/zero | tr '\0' x)" >>hostile.txt
collapsed-to-pprof <hostile.txt | "$render" --output=firefox:3 3>h.gz
show h.gz | grep -v '^lib\|^thread\|^unit' | cut -c 1-200 >names
is "$(sed 's/example!//g; s/+0x[0-9a-f]*~[OU]//g; s/~[OU]//g' names | cut -c 1-85)" \
	'a</script><script>window.hit=1</script>;b]]><!--<script>//c 5
\"'"'"'&\\;\\\"\\u0041;\ufffdnul\ufffd\ufffd[31m;\ufffd\ufffd\ufffd\ufffd 5
\ufffdrtl\ufffd;\ufffd\u05e9\u05dc;\ufffd\ufffd\ufffd 5
long;xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' "hostile names are right"

"$render" --output=firefox:3 </dev/null 3>e.gz
is "$(show e.gz)" 'thread "all" - 0 t0 True 0 ms
unit samples' "no samples are a thread without samples"
{ echo '!hits'; cat stacks.txt; } | collapsed-to-pprof | "$render" --output=firefox:3 3>e.gz
like "$(show e.gz)" '^unit hits$' "hits are told"
head -c 200 stacks.pprof | "$render" --output=firefox:3 3>e.gz 2>/dev/null
like "$(show e.gz)" '^incomplete the stream ends' "and that the input was not whole"
"$render" --output=firefox:3 <stacks.pprof 3>y.gz
ok "the same input gives the same bytes" cmp x.gz y.gz
done_testing
