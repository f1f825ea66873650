#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Probes by the front end: every example of the documentation, with what it must find; exact counts.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/results.sh"
need_bpf
need_cmd gcc
need_cmd g++

[ -x "$HELPERS/probe-list" ] || skip_all "probe-list is not built"

# ---- programs to be probed ----

mkdir dir
cat >dir/main.c <<'END'
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
volatile long sink;
__attribute__((noinline)) long sql_run_query(long x) { return x + sink; }
__attribute__((noinline)) long sql_close(long x) { return x - sink; }
__attribute__((noinline)) static long kept(long x) { volatile char room[56]; room[x & 7] = 1; return sql_run_query(x) + room[x & 7]; }
__attribute__((noinline)) long outer(long x) { long r = kept(x) + 1; sink = r; return r; }

static inline __attribute__((always_inline)) long small(long x)
{
#line 32
	sink += x;
	return sink;
}

__attribute__((noinline)) static void work(long n)
{
	for (long i = 0; i < n; i++) {
		char *p = malloc(100 + i % 10);

#line 42
		sink += small(i);
		sink += outer(i) + sql_close(i) + p[0];
		free(p);
	}
}

static void *thread(void *n)
{
	work((long)n);
	return NULL;
}

int main(int argc, char **argv)
{
	long n = atol(argv[1]), threads = argc > 2 ? atol(argv[2]) : 1, forks = argc > 3 ? atol(argv[3]) : 0;
	pthread_t ids[16];
	char line[16];

	usleep(100000); /* beside busy CPUs its mappings are known a little later */
	if (n < 0) {
		puts("ready");
		fflush(stdout);
		for (;;) {
			work(100);
			usleep(1000);
		}
	}
	for (long i = 0; i < threads; i++)
		pthread_create(&ids[i], NULL, thread, (void *)n);
	for (long i = 0; i < threads; i++)
		pthread_join(ids[i], NULL);
	for (long i = 0; i < forks; i++)
		if (!fork()) {
			work(n);
			_exit(0);
		}
	while (wait(NULL) > 0)
		;
	return 0;
}
END
gcc -g -O2 -fomit-frame-pointer -fno-optimize-sibling-calls -pthread -o fixture dir/main.c ||
	bail "gcc"
cat >vector.cc <<'END'
#include <unistd.h>
#include <cstdio>
#include <string>
#include <vector>
int main()
{
	puts("ready");
	fflush(stdout);
	for (;;) {
		std::vector<int> v;
		std::vector<std::string> w;
		for (int i = 0; i < 10; i++) {
			v.push_back(i);
			w.push_back("x");
		}
		usleep(1000);
	}
}
END
g++ -g -O0 -o vector vector.cc || bail "g++"

start()
{
	"$@" >ready.txt &
	pid=$!
	while ! grep -q ready ready.txt; do sleep 0.1; done
}

stop()
{
	kill "$pid"
	wait "$pid" 2>/dev/null
}

# ---- exact counts ----

run "a command, one thread" --uprobe ./fixture:sql_run_query -- ./fixture 1000
is "$(hits uprobe:fixture:sql_run_query)" 1000 "1000 calls are 1000 hits"
is "$(total x.folded)" 1000 "and 1000 samples"
like "$(cat x.folded)" "^fixture;.*;work;outer;kept;sql_run_query [0-9]+$" \
	"the stack goes through functions without frame pointers"
unlike "$(cat x.folded)" "cut:" "every stack is whole"

run "by bare name, found in the command" --uprobe sql_run_query -- ./fixture 10
is "$(hits uprobe:fixture:sql_run_query)" 10 "10 hits"

run "four threads" --uprobe sql_run_query -- ./fixture 5000 4
is "$(hits uprobe:fixture:sql_run_query)" 20000 "20000 hits"

run "children" --uprobe sql_run_query -- ./fixture 500 1 3
is "$(hits uprobe:fixture:sql_run_query)" 2000 "2000 hits, the children's too"

run "as fast as it goes" --uprobe sql_run_query -- ./fixture 200000 2
is "$(hits uprobe:fixture:sql_run_query)" 400000 "400000 hits"

