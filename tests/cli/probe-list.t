#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# probe-list on files made for it: which places it finds, what it refuses and in which words.
. "${0%/*}/../lib/tap.sh"
need_cmd readelf nm strip objcopy objdump awk perl
: "${CC:=cc}"
probe_list=$HELPERS/probe-list
tab=$(printf '\t')

# find_probes ARGUMENT...: the lines go to `out`, what can be attached to `places`.
find_probes()
{
	"$probe_list" "$@" >out 2>err
	tap_status=$?
	awk -F '\t' '$1 == "probe" && $13 == ""' out >places
	return $tap_status
}

# finds N DESCRIPTION ARGUMENT...: so many places can be attached, and the exit status says so.
finds()
{
	finds_wanted=$1
	finds_what=$2
	shift 2
	find_probes "$@"
	is "$? $(wc -l <places)" "0 $finds_wanted" "$finds_what" || diag "$(cat out err)"
}

# refuses REGEX DESCRIPTION ARGUMENT...: one error line that matches, status 1.
refuses()
{
	refuses_regex=$1
	refuses_what=$2
	shift 2
	find_probes "$@"
	is "$? $(grep -c "^error$tab" out) $(tail -n 1 out | cut -f 1)" "1 1 end" "$refuses_what: one error line"
	like "$(grep "^error$tab" out)" "$refuses_regex" "$refuses_what: in these words"
}

# names: the symbols of the places; offsets: their offsets.
names()
{
	cut -f 11 places | LC_ALL=C sort | paste -s -d ' '
}
offsets()
{
	cut -f 5 places | sort -n | paste -s -d ' '
}

# offset_of FILE SYMBOL: by readelf, in a file whose code is where its addresses say, less the
# segment's distance.
offset_of()
{
	perl -e '
		my ($file, $symbol) = @ARGV;
		my (@load, @at);
		for (`LC_ALL=C readelf -lW $file`) {
			push @load, [map { hex } $1, $2, $3] if
				/^\s*LOAD\s+(0x\S+)\s+(0x\S+)\s+\S+\s+(0x\S+)\s+\S+\s+R.E/;
		}
		for (`LC_ALL=C nm $file`) {
			push @at, hex $1 if /^(\S+) [tTwWi] \Q$symbol\E$/;
		}
		my @offsets;
		for my $a (@at) {
			for (@load) {
				push @offsets, $a - $_->[1] + $_->[0] if $a >= $_->[1] && $a < $_->[1] + $_->[2];
			}
		}
		print join " ", sort { $a <=> $b } @offsets;
	' "$1" "$2"
}

# ---- usage ----

status_is 2 "no specification is a usage error" "$probe_list"
status_is 2 "an unknown option is a usage error" "$probe_list" --nonsense uprobe:x
status_is 2 "a bad list of processes is a usage error" "$probe_list" --pid=x uprobe:x
status_is 2 "a relative command is a usage error" "$probe_list" --command=ls uprobe:x

for spec in uprobe: uprobe:: uprobe:ret: uprobe:foo+ uprobe:// 'uprobe:/[/' uprobe:libc: usdt: \
	tracepoint:sched: kprobe: nonsense; do
	refuses . "$spec" "$spec"
done
refuses 'aaa\.\.\.' "a name of 10 KB" "uprobe:libc:$(head -c 10240 /dev/zero | tr '\0' a)"

# ---- symbols ----

cat >one.c <<'END'
#include <unistd.h>
int calls;
static __attribute__((noinline)) void twin(void) { calls += 1; }
__attribute__((noinline)) void one_twin(void) { twin(); calls++; }
__attribute__((noinline)) void target(int n)
{
	for (int i = 0; i < n; i++)
		calls += getppid();
}
void aliased(void) __attribute__((alias("target")));
void two_twin(void);
int data_symbol = 1;
extern void undefined_function(void) __attribute__((weak));
static int chosen(void) { return 2; }
static int (*choose(void))(void) { return chosen; }
int indirect(void) __attribute__((ifunc("choose")));
int main(int argc, char **argv)
{
	one_twin();
	two_twin();
	target(argc);
	if (undefined_function)
		undefined_function();
	while (argc > 1 && argv[1][0] == 'w')
		pause();
	return indirect() - 2;
}
END
cat >two.c <<'END'
extern int calls;
static __attribute__((noinline)) void twin(void) { calls += 2; }
void two_twin(void) { twin(); calls++; }
END
ok "a program is compiled" $CC -g -O1 -o prog one.c two.c

