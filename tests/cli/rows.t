#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Unwind tables say what libdw says: of system libraries, and of files compiled here.
. "${0%/*}/../lib/tap.sh"
: "${CC:=cc}"
oracle=$top_builddir/tests/lib/row-oracle
builder=$HELPERS/unwind-table-builder

# agrees FILE DESCRIPTION: every rule is the same, and there was something to compare.
agrees()
{
	timeout 120 "$oracle" "$1" >out 2>&1
	is "$?" 0 "$2: no mismatch" || diag "$(head -n 40 out)"
	like "$(tail -n 1 out)" ' ok rows [1-9][0-9]* compared [1-9]' "$2: rows were compared"
}

agrees "[vdso]" "vdso"
for file in /lib64/ld-linux-x86-64.so.2 /usr/bin/python3 /usr/bin/perl \
	"$(ldconfig -p 2>/dev/null | sed -n 's/.*libc\.so\.6 (libc6,x86-64.*=> //p' | head -n 1)" \
	"$(ldconfig -p 2>/dev/null | sed -n 's/.*libcrypto\.so\.3 (libc6,x86-64.*=> //p' | head -n 1)" \
	"$(ldconfig -p 2>/dev/null | sed -n 's/.*libstdc++\.so\.6 (libc6,x86-64.*=> //p' | head -n 1)" \
	"$(gcc -print-prog-name=cc1 2>/dev/null)"; do
	if [ -n "$file" ] && [ -r "$file" ]; then
		agrees "$file" "${file##*/}"
	else
		skip "a library or program of this list is not installed" 2
	fi
done

# ---- frames that compilers make only when they must ----

cat >frames.c <<'EOT'
#include <string.h>
#include <alloca.h>

void use(void *);
int leaf(int a) { return a + 1; }
void with_alloca(int n) { char *p = alloca(n); memset(p, 1, n); use(p); }
void aligned(int n) { char p[256] __attribute__((aligned(64))); memset(p, n, sizeof(p)); use(p); }
void aligned_alloca(int n)
{
	float p[64] __attribute__((aligned(32)));
	char *q = alloca(n);
	for (int i = 0; i < 64; i++)
		p[i] = n * i;
	use(p);
	use(q);
}
void vectors(float *a, float *b)
{
	float s[1024];
	for (int i = 0; i < 1024; i++)
		s[i] = a[i] * b[i];
	use(s);
}
void large(int n) { char p[1 << 20]; memset(p, n, sizeof(p)); use(p); }
void many(int a, int b, int c, int d, int e, int f, int g, int h)
{
	use(&a); use(&b); use(&c); use(&d); use(&e); use(&f); use(&g); use(&h);
}
EOT

# compile NAME OPTIONS...: frames.so by the compiler, named NAME.
compile()
{
	out=$1
	shift
	$CC -shared -fPIC -o "$out" frames.c -Wno-all "$@" 2>err || { diag "$(head -n 5 err)"; return 1; }
}

while read -r name options; do
	# shellcheck disable=SC2086 # a list of options
	if compile "$name.so" $options; then
		agrees "$PWD/$name.so" "$options"
	else
		skip "the compiler does not take $options" 2
	fi
done <<'EOT'
plain -O2
unoptimized -O0
framepointer -O2 -fno-omit-frame-pointer
avx -O3 -mavx
avx512 -O3 -mavx512f -mstackrealign
split -O2 -fstack-clash-protection
lazy -O2 -Wl,-z,lazy
now -O2 -Wl,-z,now
lld -O2 -fuse-ld=lld
nohdr -O2 -Wl,--no-eh-frame-hdr
debugframe -O2 -g -fno-asynchronous-unwind-tables -fno-exceptions
compressed -O2 -g -fno-asynchronous-unwind-tables -fno-exceptions -gz=zlib
compressedgnu -O2 -g -fno-asynchronous-unwind-tables -fno-exceptions -gz=zlib-gnu
EOT

