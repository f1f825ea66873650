#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Filters: what of a profile is shown, in every output alike.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/render.sh"

# filtered [OPTION...]: stdin's stacks as render writes them.
filtered()
{
	collapsed-to-pprof >in.pprof &&
		"$render" "$@" --status-fd=4 --output=collapsed:3 <in.pprof 3>out.txt 4>status.txt &&
		cat out.txt
}
stacks='main;alloc;malloc 10
main;io;read;sys_read_[k];copy_[k] 5
main;io;write;sys_write_[k] 3
worker;alloc;malloc 2
worker;idle 1'

# ---- which stacks ----

is "$(echo "$stacks" | filtered --focus=malloc)" "main;alloc;malloc 10
worker;alloc;malloc 2" "--focus: only stacks with such a frame"
is "$(grep -E '^(samples|left_out|filter) ' status.txt)" "filter --focus=malloc
left_out 9
samples 12" "what was left out is counted, and told with the options"
is "$(echo "$stacks" | filtered '--focus=^io$' '--focus=^idle$')" "main;io;read;sys_read_[k];copy_[k] 5
main;io;write;sys_write_[k] 3
worker;idle 1" "of several one is enough"
is "$(echo "$stacks" | filtered --ignore=alloc '--ignore=^write$')" "main;io;read;sys_read_[k];copy_[k] 5
worker;idle 1" "--ignore: no stack with such a frame"
is "$(echo "$stacks" | filtered --focus=io --ignore=write)" "main;io;read;sys_read_[k];copy_[k] 5" \
	"--ignore wins over --focus"
is "$(echo "$stacks" | filtered '--focus=^worker$')" "worker;alloc;malloc 2
worker;idle 1" "a thread's name is a frame"
is "$(echo "$stacks" | filtered --focus=nothing)" "" "nothing matches: nothing is shown"
is "$(grep -E '^(samples|left_out|stacks) ' status.txt)" "left_out 21
samples 0
stacks 0" "and all is counted as left out"

# ---- which frames ----

is "$(echo "$stacks" | filtered '--hide=^(io|alloc)$')" "main;malloc 10
main;read;sys_read_[k];copy_[k] 5
main;write;sys_write_[k] 3
worker;idle 1
worker;malloc 2" "--hide takes frames out and keeps the samples"
is "$(echo "$stacks" | filtered '--hide=^sys_' --focus=sys_)" "main;io;read;copy_[k] 5
main;io;write 3" "--focus sees what --hide takes out"
is "$(echo "$stacks" | filtered '--hide=.')" "[unknown] 21" "samples without a frame that is shown stay"

recursion='c;f;f;f;g;f;f 4
c;f;g;f 1
c;f;f_[i];h 2
f;f 8'
is "$(echo "$recursion" | filtered)" "c;f;f;f;g;f;f 4
c;f;f_[i];h 2
c;f;g;f 1
f;f 8" "recursion is shown as it is"
is "$(echo "$recursion" | filtered --collapse-recursion)" "c;f;g;f 5
c;f;h 2
f;f 8" "--collapse-recursion: a function that calls itself is one frame; a thread's name is none"
is "$(printf 'c;f;wrap;f;wrap;f 3\nc;f;f_[k] 1\n' | filtered --collapse-recursion --hide=wrap)" "c;f 3
c;f;f_[k] 1" "also when what is between was hidden; the kernel's f is another"

# ---- small ones ----

is "$(printf 'm;a 60\nm;b;x 30\nm;b;y 6\nm;c;x 2\nm;d 2\nn 0\n' | filtered --min-percent=5)" \
	"m;[less than 5%] 4