finds 1 "an exact name" uprobe:./prog:target
is "$(offsets)" "$(offset_of prog target)" "its offset is that in the file"
is "$(cut -f 10 places)" "$(realpath prog)" "its file is a real path"
is "$(cut -f 2-4,6-8,12 places)" "0${tab}uprobe${tab}0${tab}$(nm -S prog | awk '$4 == "target" { print $2 }' |
	perl -ne 'print hex')${tab}0${tab}${tab}target" "number, kind, size, semaphore and name"
finds 1 "ret:" uprobe:ret:./prog:target
is "$(cut -f 4 places)" 1 "ret: is told"
finds 2 "two static functions of one name" uprobe:./prog:twin
is "$(offsets)" "$(offset_of prog twin)" "both have their own offset"
finds 1 "an alias is found by its name" uprobe:./prog:aliased
is "$(cut -f 12 places)" aliased "and shown under it"
find_probes uprobe:./prog:target uprobe:./prog:aliased
is "$? $(wc -l <places) $(grep -c "^note${tab}1" out)" "0 1 1" \
	"one address has one probe, however many names were given"
finds 1 "aliases that match a pattern are one" 'uprobe:./prog:/^(target|aliased)$/'
refuses 'no function .data_symbol' "data is no function" uprobe:./prog:data_symbol
refuses 'no function .undefined_function' "what is undefined is no function" uprobe:./prog:undefined_function
refuses 'near names: .*target' "near names" uprobe:./prog:tragte
refuses 'resolver' "an indirect function" uprobe:./prog:indirect
find_probes --list 'uprobe:./prog:*ndirec*'
is "$(grep -c 'resolver' out)" 2 "--list has what cannot be attached, with the reason"
finds 4 "a pattern" 'uprobe:./prog:*twin'
finds 1 "a set in a pattern" 'uprobe:./prog:[st]w*_twin'
finds 4 "a regular expression is searched for" 'uprobe:./prog:/twin/'
finds 2 "and may be anchored" 'uprobe:./prog:/^twin$/'

# ---- offsets ----

start=$(offset_of prog target)
# The distance of the second instruction, and of the second byte of the first one that has several.
objdump -d --no-show-raw-insn prog | perl -ne '
	if (/<target>:$/) { $on = 1; next }
	last if $on && /^$/;
	push @at, hex $1 if $on && /^\s*([0-9a-f]+):/;
	END {
		my ($long) = grep { $at[$_ + 1] - $at[$_] > 1 } 0 .. $#at - 1;
		print $at[1] - $at[0], " ", $at[$long] + 1 - $at[0];
	}' >distances
read -r length inside <distances
finds 1 "an offset where an instruction begins" "uprobe:./prog:target+$length"
is "$(offsets)" "$((start + length))" "it is added"
finds 1 "an offset in hexadecimal" "uprobe:./prog:target+0x$(printf %x "$length")"
refuses 'it has only [0-9]+ bytes' "an offset beyond the function" uprobe:./prog:target+99999999999
refuses 'too large' "an offset beyond all numbers" uprobe:./prog:target+99999999999999999999
refuses 'the nearest begin at target\+0x[0-9a-f]+ and target\+0x' "an offset within an instruction" \
	"uprobe:./prog:target+$inside"

# ---- lines ----

cat >lines.c <<'END'
#include <unistd.h>
static inline __attribute__((always_inline)) int inlined(int x)
{
	int y = x * 3 + getpid();

	for (int i = 0; i < x; i++)
		y ^= getppid();
	return y;
}
int first_caller(int x)
{
	return inlined(x) + 1;
}
int second_caller(int x)
{
	int r = inlined(x);

	return inlined(r);
}
int main(int argc, char **argv)
{
	(void)argv;
	return first_caller(argc) + second_caller(argc) == 0;
}
END
mkdir -p dir other
cp lines.c dir/lines.c
echo 'int unused_elsewhere(void) { return 1; }' >other/xlines.c
ok "a program with inlined code" $CC -g -O2 -fno-ipa-icf -o inline dir/lines.c other/xlines.c
ok "the same, not optimized" $CC -g -O0 -o plain dir/lines.c
for program in inline plain; do
	finds 3 "$program: a line in three inlined copies" uprobe:./$program:lines.c:4
	finds 3 "$program: a loop's head counts once a copy" uprobe:./$program:lines.c:6
	finds 3 "$program: its body" uprobe:./$program:lines.c:7
	find_probes uprobe:./$program:lines.c:7
	for symbol in inlined first_caller second_caller; do
		start=$(offset_of $program $symbol)
		unlike "$(cut -f 5 places)" "^${start:-none}$" "$program: not at the start of $symbol"
	done
	is "$(cut -f 12 places | sort -u)" lines.c:7 "$program: shown as it was asked for"
