#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# render: pprof, as protoc decodes it, and read again.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/render.sh"
need_cmd protoc python3 gzip

# decode FILE: a gzipped message, as text with everything resolved.
decode()
{
	gzip -dc "$1" | protoc -I "$top_srcdir/src/lib" --decode=perftools.profiles.Profile \
		profile.proto | python3 -B "$top_srcdir/tests/lib/pprof-text.py"
}

# delimit: a message as the one of a stream.
delimit()
{
	python3 -B "$top_srcdir/tests/lib/pprof-text.py" delimit
}

# ---- everything that there is ----

write-pprof | delimit | "$render" --output=pprof:3 3>x.pb.gz
is "$(decode x.pb.gz)" "type samples/count
type cpu/nanoseconds
period cpu/nanoseconds 10101010
time 1234 5678
comment frequency 99
mapping /bin/x ab12 0x400000 0x500000 0x0 has_functions has_filenames has_line_numbers has_inline_frames
sample 5,50505050 {comm=bad \\357\\277\\275 byte pid=4242} /bin/x+0x401234[inner@a.c:7|outer(int)/_Z5outeri]" \
	"addresses, build id, inlined lines, system names, labels, times, period, facts"

cat >labels.txt <<'END'
!process 42 my prog
!tid 43
!cpu 3
t1;u;i1_[i];i2_[i];read_[k] 1
t1;f_[j] 2
!flush
t1;f_[j] 5
!none
!process 0 swapper/3
!cpu 3
swapper/3;idle_[k] 2
!flush
!none
!cpu 2
!process 0 swapper/2
swapper/2;idle_[k] 1
!none
-;[cut: depth];x 1
- 4
END
collapsed-to-pprof <labels.txt >labels.pprof
"$render" --output=pprof:3 <labels.pprof 3>labels.pb.gz
is "$(decode labels.pb.gz | grep -v '^type\|^time')" \
	"period cpu/nanoseconds 0
mapping /usr/bin/example - 0x400000 0x40000000 0x0 has_functions has_inline_frames
mapping [kernel.kallsyms] - 0x0 0xffffffffffffffff 0x0 has_functions
mapping [jit] - 0x0 0x0 0x0 has_functions
sample 1,10000000 {comm=t1 cpu=3 pid=42 process=my prog tid=43} /usr/bin/example+0x400010[i2|i1|u] [kernel.kallsyms]+0x400000[read]
sample 7,70000000 {comm=t1 cpu=3 pid=42 process=my prog tid=43} [jit]+0x400020[f]
sample 2,20000000 {comm=swapper cpu=3 pid=0 process=swapper} [kernel.kallsyms]+0x400030[idle]
sample 1,10000000 {comm=swapper cpu=2 pid=0 process=swapper} [kernel.kallsyms]+0x400030[idle]
sample 1,10000000 {} +0x0[[cut: depth]] /usr/bin/example+0x400040[x]
sample 4,40000000 {} " "equal samples of several messages are one; labels keep others apart"

printf -- '- 4\n' | collapsed-to-pprof | "$render" --output=pprof:3 --output=firefox:4 3>none.pb.gz 4>none.gz
is "$(decode none.pb.gz | grep '^sample')" "sample 4,40000000 {} " "a sample without frames, alone"

printf '!hits\n!probe u:malloc\nc;f 3\n' | collapsed-to-pprof | "$render" --output=pprof:3 3>hits.pb.gz
is "$(decode hits.pb.gz | grep -v '^mapping')" "type hits/count
period probe/count 1
time 0 0
sample 3 {comm=c probe=u:malloc} /usr/bin/example+0x400000[f]" "hits of probes are no time"

# ---- read again ----

# again FILE [OPTION...]: collapsed stacks of a gzipped message.
again()
{
	again_file=$1
	shift
	gzip -dc "$again_file" | delimit | "$render" "$@" --output=collapsed:3 3>again.txt && cat again.txt
}

for options in "" "--group-by-cpu --group-by-process"; do
	# shellcheck disable=SC2086 # a list of options
	{
		"$render" $options --output=collapsed:3 --output=pprof:4 <labels.pprof 3>straight.txt 4>b.pb.gz
		is "$(again b.pb.gz $options)" "$(cat straight.txt)" "what is read again is the same ($options)"
	}
done

cat >filter.txt <<'END'
!process 7 p
t1;main;out;in_[i];deep_[i];leaf 90
t1;main;out;in_[i];deep_[i] 5
t1;main;f;f;f;g 50
t1;main;rare;a 1
t2;main;rare;b;c 2
t2;idle_[k] 30
END
collapsed-to-pprof <filter.txt >filter.pprof
for options in --hide=^in\$ --hide=^deep\$ '--hide=in|leaf' --focus=^leaf\$ --ignore=idle --collapse-recursion \
	--min-percent=3 '--min-percent=40 --hide=deep'; do
	# shellcheck disable=SC2086 # a list of options
	"$render" $options --output=collapsed:3 --output=pprof:4 <filter.pprof 3>straight.txt 4>b.pb.gz
	is "$(again b.pb.gz)" "$(cat straight.txt)" "a filter changes both alike ($options)"
done
is "$(decode b.pb.gz | sed -n 's/.*\(+0x0\[.*\)/\1/p')" '+0x0[[less than 40%]]
+0x0[[less than 40%]]' "what is small stays with its labels"

cat >hostile.txt <<'END'
a</script>;b]]>;"'&< 1
\xe2\x80\xaertl;\xff\xfe\xc0\xaf;a\x3bb 2
nul;\x00 3
nul;a\x00b 4
nul;a\x00c 5
END
printf 'long;%s 6\n' "$(head -c 100000 /dev/zero | tr '\0' x)" >>hostile.txt
collapsed-to-pprof <hostile.txt |
	"$render" --output=collapsed:3 --output=pprof:4 3>straight.txt 4>hostile.pb.gz
again hostile.pb.gz >/dev/null
same_file again.txt straight.txt "hostile names are the same again"
like "$(decode hostile.pb.gz)" '^sample 4,.* \{comm=nul\} .*\[a\\000b\]$' "a NUL in a name stays"
like "$(decode hostile.pb.gz)" '^sample 2,.*\[\\357\\277\\275' "what is not UTF-8 is U+FFFD"

# ---- the file ----

ok "the file is gzip" gzip -t labels.pb.gz
"$render" --output=pprof:3 --output=pprof:4 <labels.pprof 3>second.pb.gz 4>third.pb.gz
ok "the same input gives the same bytes" cmp labels.pb.gz second.pb.gz
ok "and so does a second output" cmp labels.pb.gz third.pb.gz
yes old | head -n 100000 >old.pb.gz
"$render" --output=pprof:3 <labels.pprof 3<>old.pb.gz
ok "a longer old file is cut" cmp labels.pb.gz old.pb.gz
"$render" --output=pprof:3 </dev/null 3>empty.pb.gz
is "$(decode empty.pb.gz)" "type samples/count
type cpu/nanoseconds
period cpu/nanoseconds 0
time 0 0" "no samples are a message without samples"
collapsed-to-pprof <labels.txt | head -c 200 | "$render" --output=pprof:3 3>cut.pb.gz 2>/dev/null
like "$(decode cut.pb.gz)" '^comment incomplete the stream ends' "that the input is not whole is a fact"
status_is 1 "a full device fails" sh -c '"$0" --output=pprof:3 <labels.pprof 3>/dev/full' "$render"
like "$(cat err)" '^profile-bee: cannot write /dev/full \(pprof\): No space left on device$' "and is named"
done_testing
