/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares the kernel's walk of this program's own stack with backtrace(3), in situations that are
 * hard for a walk.  Started by tests/lib/walk-driver; built in several ways by the tests.
 *
 *	self-unwind LIBRARY        all situations; LIBRARY has call_back(), and may be ""
 *	self-unwind -p CALLS       two processes on one CPU reach a uprobe so many times each
 *	self-unwind -b DEPTH RUNS  the nanoseconds of a walk of DEPTH frames, the least of RUNS
 */
#define _GNU_SOURCE
#include <alloca.h>
#include <dlfcn.h>
#include <execinfo.h>
#include <linux/bpf.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline, noclone))
#define FRAMES_MAX 4096

/* As in bpf/oracle.bpf.c. */
struct walked {
	uint32_t n, verdict, gap, rotation;
	uint64_t ns;
	uint64_t frames[FRAMES_MAX];
};

static volatile struct walked *walked;
static int prog_fd, sync_fd;
static int compared, mismatches, cases;
static const char *situation = "?";
static volatile int sink;

/* ---- asking for a walk ---- */

static void walk(void)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = (uint32_t)prog_fd;
	if (syscall(SYS_bpf, BPF_PROG_TEST_RUN, &attr, sizeof(attr))) {
		perror("BPF_PROG_TEST_RUN");
		_exit(97);
	}
}

/* Mappings have changed: have them looked at. */
static void sync_mappings(void)
{
	char byte = 's';

	if (write(sync_fd, &byte, 1) != 1 || read(sync_fd, &byte, 1) != 1)
		_exit(96);
}

static int find(const uint64_t *frames, int n, uint64_t what)
{
	for (int i = 0; i < n; i++)
		if (frames[i] == what)
			return i;
	return -1;
}

static void complain(const char *what, const uint64_t *ours, int n, void **theirs, int m)
{
	if (++mismatches > 3)
		return;
	fprintf(stderr, "%s: %s, verdict %u\n", situation, what, walked->verdict);
	for (int i = 0; i < (n > m ? n : m) && i < 40; i++)
		fprintf(stderr, "  %16llx %16llx\n",
			i < n ? (unsigned long long)ours[i] : 0ull,
			i < m ? (unsigned long long)(uintptr_t)theirs[i] : 0ull);
}

/* Both from the return address of this function on, which both have. */
NOINLINE void compare(void)
{
	static uint64_t ours[FRAMES_MAX];
	static void *theirs[FRAMES_MAX];
	uint64_t here = (uint64_t)(uintptr_t)__builtin_return_address(0);
	int n, m = backtrace(theirs, FRAMES_MAX), i, j;

	walk();
	n = (int)walked->n;
	for (i = 0; i < n; i++)
		ours[i] = walked->frames[i];
	i = find(ours, n, here);
	j = find((const uint64_t *)theirs, m, here);
	compared++;
	if (walked->verdict != 0)
		complain("incomplete", ours, n, theirs, m);
	else if (i < 0 || j < 0 || n - i != m - j)
		complain("another number of frames", ours, n, theirs, m);
	else if (memcmp(ours + i, theirs + j, (size_t)(n - i) * sizeof(*ours)))
		complain("other frames", ours, n, theirs, m);
}

/* ---- situations ---- */

NOINLINE int recurse(int n)
{
	int r;

	if (n == 0) {
		compare();
		return 0;
	}
	r = recurse(n - 1);
	sink = r;
	return r + 1;
}

static void recursion(void)
{
	recurse(1000);
}

static int by_value(const void *a, const void *b)
{
	if (*(const int *)a == 7)
		compare();
	return *(const int *)a - *(const int *)b;
}

static void callback(void)
{
	int v[200];

	for (int i = 0; i < 200; i++)
		v[i] = (i * 37) % 101;
	qsort(v, 200, sizeof(v[0]), by_value);
}

static void on_signal(int signal)
{
	(void)signal;
	compare();
}

static void handle(int signal, int flags)
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_handler = on_signal;
	action.sa_flags = flags;
	sigaction(signal, &action, NULL);
}

static void signal_handler(void)
{
	handle(SIGUSR1, 0);
	raise(SIGUSR1);
}

static char alternate[262144];

static void alternate_stack(void)
{
	stack_t stack;

	memset(&stack, 0, sizeof(stack));
	stack.ss_sp = alternate;
	stack.ss_size = sizeof(alternate);
	sigaltstack(&stack, NULL);
	handle(SIGUSR2, SA_ONSTACK);
	raise(SIGUSR2);
}