done
is "$(find_probes uprobe:./inline:lines.c:7; names)" "first_caller second_caller second_caller" \
	"the functions that have the code"
finds 3 "a folder before the file" uprobe:./inline:dir/lines.c:7
finds 3 "the whole path" "uprobe:./inline:$PWD/dir/lines.c:7"
finds 3 "a column" uprobe:./inline:lines.c:6:2
refuses 'nearest lines with code are 4 and [67]' "a line without code" uprobe:./inline:lines.c:5
refuses 'names a source file .ines\.c' "the end of a file's name is not its name" uprobe:./inline:ines.c:7
refuses 'names a source file .dur/lines' "nor is another folder" uprobe:./inline:dur/lines.c:7
refuses 'no code begins at line 7, column 77' "a column without code" uprobe:./inline:lines.c:7:77

# ---- separate debug files ----

cp inline stripped
objcopy --only-keep-debug stripped stripped.debug
strip stripped
objcopy --add-gnu-debuglink=stripped.debug stripped
finds 3 "lines of a stripped program with a debug file beside it" uprobe:./stripped:lines.c:7
is "$(offsets)" "$(find_probes uprobe:./inline:lines.c:7; offsets)" "at the same offsets"
finds 1 "functions, too" uprobe:./stripped:second_caller
is "$(offsets)" "$(offset_of inline second_caller)" "at the same offset"
rm stripped.debug
refuses 'no function .second_caller.*debug symbols' "without it they have no names" \
	uprobe:./stripped:second_caller
refuses 'no debug information' "and no lines" uprobe:./stripped:lines.c:7

# ---- versions ----

cat >versions.c <<'END'
int old_one(void) { return 1; }
int new_one(void) { return 2; }
__asm__(".symver old_one,versioned@V_1");
__asm__(".symver new_one,versioned@@V_2");
END
printf 'V_1 { global: versioned; local: *; };\nV_2 { global: versioned; } V_1;\n' >versions.map
if $CC -g -O1 -shared -fPIC -Wl,--version-script=versions.map -o libversions.so versions.c 2>versions.err; then
	strip libversions.so
	finds 2 "all versions of a symbol" uprobe:./libversions.so:versioned
	is "$(cut -f 12 places | LC_ALL=C sort | paste -s -d ' ')" "versioned versioned@V_1" \
		"the older one is shown with its version"
	finds 1 "the version that is asked for" uprobe:./libversions.so:versioned@V_1
	is "$(cut -f 12 places)" "versioned@V_1" "and shown"
	refuses . "a version that is not there" uprobe:./libversions.so:versioned@V_3
else
	skip "the compiler makes no versions: $(head -n 1 versions.err)" 5
fi

# ---- clones ----

cat >clones.s <<'END'
	.text
	.globl whole
	.type whole, @function
whole:	nop
	ret
	.size whole, .-whole
	.type whole.part.0, @function
whole.part.0: nop
	ret
	.size whole.part.0, .-whole.part.0
	.type whole.constprop.0, @function
whole.constprop.0: nop
	ret
	.size whole.constprop.0, .-whole.constprop.0
	.type whole.cold, @function
whole.cold: nop
	ret
	.size whole.cold, .-whole.cold
	.type gone.part.0, @function
gone.part.0: nop
	ret
	.size gone.part.0, .-gone.part.0
	.type sizeless, @function
	.globl sizeless
sizeless: nop
	ret
	.globl label
label:	nop
	ret
	.section .note.GNU-stack,"",@progbits