# rule FILE FUNCTION: the rules of a function, in order, one a line.
rule()
{
	range=$(nm -S "$1" | awk -v name="$2" '$4 == name { print $1, $2; exit }')
	"$builder" --print "$1" | RANGE=$range perl -ne '
		BEGIN { ($s, $n) = map { hex } split / /, $ENV{RANGE} }
		my ($a, $b, $rule) = /^([0-9a-f]+)-([0-9a-f]+) (.*)/ or next;
		print "$rule\n" if hex($b) > $s && hex($a) < $s + $n;'
}

if command -v perl >/dev/null && command -v nm >/dev/null; then
	like "$(rule framepointer.so with_alloca)" '^cfa=rbp\+16 rbp=cfa-16 ra=cfa-8$' \
		"alloca: the frame is found by rbp"
	like "$(rule plain.so large)" '^cfa=rsp\+1048[0-9]* ' "a frame of a MiB"
	case $($CC --version) in
	*clang*) skip "this is gcc's way to align a stack" ;;
	*) [ ! -e avx.so ] || like "$(rule avx.so aligned_alloca)" '^cfa=(\*\(rbp|r10|rbp)' \
		"a realigned frame" ;;
	esac
else
	skip "perl or nm is not installed" 3
fi

# The same rows, whichever way they are found.
if [ -e nohdr.so ] && [ -e plain.so ]; then
	is "$("$builder" --print nohdr.so | cut -d ' ' -f 2- | sort -u)" \
		"$("$builder" --print plain.so | cut -d ' ' -f 2- | sort -u)" \
		"without .eh_frame_hdr the rules are the same"
	cp plain.so stripped.so
	# e_shoff, e_shnum, e_shstrndx
	if command -v perl >/dev/null; then
		perl -e 'open my $f, "+<", $ARGV[0] or die;
			seek $f, 0x28, 0; print $f pack "Q", 0;
			seek $f, 0x3c, 0; print $f pack "SS", 0, 0' stripped.so
		is "$("$builder" --print stripped.so | grep rbp=)" \
			"$("$builder" --print plain.so | grep rbp=)" \
			"without section headers the functions have the same rows"
	else
		skip "perl is not installed"
	fi
else
	skip "the compiler made no shared library" 2
fi
if [ -e lld.so ]; then
	like "$("$builder" --print lld.so)" 'cfa=rsp\+8 or rsp\+16 from (11|9) ' \
		"lld's linkage table has rows"
else
	skip "lld is not installed"
fi

# Code that a program starts with has no call frame information.
if [ -e plain.so ] && command -v readelf >/dev/null; then
	init=$(readelf -SW plain.so | sed -n 's/.* \.init *PROGBITS *0*\([0-9a-f]*\) .*/\1/p')
	rules=$("$builder" --print plain.so | sed -n "/^$init-/,\$p" | head -n 3 | cut -d ' ' -f 2)
	is "$(printf '%s' "$rules" | tr '\n' ' ')" "cfa=rsp+8 cfa=rsp+16 cfa=rsp+8" \
		"_init has rows"
	linker=$(readelf -lW /bin/sh | sed -n 's/.*interpreter: \(.*\)\]/\1/p')
	entry=$(readelf -hW "$linker" | sed -n 's/.*Entry point address: *0x//p')
	like "$("$builder" --print "$linker")" "^$entry-[0-9a-f]* stop$" \
		"the dynamic linker's first function is outermost"
	entry=$(readelf -hW /bin/sh | sed -n 's/.*Entry point address: *0x//p')
	end=$("$builder" --print /bin/sh | sed -n "s/^$entry-\([0-9a-f]*\) stop\$/\1/p")
	ok "of a program only _start is, not what follows it" test $((0x$end - 0x$entry)) -le 64
else
	skip "readelf or a shared library is missing" 3
fi
done_testing
