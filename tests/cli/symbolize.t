#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# symbolize on recordings of perf: names, shares, damaged and foreign input.
. "${0%/*}/../lib/tap.sh"

[ -x "$HELPERS/symbolize" ] || skip_all "symbolize was not built"

status_is 2 "an unknown option is a usage error" "$HELPERS/symbolize" --no-such-option
status_is 2 "a bad descriptor is a usage error" "$HELPERS/symbolize" --status-fd=x
status_is 2 "a bad group is a usage error" "$HELPERS/symbolize" --group=core
echo "no perf.data at all, but some text" >text
status_is 1 "text is refused" sh -c '"$0" <text' "$HELPERS/symbolize"
like "$(cat err)" "^profile-bee: the input is not perf.data" "it says what the input is not"
status_is 1 "empty input is refused" sh -c '"$0" </dev/null' "$HELPERS/symbolize"
is "$(wc -l <err)" 1 "one line says why"

# ---- hits of probes ----

# probes HOW [NAME]: what write-probes writes, symbolized into "pb", its stacks in "stacks"
probes()
{
	"$top_builddir/tests/lib/write-probes" "$@" >probes.data &&
		"$HELPERS/symbolize" <probes.data >pb 2>err &&
		"$HELPERS/render" --output=collapsed:1 --status-fd=3 <pb >stacks 2>/dev/null 3>status
}

ok "the stream of a run of probes is read" probes named
is "$(cat stacks)" "probe:two;reader;do_it_[k];vfs_read_[k] 2
reader;do_it_[k];vfs_read_[k] 1
uprobe:libc.so.6:malloc;reader;do_it_[k];vfs_read_[k] 6" \
	"each hit is under the first name of its probe, if it has one"
like "$(cat status)" '^probes 3$' "the number of probes is a fact"
unlike "$(cat status)" '^probe\.[012] ' "their names are none"
ok "a saved one is read by the front end" "$PB" --input probes.data -c folded
same_file folded stacks "with the same stacks"
ok "probes need no names" probes plain
is "$(cat stacks)" "reader;do_it_[k];vfs_read_[k] 9" "then there is no frame for them"
probes named "$(printf 'a\033[31m\377 b 1')"
is "$(head -n 1 stacks)" "$(printf 'a_[31m\357\277\275_b_1;reader;do_it_[k];vfs_read_[k] 2')" \
	"a hostile name is made safe as others are"
ok "what is said too late" probes late
is "$(cat stacks)" "reader;do_it_[k];vfs_read_[k] 9" "does not change what is counted"
if command -v protoc >/dev/null 2>&1; then
	probes named
	tail -c +3 pb | protoc -I "$top_srcdir/src/lib" --decode=perftools.profiles.Profile profile.proto >text
	is "$(tr -d ' \n' <text | grep -o 'string_table:"[a-z]*"' | grep -cE '"(hits|probe)"')" 2 \
		"their messages have the types hits and probe"
	is "$(grep -c '^  value: ' text) $(grep -c '^  value: 9$' text) $(grep -c '^sample_type' text)" \
		"3 0 1" "and one value for each sample"
	like "$(cat text)" '^period: 1$' "the period is one hit"
else
	skip "protoc is not installed" 3
fi

cat >spin.c <<'X'
double __attribute__((noinline)) hot_function(int n)
{
	volatile double r = 0;

	for (int i = 0; i < n; i++)
		r += i * 1.5;
	return r;
}

int main(void)
{
	return (int)hot_function(60000000) == 1;
}
X
command -v perf >/dev/null || { diag "no perf: the rest is skipped"; done_testing; exit 0; }
command -v gcc >/dev/null || { diag "no gcc: the rest is skipped"; done_testing; exit 0; }

# render_of FILE: collapsed stacks of a recording, into "stacks"
render_of()
{
	"$HELPERS/symbolize" <"$1" >pb 2>err && "$HELPERS/render" --output=collapsed:1 <pb >stacks 2>/dev/null
}

# share: the percentage of samples whose leaf (kernel frames aside) is hot_function
share()
{
	awk '{ n = $NF; t += n; if ($0 ~ /;hot_function(;[^;]*_\[k\])* [0-9]+$/) h += n }
		END { printf "%d", t ? 100 * h / t : 0 }' stacks
}

# check_kind NAME GCC-OPTION...
check_kind()
{
	kind=$1
	shift
	if ! gcc -O1 -fno-omit-frame-pointer -o "spin-$kind" spin.c "$@" 2>/dev/null; then
		diag "no $kind executables here"
		return
	fi
	if ! perf record -q -B -N -g -F 999 -e cpu-clock -o "$kind.data" -- "./spin-$kind" >/dev/null 2>&1; then
		diag "perf cannot record here"
		return
	fi
	ok "$kind: a recording is read" render_of "$kind.data"
	[ "$(share)" -ge 80 ] || diag "$(head -5 stacks)"
	ok "$kind: most samples are in hot_function" [ "$(share)" -ge 80 ]
	like "$(cat stacks)" "^spin-$kind;(.*;)?main;hot_function" "$kind: main calls hot_function"
}