END
ok "a library with clones" $CC -shared -o libclones.so clones.s
finds 2 "a function and its .constprop clone" uprobe:./libclones.so:whole
is "$(names)" "whole whole.constprop.0" "not its parts"
like "$(cat out)" "^note${tab}0${tab}.*copies" "with a note"
find_probes --list uprobe:./libclones.so:whole
like "$(cat out)" "whole.cold${tab}.*jumped to and never called" ".cold: why not"
like "$(cat out)" "whole.part.0${tab}.*count twice" ".part of a function that is there: why not"
finds 1 ".part of a function that is inlined everywhere" uprobe:./libclones.so:gone
finds 1 "a function of size 0" uprobe:./libclones.so:sizeless
finds 1 "an assembler label that is global" uprobe:./libclones.so:label

# ---- names of files ----

ln -s libclones.so libclones.so.1
ln libclones.so libhard.so
find_probes uprobe:./libclones.so:gone uprobe:./libclones.so.1:gone uprobe:./libhard.so:gone
is "$(wc -l <places)" 1 "a file with several names is attached once"
is "$(cut -f 10 places)" "$(realpath libclones.so)" "by its real path"
refuses 'No such file' "a path that is not there" "uprobe:$PWD/nothing:main"
refuses 'directory' "a folder" "uprobe:$PWD:main"
refuses 'no library or program is called' "a library that is not there" uprobe:libnothing-at-all:main
if find_probes uprobe:/nowhere/libc.so.6:malloc; then
	like "$(cat out)" "^note${tab}0${tab}/nowhere/libc.so.6 is not there" \
		"a library elsewhere is found by its name, with a note"
	like "$(cut -f 10 places)" '/libc[^/]*$' "and it is that library"
	find_probes uprobe:libc:malloc
	is "$(cut -f 10 places | sed 's/.*\///; s/[.-].*//' | sort -u)" libc "libc is libc.so.6 and nothing else"
else
	skip "the dynamic linker's cache has no libc.so.6" 3
fi

# ---- C++ ----

if command -v g++ >/dev/null; then
	cat >cxx.cc <<'END'
#include <string>
namespace app {
template <typename T> struct Box {
	T value;
	__attribute__((noinline)) void put(T v) { value = v; asm volatile("" ::: "memory"); }
	__attribute__((noinline)) Box &operator++() { ++value; asm volatile("" ::: "memory"); return *this; }
	__attribute__((noinline)) int operator()(int n) { asm volatile(""); return n + value; }
};
__attribute__((noinline)) int compute(int n) { asm volatile(""); return n * 2; }
__attribute__((noinline)) int compute(long n) { asm volatile(""); return (int)n; }
namespace { __attribute__((noinline)) int hidden(int n) { asm volatile(""); return n; } }
int use(int n) { return hidden(n); }
}
int main(int argc, char **)
{
	app::Box<int> a;
	app::Box<long> b;
	a.put(argc);
	b.put(argc);
	++a;
	++b;
	return a(1) + app::compute(argc) + app::compute((long)argc) + app::use(argc);
}
END
	ok "a C++ program is compiled" g++ -g -O1 -o cxx cxx.cc
	finds 2 "a method of a template without arguments" uprobe:./cxx:app::Box::put
	like "$(cut -f 12 places)" 'app::Box<int>::put\(int\)' "shown with them"
	finds 1 "with arguments" 'uprobe:./cxx:app::Box<int>::put'
	finds 2 "without the namespace" uprobe:./cxx:Box::put
	finds 2 "operator++" 'uprobe:./cxx:Box::operator++'
	finds 1 "operator()" 'uprobe:./cxx:Box::operator()'
	finds 2 "all overloads" uprobe:./cxx:app::compute
	finds 1 "one overload" 'uprobe:./cxx:app::compute(long)'
	finds 2 "a plain name that only C++ functions have" uprobe:./cxx:compute
	finds 1 "an anonymous namespace may be left out" uprobe:./cxx:hidden
	finds 2 "a pattern with ::" 'uprobe:./cxx:app::*::put'
	finds 2 "a regular expression on demangled names" 'uprobe:./cxx:/^app::compute\(/'
	refuses 'no function' "half a name" uprobe:./cxx:Box::pu
	cp cxx cxx-stripped
	objcopy --only-keep-debug cxx-stripped cxx-stripped.debug
	strip cxx-stripped
	objcopy --add-gnu-debuglink=cxx-stripped.debug cxx-stripped
	finds 2 "a method by the debug file" uprobe:./cxx-stripped:app::Box::put
else
	skip "g++ is not installed" 15
fi

