#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Probes in programs that were not made for it: interpreters, libraries, markers, stripped files.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/results.sh"
need_bpf
[ -x "$HELPERS/probe-list" ] || skip_all "probe-list is not built"

# ---- an interpreter that runs already ----

if [ -x /usr/bin/python3 ]; then
	cat >loop.py <<'END'
import json, time
print("ready", flush=True)
while True:
    json.loads(json.dumps({"a": list(range(50)), "b": "x" * 1000}))
    bytes(100000)
    time.sleep(0.001)
END
	/usr/bin/python3 loop.py >ready.txt &
	pid=$!
	while ! grep -q ready ready.txt; do sleep 0.1; done
	run "malloc of a running python3" --uprobe malloc --pid $pid --time 500
	ok "is hit" test "$(hits uprobe:libc.so.6:malloc)" -gt 50
	at_least "$(permille x.folded ';_start;__libc_start_main;.*;malloc$')" 990 "with all callers"
	unlike "$(cat x.folded)" "cut:" "no stack is cut"

	run "its return" --uprobe ret:malloc --pid $pid --time 500
	at_least "$(permille x.folded ';_start;__libc_start_main;')" 990 "is seen in the caller"
	unlike "$(cat x.folded)" ";malloc [0-9]+$" "and malloc itself is over"
	kill $pid
	wait $pid 2>/dev/null

	if "$PB" --list-probes 'usdt:python:import__find__load__start' -- /usr/bin/python3 >/dev/null 2>&1
	then
		run "a marker with a semaphore" -e usdt:python:import__find__load__start -- \
			/usr/bin/python3 -c 'import json, decimal'
		ok "the program sees that somebody looks" \
			test "$(hits usdt:python:import__find__load__start)" -ge 5
		at_least "$(permille x.folded ';_start;.*;Py_BytesMain;')" 900 "with whole stacks"
	else
		skip "python3 has no USDT markers"
	fi
else
	skip "/usr/bin/python3 is not installed"
fi

# ---- a library's exported function, in a server ----

if command -v openssl >/dev/null; then
	openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -keyout key.pem -out cert.pem \
		-days 2 2>/dev/null
	port=$((20000 + $$ % 10000))
	openssl s_server -quiet -accept "127.0.0.1:$port" -key key.pem -cert cert.pem -rev \
		>server.txt 2>&1 &
	server=$!
	sleep 1
	mkfifo lines
	openssl s_client -quiet -connect "127.0.0.1:$port" <lines >client.txt 2>/dev/null &
	client=$!
	exec 9>lines
	sleep 0.3
	{ sleep 0.7; for i in 1 2 3 4 5 6 7 8 9 10; do echo "line $i" >&9; sleep 0.05; done; } &
	run "SSL_write of a running program" --uprobe 'SSL_write*' --pid $client --time 1500
	hit=$(sed -n 's/.*{"name": "uprobe:libssl[^"]*:SSL_write[^"]*", "hits": \([0-9]*\),.*/\1/p' x.json |
		awk '{ n += $1 } END { print n + 0 }')
	ok "is hit" test "$hit" -ge 1
	at_least "$(permille x.folded ';__libc_start_main;')" 990 "with all callers"
	exec 9>&-
	kill $server $client 2>/dev/null
	wait
else
	skip "openssl is not installed"
fi

# ---- threads ----

if command -v perl >/dev/null; then
	run "pthread_* of a program" --uprobe 'pthread_*' -- perl -e 'print "x\n" for 1 .. 3'
	ok "its first calls are seen" test "$(sed -n 's/.*"samples": \([0-9]*\),/\1/p' x.json | head -n 1)" -ge 1
else
	skip "perl is not installed"
fi

# ---- C++ without symbols, but with a debug file ----

if command -v g++ >/dev/null && command -v objcopy >/dev/null; then
	cat >box.cc <<'END'
#include <vector>
namespace app {
template <class T> struct Box {
	std::vector<T> v;
	__attribute__((noinline)) void put(T x) { v.push_back(x); }
};
}
int main()
{
	app::Box<int> b;
	app::Box<double> c;
	for (int i = 0; i < 70; i++) {
		b.put(i);
		if (i % 7 == 0)
			c.put(i);
	}
	return b.v.size() + c.v.size() != 80;
}
END
	g++ -g -O1 -fomit-frame-pointer -o box box.cc && objcopy --only-keep-debug box box.debug &&
		strip box && objcopy --add-gnu-debuglink=box.debug box || bail "g++"
	run "a C++ method of a stripped program" --uprobe app::Box::put -- ./box
	is "$(total x.folded)" 80 "both instances, every call"
	is "$(cut -d';' -f1 x.folded | sort -u | wc -l)" 2 "and which is which"
	is "$(permille x.folded ';main;.*put')" 1000 "names and stacks"
else
	skip "g++ or objcopy is not installed"
fi

# ---- Rust ----

if command -v rustc >/dev/null; then
	cat >work.rs <<'END'
mod work {
    #[inline(never)]
    pub fn step(x: u64) -> u64 { std::hint::black_box(x) * 3 }
}
fn main() {
    let mut s = 0u64;
    for i in 0..123 { s = s.wrapping_add(work::step(i)); }
    println!("{}", s);
}
END
	rustc -g -O -o work work.rs 2>err || bail "rustc: $(cat err)"
	run "a Rust function" --uprobe work::step -- ./work
	is "$(total x.folded)" 123 "every call"
	is "$(permille x.folded ';_start;.*;work::main;work::work::step')" 1000 "names and stacks"
else
	skip "rustc is not installed"
fi

done_testing