run "several probes" --uprobe sql_run_query --uprobe ret:outer --uprobe 'main.c:42' -- ./fixture 300
is "$(hits uprobe:fixture:sql_run_query)" 300 "hits of the first"
is "$(hits uretprobe:fixture:outer)" 300 "of the return"
is "$(hits 'uprobe:fixture:main.c:42')" 300 "of the line"
is "$(cut -d';' -f1 x.folded | sort -u | tr '\n' ' ')" \
	"uprobe:fixture:main.c:42 uprobe:fixture:sql_run_query uretprobe:fixture:outer " \
	"each probe is a root"
like "$(grep ^uretprobe x.folded)" "^uretprobe:fixture:outer;fixture;.*;work [0-9]+$" \
	"a return is seen in the caller"

run "without roots" --no-probe-roots --uprobe sql_run_query --uprobe sql_close -- ./fixture 100
is "$(cut -d';' -f1 x.folded | sort -u)" fixture "--no-probe-roots"

awk 'BEGIN {
	for (i = 0; i < 400; i++)
		print "__attribute__((noinline, noclone)) void many_" i "(void) { __asm__ volatile(\"nop\"); }"
	print "int main(void) {"
	for (i = 0; i < 400; i++)
		print "many_" i "();"
	print "}"
}' >many.c
gcc -O1 -o many many.c || bail "gcc"
run "more probes than a helper reports facts" --uprobe 'many_*' -- ./many
is "$(total x.folded)" 400 "each of 400 functions is hit once"

run "an inlined line" --uprobe main.c:32 -- ./fixture 100
is "$(hits uprobe:fixture:main.c:32)" 100 "its copy is hit"
run "with a folder" --uprobe dir/main.c:42 -- ./fixture 100
is "$(total x.folded)" 100 "dir/main.c:42"
status_is 1 "a file that is only the end of another's name" "$PB" --uprobe ain.c:42 -- ./fixture 1
status_is 1 "another folder" "$PB" --uprobe rid/main.c:42 -- ./fixture 1

# ---- the documentation's examples ----

start ./fixture -1
run "--uprobe malloc --time 1000 --svg" --uprobe malloc --time 1000 --svg m.svg
ok "its SVG is one" grep -q '</svg>' m.svg
like "$(cat x.folded)" "fixture;.*;work;.*malloc [0-9]+$" "malloc of a running program, with callers"

run "--uprobe malloc --uprobe 'ret:free'" --uprobe malloc --uprobe ret:free --time 500
ok "malloc is hit" test "$(hits 'uprobe:libc.so.6:malloc')" -gt 0
ok "the return of free is hit" test "$(hits 'uretprobe:libc.so.6:free')" -gt 0

run "--uprobe '/^sql_.*query/' --pid" --uprobe '/^sql_.*query/' --pid "$pid" --time 500
ok "the expression's function is hit" test "$(hits uprobe:fixture:sql_run_query)" -gt 0
is "$(grep -c '"hits"' x.json)" 1 "and only that one"

run "--uprobe main.c:42 --pid" --uprobe main.c:42 --pid "$pid" --time 500
ok "the line is hit" test "$(hits uprobe:fixture:main.c:42)" -gt 0

for spec in libc:malloc /usr/lib/libc.so.6:malloc; do
	run "--uprobe $spec" --uprobe "$spec" --time 300
	ok "$spec is hit" test "$(hits uprobe:libc.so.6:malloc)" -gt 0
done
run "--uprobe ret:malloc" --uprobe ret:malloc --time 300
ok "ret:malloc is hit" test "$(hits uretprobe:libc.so.6:malloc)" -gt 0
like "$(cat x.folded)" "fixture;.*;work [0-9]+$" "and seen in its caller"

run "--uprobe malloc --uprobe-pid" --uprobe malloc --uprobe-pid "$pid" --time 300
is "$(cut -d';' -f1 x.folded | sort -u)" fixture "in this process only"

status_is 1 "malloc+OFFSET where no instruction begins" "$PB" --uprobe sql_run_query+1 --pid "$pid" \
	--time 100
like "$(cat err)" "instruction" "is refused with the reason"

