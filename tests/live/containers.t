#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Processes in mount, PID and user namespaces of their own, with files of their own: stacks are whole
# and have the names of those files, never of ours that have the same paths.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/results.sh"
need_bpf
need_cmd gcc ldd unshare nsenter pivot_root setpriv
unshare --user --map-root-user --mount --pid --fork true 2>/dev/null ||
	skip_all "this kernel refuses namespaces"

# ---- a program and its libraries, once for us and once for containers ----

OPT=$SCRATCH/opt
# Others may profile containers at the same time.
APP=app$$
cat >lib.c <<'END'
#define JOIN(a, b) a##b
#define NAME(a, b) JOIN(a, b)
__attribute__((noipa)) int NAME(WHERE, _inner)(int n)
{
	volatile int i;

	for (i = 0; i < n; i++)
		;
	return i;
}
__attribute__((noipa)) int ENTRY(int n)
{
	return NAME(WHERE, _inner)(n) + 1;
}
END
cat >app.c <<'END'
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
#define JOIN(a, b) a##b
#define NAME(a, b) JOIN(a, b)
int entry(int);
static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}
__attribute__((noipa)) void NAME(WHERE, _run)(double end, int (*call)(int))
{
	while (now() < end) {
		call(100000);
		free(malloc(100));
	}
}
/* app MS [MS LIBRARY]: so long the library that it is linked with, then so long one opened late */
int main(int argc, char **argv)
{
	void *late;

	NAME(WHERE, _run)(now() + atof(argv[1]), entry);
	late = argc > 3 ? dlopen(argv[3], RTLD_NOW) : NULL;
	if (late)
		NAME(WHERE, _run)(now() + atof(argv[2]), (int (*)(int))dlsym(late, "late"));
	return 0;
}
END
# make_files WHERE DIRECTORY: lengths differ, so that the addresses do
make_files()
{
	mkdir -p "$2" &&
	gcc -O1 -fomit-frame-pointer -fPIC -shared -DWHERE=$1 -DENTRY=entry -o "$2/libapp.so" lib.c &&
	gcc -O1 -fomit-frame-pointer -fPIC -shared -DWHERE=$1_late -DENTRY=late -o "$2/liblate.so" \
		lib.c &&
	gcc -O1 -fno-builtin -fomit-frame-pointer -DWHERE=$1 -o "$2/$APP" app.c -L"$2" -lapp -ldl \
		-Wl,-rpath,"$OPT" || bail "gcc"
}
make_files outside "$OPT"
make_files inside "staged$OPT"
mkdir -p staged/tmp staged/old
chmod 1777 staged/tmp
cp "$top_builddir/tests/workloads/jit" "staged$OPT/jit"
for library in $(ldd "staged$OPT/$APP" "staged$OPT/jit" | grep -o '/[^ ]*' | grep -v -e "^$SCRATCH" -e ':$'); do
	mkdir -p "staged${library%/*}"
	cp -n "$library" "staged$library"
done
chmod -R a+rX .
chmod 755 "$SCRATCH"

# ---- containers ----

# What is the root directory in the end: `tmpfs` has the files themselves, `overlay` has them in its
# lower layer, one of them changed.
cat >enter <<'END'
kind=$1
shift
mount --make-rprivate / 2>/dev/null
mount -t tmpfs none "$SCRATCH/work"
cd "$SCRATCH/work"
case $kind in
tmpfs)	mkdir root; cp -r --preserve=mode "$SCRATCH/staged/." root; mount --bind root root ;;
overlay)
	mkdir root upper change
	mount -t overlay overlay -o "lowerdir=$SCRATCH/staged,upperdir=upper,workdir=change" root ||
		exit 9
	chmod g+w "root$SCRATCH/opt/libapp.so" 2>/dev/null ;;
esac
cd root
pivot_root . old
cd /
exec "$@"
END
mkdir work
export SCRATCH

# start KIND COMMAND...: sets `work` to the process of unshare and `pid` to the container's first
start()
{
	( cd / && exec $as_user unshare $userns --mount --pid --fork --kill-child sh "$SCRATCH/enter" "$@" ) &
	work=$!
	pid=
	start_tries=0
	while [ $start_tries -lt 100 ] && kill -0 $work 2>/dev/null; do
		pid=$(cat /proc/$work/task/$work/children | tr -d ' ')
		[ -n "$pid" ] && case $(cat /proc/$pid/comm 2>/dev/null) in
		$APP | jit) return 0 ;;
		esac
		start_tries=$((start_tries + 1))
		sleep 0.1
	done
	return 1
}

stop()
{
	kill -9 $pid $work 2>/dev/null
	wait $work 2>/dev/null
}

