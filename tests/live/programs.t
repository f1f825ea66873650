#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The main job on real programs: exit status, names, accounts, a flame graph that is XML.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/results.sh"
need_bpf

# profile NAME COMMAND...: results are in x.svg, x.folded, x.json.
profile()
{
	name=$1
	shift
	rm -f x.svg x.folded x.json
	status_is 0 "$name: the run succeeds" \
		"$PB" -f 999 --svg x.svg -c x.folded --summary-json x.json -- "$@"
	accounts "$name"
	at_least "$(json x.json samples)" 100 "$name: samples"
	if command -v xmllint >/dev/null; then
		ok "$name: the flame graph is XML" xmllint --noout --nonet x.svg
	else
		skip "xmllint is not installed"
	fi
	at_most "$(permille x.folded '\[0x[0-9a-f]+\](;[^;]*_\[k\])*$')" 20 \
		"$name: of 1,000 samples, leaves of user code in no known mapping"
	at_most "$(permille x.folded '\[kernel\+0x[^;]*$')" 5 "$name: kernel leaves without a name"
	like "$(cat x.folded)" "(do_syscall_64|exc_page_fault|sysvec_apic_timer_interrupt)[^;]*_\[k\]" \
		"$name: functions of the kernel"
}

# has NAME REGEX: the share of samples, of 1,000, must be at least 1.
has()
{
	at_least "$(permille x.folded "$2")" "${3:-1}" "$1 (of 1,000 samples)"
}

awk 'BEGIN { for (i = 0; i < 250; i++)
	printf "int f%d(int a, int b) { int r = 0, t[16]; for (int i = 0; i < a; i++) { " \
		"t[i %% 16] = i * b; if (t[(i + 3) %% 16] > r) r += t[i & 7] ^ %d; " \
		"else r -= b / (i | 1); while (r > 1000) r /= 3; } " \
		"switch (r & 7) { case 0: return a; case 1: return b * a; case 3: r ^= 5; " \
		"case 4: r += a; default: return r + %d; } }\n", i, i * 7, i }' >big.c
{
	printf '#include <algorithm>\n#include <map>\n#include <string>\n#include <vector>\n'
	awk 'BEGIN { for (i = 0; i < 30; i++)
		printf "struct s%d { std::map<std::string, int> m; int f(int x) { for (auto &p : m) " \
			"x += p.second * %d; m[std::to_string(x)] = x; return x; } };\n" \
			"int g%d(std::vector<s%d> &v, int y) { for (auto &e : v) y += e.f(y); " \
			"return y; }\n", i, i, i, i }'
} >big.cc

# Debian's compilers have no symbols: their places count, those of libc and the kernel have names.
if command -v gcc >/dev/null; then
	profile gcc gcc -O2 -c big.c -o big.o
	has "gcc: code of cc1" '^cc1;.*(cc1\+0x|cc1plus)' 150
	has "gcc: a function of libc" '^cc1;.*;(_int_malloc|_int_free|malloc|cfree|free|__mem[a-z]+_avx[^;]*|__mem[^;]*)(;|$)'
else
	skip "gcc is not installed" 10
fi
if command -v g++ >/dev/null; then
	profile g++ g++ -O1 -c big.cc -o big.o
	has "g++: code of cc1plus" '^cc1plus;.*cc1plus\+0x' 150
	has "g++: page faults" '^cc1plus;.*asm_exc_page_fault_\[k\]'
else
	skip "g++ is not installed" 10
fi

if command -v perl >/dev/null; then
	# shellcheck disable=SC2016 # Perl's variables
	profile perl perl -e 'my %h; for (1 .. 1500000) { $x += length($_); $h{$_ % 999} .= "a" }'
	has "perl: its functions" '^perl;.*;Perl_[a-z0-9_]+(;|$)' 500
	at_most "$(permille x.folded '\[[^;]*\+0x[^;]*$')" 300 "perl: leaves without a name"
else
	skip "perl is not installed" 10
fi

# The system's own: a manager of versions may put another or a script first in PATH.
python=/usr/bin/python3
if [ -x $python ]; then
	profile python3 $python -c '
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
d = {}
for i in range(2000000): d[i % 1000] = str(i)
fib(24)'
	has "python3: the interpreter's loop" '^python3;.*_PyEval_EvalFrameDefault' 100
else
	skip "$python is not installed" 9
fi

if command -v openssl >/dev/null; then
	profile openssl openssl speed -seconds 1 -bytes 16384 sha256
	has "openssl: code of libcrypto" '^openssl;.*(libcrypto|sha256)' 800
else
	skip "openssl is not installed" 9
fi

# ---- the whole machine while something works ----
"$top_builddir/tests/workloads/frames" 20000 &
load=$!
rm -f x.*
status_is 0 "the machine: the run succeeds" \
	"$PB" -f 999 -t 2s --svg x.svg -c x.folded --summary-json x.json
kill $load
wait $load 2>/dev/null
accounts "the machine"
has "the machine: the program that works" '^frames;(.*;)?main;work;recurse;.*;spin(;|$)' 50
has "the machine: its system calls" '^frames;(.*;)?main;work;calls;.*do_syscall_64_\[k\]' 5
at_most "$(permille x.folded '\[kernel\+0x[^;]*$')" 5 "the machine: kernel leaves without a name"
unlike "$(cut -d ';' -f 1 x.folded)" '^(profile-bee|profile|symbolize|render)$' \
	"the machine: our own processes are left out"
if command -v xmllint >/dev/null; then
	ok "the machine: the flame graph is XML" xmllint --noout --nonet x.svg
else
	skip "xmllint is not installed"
fi
done_testing