m;a 60
m;b;x 30
m;b;y 6" "--min-percent: what is small is one frame, and the total stays"
is "$(printf 'm;a 50\nm;b;x 3\nm;b;y 3\nm;b 44\n' | filtered --min-percent=5.5)" "m;a 50
m;b 44
m;b;[less than 5.5%] 6" "what is small under a function stays under it"
is "$(printf 'm;a 95\nm;b 5\n' | filtered --min-percent=5)" "m;a 95
m;b 5" "so much is not less"
is "$(printf 'm;a 95\nm;b 5\n' | filtered --min-percent=0)" "m;a 95
m;b 5" "0 is everything"
is "$(printf 'x;a 1000\nm;a 95\nm;b 5\n' | filtered --ignore='^x$' --min-percent=5)" "m;a 95
m;b 5" "percents are of what is left"
is "$(cut -d ' ' -f 1 status.txt | sort | uniq -d)" "" "each fact is told once"

# ---- expressions ----

is "$(printf 'c;operator new(unsigned long) 1\nc;std::map<int, A>::at 2\nc;A::at 4\n' |
	filtered '--focus=::at$' '--ignore=^std::')" "c;A::at 4" "C++"
is "$(printf 'c;Foo 1\nc;foo 2\nc;\\xc3\\x84b 4\n' | filtered '--focus=(?i)FOO|äB' )" "c;Foo 1
c;foo 2
c;Äb 4" "(?i) ignores case, beyond ASCII too"
is "$(printf 'c;bad\\xff\\xfename 1\nc;x 2\n' | filtered '--focus=name$')" \
	"c;bad$(printf '\357\277\275\357\277\275')name 1" "a name that is not UTF-8"
is "$(printf 'c;[cut: depth];a 1\nc;a 2\n' | filtered '--ignore=^\[cut')" "c;a 2" "incomplete stacks"
{ printf 'c;'; head -c 100000 /dev/zero | tr '\0' a; printf 'b 1\nc;ok 2\n'; } >long.txt
filtered '--focus=^(a+)+$|ok' <long.txt >got.txt 2>err
is "$(cat got.txt)" "c;ok 2" "an expression that explodes ends"
like "$(cat err)" '^profile-bee: warning: 1 comparisons of names .* given up' "and it is told"
{ head -c 100000 /dev/zero | tr '\0' '('; } >deep.txt
status_is 2 "an expression of 100,000 parentheses" "$render" --check --focus="$(cat deep.txt)"
printf '!comment filter --hide=old\n!comment left_out 7\nc;a 3\nc;b 4\n' | filtered --ignore='b$' >got.txt
is "$(grep -E '^(left_out|filter) ' status.txt)" "filter --hide=old --ignore=b\$
left_out 11" "filters of the input are remembered"

# ---- every output ----

echo "$stacks" | collapsed-to-pprof >in.pprof
"$render" --focus=malloc --output=svg:3 --output=table:4 <in.pprof 3>out.svg 4>out.tab
like "$(cat out.svg)" '>malloc \(10 samples, 83.33%\)<' "the picture"
like "$(cat out.tab)" ' 12 +samples in all$' "the table"

# ---- the front end ----

refused()
{
	status_is 2 "[$*] is a usage error" "$PB" --input missing.data "$@"
	is "$(grep -c '^profile-bee: ' err)" 1 "[$*]: one message"
}
refused --focus '('
like "$(cat err)" "^profile-bee: --focus '\(': not a regular expression: missing closing parenthesis at byte 1$" \
	"it says where and why"
refused --hide ''
like "$(cat err)" '^profile-bee: --hide: the value is empty$' "and which"
refused --ignore '*a'
refused --min-percent 101
like "$(cat err)" "^profile-bee: --min-percent '101': not a number from 0 to 100$" "limits"
refused --min-percent=-1
refused --min-percent=nan
refused --min-percent 1x
refused --focus '(' -o new.svg
is "$(find . -name new.svg)" "" "no output is created"
status_is 2 "a recording is not filtered" "$PB" --focus a -o x.perf.data --time 1
like "$(cat err)" '^profile-bee: --focus: there is no output here that it changes; recordings have all$' \
	"and says so"
done_testing