# ---- Rust ----

cat >rust.rs <<'END'
mod work {
    #[inline(never)]
    pub fn step(n: u64) -> u64 { std::hint::black_box(n + 1) }
}
struct Counter(u64);
impl Counter {
    #[inline(never)]
    fn add(&mut self, n: u64) { self.0 += std::hint::black_box(n); }
}
fn main() {
    let mut c = Counter(0);
    c.add(work::step(std::env::args().count() as u64));
    std::process::exit((c.0 == 0) as i32);
}
END
for mangling in legacy v0; do
	# The older names are for compilers that are being developed only, or behave like it.
	if command -v rustc >/dev/null && RUSTC_BOOTSTRAP=1 rustc -g -Z unstable-options \
		-C symbol-mangling-version=$mangling -o rust-$mangling rust.rs 2>/dev/null; then
		finds 1 "Rust, $mangling: a function" uprobe:./rust-$mangling:work::step
		finds 1 "Rust, $mangling: a method" uprobe:./rust-$mangling:Counter::add
		finds 1 "Rust, $mangling: a line" uprobe:./rust-$mangling:rust.rs:8
	else
		skip "no rustc with $mangling names" 3
	fi
done

# ---- USDT ----

cat >usdt.c <<'END'
unsigned short demo_semaphore __attribute__((section(".probes")));
#define PROBE(name, semaphore) __asm__ volatile("990: nop\n" \
	".pushsection .note.stapsdt,\"\",\"note\"\n" \
	".balign 4\n.4byte 992f-991f, 994f-993f, 3\n" \
	"991: .asciz \"stapsdt\"\n992: .balign 4\n993: .8byte 990b\n" \
	".8byte _.stapsdt.base\n.8byte " semaphore "\n" \
	".asciz \"demo\"\n.asciz \"" name "\"\n.asciz \"\"\n994: .balign 4\n.popsection\n" \
	".ifndef _.stapsdt.base\n" \
	".pushsection .stapsdt.base,\"aG\",\"progbits\",.stapsdt.base,comdat\n" \
	".weak _.stapsdt.base\n.hidden _.stapsdt.base\n_.stapsdt.base: .space 1\n" \
	".size _.stapsdt.base, 1\n.popsection\n.endif\n")
int main(void)
{
	PROBE("begin", "0");
	PROBE("end", "demo_semaphore");
	PROBE("end", "demo_semaphore");
	return 0;
}
END
if $CC -O1 -no-pie -o usdt usdt.c 2>usdt.err; then
	finds 1 "by the file's path" "usdt:$PWD/usdt:demo:begin"
	is "$(cut -f 3,7,11 places)" "usdt${tab}0${tab}demo:begin" "its name, no semaphore"
	code=$(printf '%d' "$(cut -f 5 places)")
	is "$(dd if=usdt bs=1 skip="$code" count=1 2>/dev/null | od -An -tx1 | tr -d ' ')" 90 "it is at its nop"
	finds 2 "a probe in two places" "usdt:$PWD/usdt:demo:end"
	like "$(cut -f 7 places | sort -u)" '^[1-9][0-9]*$' "with a semaphore"
	finds 3 "patterns" "usdt:$PWD/usdt:d*:*"
	refuses 'near names: demo:begin' "a name that is nearly right" "usdt:$PWD/usdt:demo:begn"
else
	skip "no USDT notes: $(head -n 1 usdt.err)" 10
fi

# ---- processes and commands ----

ok "a library for the program" $CC -shared -fPIC -o libextra.so -x c two.c
echo 'int extra_function(void) { return 5; }' >extra.c
ok "a library that is linked" $CC -shared -fPIC -o libextra.so extra.c
printf 'int extra_function(void);\nint main(void) { return extra_function() - 5; }\n' >linked.c
ok "a program that links it" $CC -o linked linked.c -L. -lextra -Wl,-rpath,"$PWD"
finds 1 "--command: a function of a library that it loads" --command="$PWD/linked" uprobe:extra_function
finds 1 "--command: by the library's name" --command="$PWD/linked" uprobe:extra:extra_function
finds 1 "--command: by the program's name" --command="$PWD/linked" uprobe:linked:main
refuses 'near names: extra_function' "--command: a near name" --command="$PWD/linked" uprobe:extra_functoin
refuses 'No such file' "--command: a program that is not there" --command=/nowhere/x uprobe:main
finds 1 "--file-fd: what is opened for it" --file-fd=7 "uprobe:$PWD/prog:target" 7<prog