status_is 0 "--list-probes 'pthread_*' --pid" "$PB" --list-probes 'pthread_*' --pid "$pid"
like "$(cat out)" "^/.*libc.so.6:$" "names the file"
like "$(cat out)" "^  pthread_create .*0x[0-9a-f]{8}  \\([0-9]+ bytes\\)" "names, offsets, sizes"
like "$(cat out)" "^Total: [0-9]+ matches across 1 library$" "and the total"
stop

run "--uprobe 'pthread_*'" --uprobe 'pthread_*' -- ./fixture 10 4
is "$(hits uprobe:libc.so.6:pthread_create)" 4 "pthread_create is hit"

start ./vector
run "--uprobe std::vector::push_back --pid" --uprobe std::vector::push_back --pid "$pid" --time 500
ok "more than one instance is there" test "$(grep -c '"hits": [1-9]' x.json)" -ge 2
like "$(cat x.folded)" "^uprobe:vector:std::vector<[^;]*push_back[^;]*;vector;.*main;" "with callers"
stop

if [ -d /sys/kernel/tracing/events/tcp/tcp_probe ] && command -v python3 >/dev/null; then
	python3 - <<'END' &
import socket, time
s = socket.create_server(("127.0.0.1", 0))
c = socket.create_connection(s.getsockname())
d, _ = s.accept()
end = time.time() + 20
while time.time() < end:
    c.send(b"x" * 1000)
    d.recv(1000)
    time.sleep(0.001)
END
	pid=$!
	sleep 0.5
	run "--tracepoint tcp:tcp_probe --time 200 --svg" --tracepoint tcp:tcp_probe --time 200 --svg t.svg
	ok "the tracepoint is hit" test "$(hits tracepoint:tcp:tcp_probe)" -gt 0
	stop
else
	skip "the tracepoint tcp:tcp_probe is not there"
fi

if [ -e /sys/bus/event_source/devices/kprobe/type ]; then
	run "--kprobe vfs_write --time 200 --svg" --kprobe vfs_write --time 200 --svg k.svg
	ok "the SVG is one" grep -q '</svg>' k.svg
else
	"$PB" --kprobe vfs_write --time 200 --svg k.svg >out 2>err
	like "$?" "^[13]$" "--kprobe on a kernel without kprobes fails"
	like "$(cat err)" "^profile-bee: cannot attach a probe to vfs_write: " "and says why"
	is "$(grep -c ^profile-bee: err)" 1 "in one message"
fi

# ---- lists ----

status_is 0 "--list-probes, nothing attached" "$PB" --list-probes malloc
like "$(cat out)" "libc.so.6:" "malloc is found in libc"
status_is 1 "no match" "$PB" --list-probes mallloc
like "$(cat err)" "malloc" "a near name is suggested"
status_is 0 "--porcelain" "$PB" --list-probes libc:malloc --porcelain
like "$(cat out)" "^probe	0	uprobe	0	[0-9]+	[0-9]+	0			/.*/libc.so.6	malloc	malloc	$" \
	"the helper's lines"
like "$(tail -n 1 out)" "^end	1$" "and their end"
status_is 0 "tracepoints" "$PB" --list-probes 'tracepoint:sched:sched_sw*'
like "$(cat out)" "sched_switch" "are listed"
status_is 0 "functions of the kernel" "$PB" --list-probes 'kprobe:vfs_writ*'
like "$(cat out)" "vfs_write" "are listed"
status_is 0 "USDT markers" "$PB" --list-probes 'usdt:libstdcxx:*'
like "$(cat out)" "libstdcxx:throw" "are listed"

# ---- nothing stays ----

./fixture -1 >ready.txt &
pid=$!
while ! grep -q ready ready.txt; do sleep 0.1; done
"$PB" -q -c x.folded --uprobe malloc --pid "$pid" --time 30s 2>err &
bee=$!
sleep 2
profile=$(pgrep -P "$bee" -x profile)
kill -9 "$profile" "$bee"
wait "$bee" 2>/dev/null
sleep 0.5
is "$(bpftool link 2>/dev/null | grep -c uprobe)" 0 "no link is left after kill -9"
kill -0 "$pid"
is $? 0 "the program goes on"
stop

done_testing
