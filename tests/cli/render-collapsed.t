#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# render: collapsed stacks, exact lines.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/render.sh"

# collapse [OPTION...]: stdin's stacks as render writes them.
collapse()
{
	collapsed-to-pprof >in.pprof && "$render" "$@" --output=collapsed:3 <in.pprof 3>out.txt &&
		cat out.txt
}

is "$(printf 'main;foo 10\nmain;foo.cold 5\nmain;foo;bar 3\n' | collapse)" \
	"main;foo 10
main;foo;bar 3
main;foo.cold 5" "stacks are ordered by frame list, not by bytes"

is "$(printf 'c;a;b 1\nc;a 2\n!flush\nc;a;b 4\nb;a 1\n' | collapse)" \
	"b;a 1
c;a 2
c;a;b 5" "equal stacks of several messages are one line"

is "$(printf 'c;u;i1_[i];i2_[i];sys_read_[k];vfs_[k] 1\nc;f_[j] 2\nc;vfs 3\n' | collapse)" \
	"c;f_[j] 2
c;u;i1_[i];i2_[i];sys_read_[k];vfs_[k] 1
c;vfs 3" "kernel, JIT and inlined frames are marked; inlined ones are inside their caller"

cat >names.txt <<'END'
a b;op new 1
a b;w 12 2
#x;#y 3
d;a\x3bb 4
d;\x0a\x09 5
d;\xff\xc3\xa9 6
END
is "$(collapse <names.txt)" \
	"_#x;_#y 3
a_b;op new 1
a_b;w_12 2
d;   5
d;a:b 4
d;$(printf '\357\277\275\303\251') 6" "names are made safe for the format's readers"

is "$(printf 'd;a:b 1\nd;a\\x3bb 2\nd;a\\x3bb;x 4\nd;a:b;x 8\n' | collapse)" \
	"d;a:b 3
d;a:b;x 12" "names that become equal are merged"

is "$(printf -- '- 5\nc 2\n' | collapse)" "[unknown] 5
c 2" "samples without any frame are not lost"

is "$(printf 'c;[cut: depth];a 5\n' | collapse)" "c;[cut: depth];a 5" \
	"frames of our own keep their text"

group='!process 42 my prog
!cpu 3
t1;a 1
!none
!process 0 swapper/3
!cpu 12
swapper/3;idle_[k] 2'
is "$(echo "$group" | collapse)" "swapper;idle_[k] 2
t1;a 1" "the idle tasks are one"
is "$(echo "$group" | collapse --group-by-cpu --group-by-process)" \
	"my_prog_(42);cpu_03;t1;a 1
swapper_(0);cpu_12;swapper;idle_[k] 2" "process, CPU, thread, code: in this order"

is "$({ echo '!probe uprobe:libc.so.6:malloc'; echo "$group"; } | collapse --group-by-cpu --group-by-process)" \
	"swapper_(0);cpu_12;swapper;idle_[k] 2
uprobe:libc.so.6:malloc;my_prog_(42);cpu_03;t1;a 1" "what was hit is outside of all"
is "$(printf '!probe a;b\nc;f 1\n!flush\n!none\n!probe a\\x3bb\nc;f 2\n!none\n!probe u:f(int) 7\nc;f 4\n' |
	collapse)" "a:b;c;f 3
u:f(int)_7;c;f 4" "names of probes are made safe, too"
is "$(printf '!hits\nc;f 1\n!flush\nc;f 2\n' | collapse)" "c;f 3" "hits are counted as samples are"

awk 'BEGIN { srand(1); for (i = 0; i < 3000; i++) { s = "t"; n = int(rand() * 12);
	for (j = 0; j < n; j++) s = s ";f" int(rand() * 40)
	print s, 1 + int(rand() * 9) } }' >random.txt
awk '{ n[$1] += $2 } END { for (s in n) print s, n[s] }' random.txt | sort >wanted.txt
collapse <random.txt | sort >got.txt
same_file got.txt wanted.txt "random stacks: the sums are those of awk"
sort -R random.txt | collapse >shuffled.txt
collapse <random.txt >straight.txt
same_file shuffled.txt straight.txt "the order of the input does not matter"
done_testing