/* Work whose every instruction may be interrupted: prologues, leaf functions, epilogues. */
NOINLINE int leaf(int n)
{
	return n * 3 + 1;
}

NOINLINE int work(int n)
{
	int r = leaf(n);

	r += leaf(r);
	return n ? work(n - 1) + r : r;
}

static volatile sig_atomic_t alarms;

static void on_alarm(int signal)
{
	(void)signal;
	alarms++;
	compare();
}

static void interrupts(void)
{
	struct itimerval every = { { 0, 1000 }, { 0, 1000 } }, off = { { 0, 0 }, { 0, 0 } };
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_handler = on_alarm;
	sigaction(SIGPROF, &action, NULL);
	setitimer(ITIMER_PROF, &every, NULL);
	while (alarms < 100)
		sink = work(20);
	setitimer(ITIMER_PROF, &off, NULL);
}

static jmp_buf back;

__attribute__((noreturn, noinline, noclone)) void never_returns(void)
{
	compare();
	longjmp(back, 1);
}

/* Its call of never_returns() is its last instruction: the return address is behind its end. */
NOINLINE void ends_in_a_call(int n)
{
	if (n)
		never_returns();
	sink = n;
}

static void noreturn_tail(void)
{
	if (!setjmp(back))
		ends_in_a_call(sink | 1);
}

NOINLINE void use(volatile char *p, size_t n)
{
	for (size_t i = 0; i < n; i += 4096)
		p[i] = 1;
	compare();
}

NOINLINE void variable_frame(size_t n)
{
	char *p = alloca(n);

	use(p, n);
	sink = p[0];
}

NOINLINE void aligned_frame(size_t n)
{
	__attribute__((aligned(128))) char aligned[256];
	char *p = alloca(n);

	p[0] = 1;
	use(aligned, sizeof(aligned));
	sink = aligned[0] + p[0];
}

NOINLINE void aligned_only(void)
{
	__attribute__((aligned(64))) char aligned[64];

	use(aligned, sizeof(aligned));
	sink = aligned[0];
}

NOINLINE void large_frame(void)
{
	char large[120 * 1024];

	use(large, sizeof(large));
	sink = large[0];
}

static void frames(void)
{
	variable_frame(1000);
	variable_frame(70000);
	aligned_frame(100);
	aligned_only();
	large_frame();
}

static void *thread(void *arg)
{
	compare();
	recurse(50);
	return arg;
}

static void threads(void)
{
	for (int i = 0; i < 4; i++) {
		pthread_t t;

		pthread_create(&t, NULL, thread, NULL);
		pthread_join(t, NULL);
	}
}