chain="_start;__libc_start_main;(__libc_start_call_main;)?main;inside_run;entry;inside_inner"
# judge NAME: of the stacks of app in x.folded, but for those from before its tables were made
judge()
{
	grep "^$APP;" x.folded | grep -v 'cut: unwind table of [^;]* not ready\]' >app.folded
	at_least "$(total app.folded)" 5 "$1: samples of the program"
	at_least "$(permille app.folded "^$APP;$chain(;|\$)")" 900 "$1: whole stacks, named by its own files (of 1,000)"
	unlike "$(cat app.folded)" outside "$1: not by our files of the same paths"
	unlike "$(cat app.folded)" "cut:" "$1: no stack is cut"
}

# all_of NAME KIND: the processes of containers of one kind, profiled by $front
all_of()
{
	if ! start "$2" "$OPT/$APP" 100000; then
		stop
		skip "$1: cannot be made here" 5
		return
	fi
	status_is 0 "$1: a process" $as_user $front -q -f 499 -t 1s -c x.folded --pid $pid
	judge "$1"
	stop
}

# ---- as root ----

front=$PB
as_user=
for kind in tmpfs overlay; do
	userns=
	all_of "root, $kind" $kind
	userns="--user --map-root-user"
	all_of "root, $kind and user namespace" $kind
done

userns=
start tmpfs "$OPT/$APP" 1500 5000 "$OPT/liblate.so"
status_is 0 "a library that is opened later" "$PB" -q -f 499 -t 3s -c x.folded --pid $pid
at_least "$(permille x.folded ";main;inside_run;late;inside_late_inner(;|\$)")" 200 "has its names (of 1,000)"
unlike "$(cat x.folded)" "cut:|outside" "and whole stacks"
stop

start tmpfs "$OPT/$APP" 100000
{ sleep 1; exec nsenter -t $pid -m -p "$OPT/$APP" 1500; } &
status_is 0 "all processes" "$PB" -q -f 499 -t 3s -c x.folded
judge "all processes"
status_is 0 "a command that enters the container" \
	"$PB" -q -f 499 -c x.folded -- nsenter -t $pid -m -p "$OPT/$APP" 1000
judge "a command that enters the container"

if "$PB" --list-probes 'uprobe:malloc' --pid $pid >list.txt 2>&1; then
	status_is 0 "a function of its library" \
		"$PB" -q -t 1s -c x.folded --uprobe inside_inner --pid $pid
	like "$(cat x.folded)" "^$APP;$chain [0-9]+\$" "is hit"
	status_is 0 "malloc of its C library" "$PB" -q -t 1s -c x.folded --uprobe malloc --pid $pid
	like "$(cat x.folded)" "^$APP;.*;main;inside_run;malloc [0-9]+\$" "is hit"
	status_is 1 "a function that only our file has" \
		"$PB" -q -t 1s -c x.folded --uprobe outside_inner --pid $pid
else
	skip "no probes here: $(head -n 1 list.txt)" 5
fi
stop

start tmpfs "$OPT/jit" 100000
status_is 0 "generated code" "$PB" -q -f 499 -t 1s -c x.folded --pid $pid
at_least "$(permille x.folded ';main;made_at_run_time with a blank_\[j\](;|$)')" 800 \
	"has the names of the map in its /tmp, with the id that it has there (of 1,000)"
stop

# ---- as the owner of the container ----

cp "$PB" front
front=$SCRATCH/front
as_user="setpriv --reuid=65534 --regid=65534 --clear-groups"
userns="--user --map-root-user"
mkdir -m 777 results
cd results || bail "results"
if ! setcap cap_bpf,cap_perfmon=p "$front" 2>/dev/null; then
	skip "this file system has no file capabilities"
elif ! $as_user test -x "$HELPERS/profile"; then
	skip "the build tree is not open to other users"
elif ! $as_user $front -q -c x.folded -- true 2>err && grep -q -e "not permitted" -e "sampling needs" err; then
	skip "this kernel refuses CPU samples to the two capabilities"
else
	all_of "the owner, tmpfs" tmpfs
	all_of "the owner, overlay" overlay
	if start tmpfs "$OPT/jit" 100000; then
		status_is 0 "the owner: generated code" \
			$as_user $front -q -f 499 -t 1s -c x.folded --pid $pid
		at_least "$(permille x.folded ';main;made_at_run_time with a blank_\[j\](;|$)')" 800 \
			"the owner: has its names (of 1,000)"
	fi
	stop
	status_is 0 "the owner: a container that is made in the run" $as_user $front -q -f 499 \
		-c x.folded -- unshare $userns --mount --pid --fork sh "$SCRATCH/enter" tmpfs \
		"$OPT/$APP" 1000
	judge "the owner: a container that is made in the run"
fi
done_testing