./prog wait &
waiting=$!
sleep 0.3
finds 1 "--pid: a function of the program" --pid=$waiting uprobe:target
is "$(cut -f 10 places)" "$(realpath prog)" "--pid: the file that is mapped"
finds 2 "--pid: static functions" --pid=$waiting uprobe:twin
refuses 'is not mapped' "--pid: a library that is not mapped" --pid=$waiting uprobe:libnothing:x
refuses 'near names: target' "--pid: a near name" --pid=$waiting uprobe:tagret
kill $waiting
wait $waiting 2>/dev/null
refuses 'no such process' "--pid: a process that is gone" --pid=$waiting uprobe:target
sh -c './prog wait & echo $! >child; wait' 2>/dev/null &
parent=$!
sleep 0.5
finds 1 "--pid: a function of a child's program" --pid=$parent uprobe:target
kill "$(cat child)"
wait $parent 2>/dev/null

# ---- hostile files ----

head -c 300 prog >cut
refuses 'not an ELF file, or damaged|no function|no debug' "a file that is cut short" uprobe:./cut:main
echo text >text
refuses 'not an ELF file' "a text" uprobe:./text:main
: >empty
refuses 'not an ELF file' "an empty file" uprobe:./empty:main
mkfifo fifo
refuses . "a FIFO is not opened" uprobe:./fifo:main
if echo 'int main(void) { return 0; }' | $CC -m32 -x c -c -o small.o - 2>/dev/null; then
	refuses '32 bits' "a file of 32 bits" uprobe:./small.o:main
else
	skip "no compiler for 32 bits" 2
fi
perl -e 'local $/; open my $f, "<", "prog"; my $b = <$f>; substr($b, 18, 2) = pack "S", 183;
	open my $o, ">", "foreign"; print $o $b'
refuses 'another machine' "a file for another machine" uprobe:./foreign:main
# Each word of the section headers, one after the other, is made huge.
perl -e 'local $/; open my $f, "<", "prog"; my $b = <$f>;
	my ($at, $n) = (unpack("Q", substr $b, 40, 8), unpack("S", substr $b, 60, 2));
	for my $i (0 .. 8 * $n - 1) { my $c = $b; substr($c, $at + 8 * $i, 8) = "\xff" x 7 . "\x7f";
		open my $o, ">", "bad.$i"; print $o $c }'
damaged=0
for file in bad.*; do
	for spec in target one.c:7 '/t/'; do
		timeout 20 "$probe_list" "uprobe:./$file:$spec" >out 2>err
		[ $? -le 1 ] && [ "$(tail -n 1 out | cut -f 1)" = end ] || damaged=$((damaged + 1))
	done
	timeout 20 "$probe_list" "usdt:$PWD/$file:*" >out 2>err
	[ $? -le 1 ] || damaged=$((damaged + 1))
	rm "$file"
done
is "$damaged" 0 "huge words in section headers: an answer each time"

# ---- the kernel ----

if [ -r /proc/kallsyms ] && grep -q ' [tT] vfs_read$' /proc/kallsyms; then
	finds 1 "a function of the kernel" kprobe:vfs_read
	is "$(cut -f 3,5,10,11 places)" "kprobe${tab}0${tab}${tab}vfs_read" "without a file"
	finds 1 "an offset in it" kprobe:vfs_read+4
	find_probes 'kprobe:vfs_r*'
	like "$(cut -f 11 places)" '^vfs_readv?$' "a pattern"
	refuses 'near names: .*vfs_read' "a near name" kprobe:vfs_raed
else
	skip "/proc/kallsyms has no names" 7
fi
if [ -d /sys/kernel/tracing/events/sched ] || [ -r /sys/kernel/btf/vmlinux ]; then
	finds 1 "a tracepoint" tracepoint:sched:sched_switch
	is "$(cut -f 3,10,11 places)" "tracepoint${tab}sched${tab}sched_switch" "category and name"
	find_probes 'tracepoint:sched:*'
	like "$(cut -f 11 places)" '^sched_process_exec$' "a pattern"
	refuses 'near names: sched:sched_switch' "a near name" tracepoint:sched:sched_swich
else
	skip "neither tracefs nor BTF can be read" 5
fi
done_testing