static void vfork_child(void)
{
	pid_t pid = vfork();

	if (pid == 0) {
		compare();
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

/* Its mappings come from its parent, in the kernel. */
static void fork_child(void)
{
	int status = 1;
	pid_t pid = fork();

	if (pid == 0) {
		int before = mismatches;

		compare();
		recurse(100);
		_exit(mismatches != before);
	}
	waitpid(pid, &status, 0);
	mismatches += status != 0;
}

/* ---- probes ---- */

/* Where the function is in its file. */
static uint64_t offset_of(const void *function)
{
	unsigned long long start, end, offset, at = (uintptr_t)function;
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[4400];

	while (maps && fgets(line, sizeof(line), maps))
		if (sscanf(line, "%llx-%llx %*s %llx", &start, &end, &offset) == 3 &&
		    at >= start && at < end) {
			fclose(maps);
			return at - start + offset;
		}
	_exit(95);
}

static void attach(char kind, const void *function)
{
	uint64_t offset = offset_of(function);
	char byte = kind;

	if (write(sync_fd, &byte, 1) != 1 || write(sync_fd, &offset, sizeof(offset)) < 8 ||
	    read(sync_fd, &byte, 1) != 1)
		_exit(94);
}

NOINLINE int returns_late(int n)
{
	int r = 0;

	if (n)
		r = returns_late(n - 1);
	else
		walk();
	sink = r;
	return r + 1;
}

/*
 * The same stack twice, the second time with the return addresses of five of its functions replaced
 * by the trampoline of uretprobes.
 */
static void uretprobes(void)
{
	static uint64_t before[FRAMES_MAX];
	uint32_t n = 0;

	/* volatile: both calls come from one place */
	for (volatile int round = 0; round < 2; round++) {
		if (round)
			attach('r', (const void *)returns_late);
		returns_late(4);
		compared++;
		if (!round) {
			n = walked->n;
			memcpy(before, (const void *)walked->frames, sizeof(before));
		} else if (walked->verdict || walked->n != n ||
			   memcmp(before, (const void *)walked->frames, n * sizeof(before[0]))) {
			void *now[64];

			for (int i = 0; i < 64; i++)
				now[i] = (void *)(uintptr_t)walked->frames[i];
			complain("not as without uretprobes", before, (int)n, now,
				 (int)walked->n > 64 ? 64 : (int)walked->n);
		}
	}
}

NOINLINE void probed(int n)
{
	sink = n;
}

NOINLINE void give_way(int n)
{
	if (n % 16 == 0)
		sched_yield();
}

NOINLINE void reach(int n)
{
	give_way(n);
	probed(n);
	sink = n;
}

NOINLINE void hammer(int depth, int calls)
{
	if (depth) {
		hammer(depth - 1, calls);
		sink = depth;
		return;
	}
	for (volatile int i = 0; i < calls; i++)
		reach(i);
}

/* Two tasks take turns in the middle of the program that walks, and ticks come on top of both. */
static int nest(int calls)
{
	struct { uint64_t hits, no_slot, complete, cut, wrong, ticks, returns; } c;
	char byte = 'c';
	cpu_set_t one;
	pid_t pid;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof(one), &one);
	attach('u', (const void *)probed);
	pid = fork();
	hammer(30, calls);
	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
	if (write(sync_fd, &byte, 1) != 1 || read(sync_fd, &c, sizeof(c)) != sizeof(c))
		return 93;
	printf("hits %d of %d, without a slot %d, cut %d, wrong %d, ticks %s\n", (int)c.hits,
	       2 * calls, (int)c.no_slot, (int)c.cut, (int)c.wrong, c.ticks > 10 ? "yes" : "no");
	return 0;
}

static const char *library = "";

static void in_library(void)
{
	void *handle = library[0] ? dlopen(library, RTLD_NOW) : NULL;
	void (*call_back)(void (*)(void));

	if (!handle)
		return;
	*(void **)&call_back = dlsym(handle, "call_back");
	sync_mappings();
	call_back(compare);
	dlclose(handle);
}

/* ---- all of them ---- */

static void run(const char *name, void (*f)(void))
{
	int before = compared;

	situation = name;
	f();
	cases++;
	printf("# %s: %d\n", name, compared - before);
}

static void run_all(void)
{
	run("recursion of 1,000", recursion);
	run("qsort callback", callback);
	run("signal handler", signal_handler);
	run("alternate stack", alternate_stack);
	run("interrupts", interrupts);
	run("noreturn tail", noreturn_tail);
	run("frames of all kinds", frames);
	run("threads", threads);
	run("vfork", vfork_child);
	run("fork", fork_child);
	run("dlopen'd library", in_library);
	run("uretprobes", uretprobes);
	printf("%d situations, %d stacks compared, %d mismatches\n", cases, compared, mismatches);
}

/* ---- the bench ---- */

static uint64_t least_ns = UINT64_MAX;
static uint32_t frames_walked;

NOINLINE int deep(int n, int runs)
{
	int r;

	if (n > 0) {
		r = deep(n - 1, runs);
		sink = r;
		return r + 1;
	}
	for (int i = 0; i < runs; i++) {
		walk();
		if (walked->ns < least_ns)
			least_ns = walked->ns;
	}
	frames_walked = walked->n;
	return 0;
}

static int bench(int depth, int runs)
{
	deep(depth, runs);
	if (walked->verdict)
		return 1;
	printf("%u frames, %llu ns, %.1f ns a frame\n", frames_walked,
	       (unsigned long long)least_ns, (double)least_ns / frames_walked);
	return 0;
}

int main(int argc, char **argv)
{
	const char *prog = getenv("WALK_PROG"), *result = getenv("WALK_RESULT");
	const char *sync = getenv("WALK_SYNC");
	void *warm[1];

	if (!prog || !result || !sync || argc < 2)
		return 2;
	prog_fd = atoi(prog);
	sync_fd = atoi(sync);
	walked = mmap(NULL, sizeof(*walked), PROT_READ, MAP_SHARED, atoi(result), 0);
	if (walked == MAP_FAILED)
		return 3;
	/* The first call loads libgcc. */
	backtrace(warm, 1);
	sync_mappings();
	if (argc == 4 && !strcmp(argv[1], "-b"))
		return bench(atoi(argv[2]), atoi(argv[3]));
	if (argc == 3 && !strcmp(argv[1], "-p"))
		return nest(atoi(argv[2]));
	library = argv[1];
	run_all();
	return mismatches != 0;
}