check_kind pie
check_kind no-pie -no-pie
check_kind static -static
check_kind static-pie -static-pie
check_kind lld -fuse-ld=lld

if [ -f pie.data ]; then
	if perf record -q -B -N -g -F 999 -e cpu-clock -o - -- ./spin-pie >pipe.data 2>/dev/null; then
		ok "a stream of perf in pipe mode is read" render_of pipe.data
		like "$(cat stacks)" ";hot_function" "pipe mode: hot_function has its name"
	fi

	# In its last record: perf may write most of the samples at the end.
	head -c "$(($(wc -c <pipe.data) - 3))" pipe.data >cut.data
	status_is 0 "a stream that is cut short succeeds" \
		sh -c '"$0" <cut.data >cut.pb' "$HELPERS/symbolize"
	like "$(cat err)" "cut short at byte [0-9]+|damaged at byte [0-9]+" "the warning tells where"
	ok "what was read before the cut is there" grep -q incomplete cut.pb
	ok "and its names" grep -q hot_function cut.pb

	# The same path, another file: names would be wrong.
	cp spin-no-pie spin-pie.new && mv spin-pie.new spin-pie
	ok "a recording of a replaced file is read" render_of pie.data
	unlike "$(cat stacks)" "hot_function" "a replaced file gives no names"
	like "$(cat stacks)" "\[spin-pie\+0x[0-9a-f]+\]" "but addresses in it"
	is "$(grep -c 'cannot read .*spin-pie' err)" 1 "the reason is told once"

	rm -f spin-pie
	mkfifo spin-pie
	ok "a FIFO in its place does not block" timeout 20 sh -c '"$0" <pie.data >pb 2>err' "$HELPERS/symbolize"
	like "$(cat err)" "spin-pie: not a regular file" "it is called what it is"
	# Handed over, a file needs no name any more: a program may remove itself.
	gcc -O1 -fno-omit-frame-pointer -o spin-gone spin.c
	perf record -q -B -N -g -F 999 -e cpu-clock -o gone.data -- ./spin-gone >/dev/null 2>&1
	exec 7<spin-gone
	rm spin-gone
	"$HELPERS/symbolize" --file-fd=7 <gone.data 2>err >pb
	"$HELPERS/render" --output=collapsed:1 <pb >stacks 2>/dev/null
	like "$(cat stacks)" ";main;hot_function" "a removed file that was handed over has names"
	is "$(cat err)" "" "and nothing is amiss"
	exec 7<&-

	rm -f spin-pie
	ok "a missing file is no failure" render_of pie.data
	like "$(cat err)" "spin-pie: No such file" "the reason is told"
fi

# ---- several events ----

# trace FILE EVENT...: record the events of a program that writes twice and forks once
trace()
{
	file=$1
	shift
	for event; do
		set -- "$@" -e "$event"
		shift
	done
	perf record -q -B -N -g "$@" -o "$file" -- \
		sh -c 'echo a; echo b; (:); :' >/dev/null 2>&1
}

write=syscalls:sys_enter_write fork=sched:sched_process_fork
if trace hits.data $write $fork; then
	ok "a recording of two tracepoints is read" render_of hits.data
	like "$(cat stacks)" "^$write;sh;" "one has its name above its samples"
	like "$(cat stacks)" "^$fork;sh;" "and so has the other"
	is "$(awk -v w="^$write;" '$0 ~ w { n += $NF } END { print n }' stacks)" 2 "every hit counts"
	"$HELPERS/render" --output=table:1 <pb >table
	like "$(cat table)" "^ 100.00% +[0-9]+ +hits in all$" "they are hits"
	trace mixed.data $write cpu-clock && render_of mixed.data
	like "$(cat stacks)" "^$write;sh;" "beside another event a tracepoint has its name, too"
	"$HELPERS/render" --output=table:1 <pb >table
	like "$(cat table)" "^ 100.00% +[0-9]+ +samples in all$" "but then all are samples"
	trace one.data $write && render_of one.data
	is "$(awk '{ sub(/;.*/, ""); print }' stacks | sort -u)" sh "a single event needs no name"
	perf record -q -B -N -g -e $write -e $fork -o - -- sh -c 'echo a; (:); :' 2>/dev/null |
		"$HELPERS/symbolize" 2>/dev/null | "$HELPERS/render" --output=collapsed:1 >stacks
	like "$(cat stacks)" "^$fork;sh;" "in pipe mode there are names as well"
else
	skip "perf cannot record tracepoints here" 9
fi

done_testing
