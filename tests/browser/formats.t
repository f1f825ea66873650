#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The formats of other tools, read by those tools, from npm: every total is the same.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/npm.sh"

need_cmd chromium chromedriver python3 node
PATH=$top_builddir/tests/lib:$PATH
render=$HELPERS/render
[ -x "$render" ] || skip_all "render is not built"
npm_get pprof-format@2.3.2 d3-flame-graph@4.1.3 d3-selection@3.0.0 speedscope@1.25.0 ||
	skip_all "npm cannot fetch the readers"
NODE_PATH=$SCRATCH/npm/node_modules
export NODE_PATH

cat >plain.txt <<'END'
!process 42 prog
main;foo 10
main;foo.cold 5
main;foo;bar 3
main;operator new(unsigned long);malloc_[i];brk_[k] 5
!process 43 other
other;main;jitted_[j] 2
other;[cut: depth];x 4
!none
- 7
END
cat >hostile.txt <<'END'
a</script><script>window.hit=1</script>;b]]><!--<script>window.hit=1//c 5
"'&<img src=x onerror=window.hit=1>;\x00nul\x01\x1b[31m;\xff\xfe\xc0\xaf 5
\xe2\x80\xaertl\xe2\x80\xac;\xd7\xa9\xd7\x9c;__proto__;constructor 5
javascript:window.hit=1;${window.hit=1};`$(id)` 5
END
printf 'long;%s 5\n' "$(head -c 100000 /dev/zero | tr '\0' x)" >>hostile.txt
for name in plain hostile; do
	collapsed-to-pprof <$name.txt | "$render" --output=json:3 --output=speedscope:4 --output=pprof:5 \
		3>$name.json 4>$name.speedscope.json 5>$name.pb.gz || bail "cannot write $name"
done

# total FILE: the sum of the first values, by pprof-format.
cat >total.js <<'END'
const { Profile } = require('pprof-format');
const bytes = require('zlib').gunzipSync(require('fs').readFileSync(process.argv[2]));
const p = Profile.decode(bytes);
const used = new Set(p.sample.flatMap(s => s.locationId.map(Number)));
for (const l of p.location) {
	if (!used.has(Number(l.id)) || l.line.some(x => !p.function.some(f => f.id === x.functionId)))
		throw new Error('location ' + l.id);
}
console.log(p.sample.reduce((sum, s) => sum + Number(s.value[0]), 0));
END
is "$(node total.js plain.pb.gz)" 36 "pprof-format reads pprof, with the same total"
is "$(node total.js hostile.pb.gz)" 25 "of hostile names, too"
python3 -B "$top_srcdir/tests/browser/formats.py" "$SCRATCH" 3 "$SCREENSHOTS"
