#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The profiled command runs as if it were started by the caller: everything that a process inherits is
# the same with and without profile-bee.
. "${0%/*}/../lib/tap.sh"
need_bpf
need_cmd gcc setpriv setcap

chmod 777 .
cat >tell.c <<'END'
#define _GNU_SOURCE
#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
static void copy(const char *path, const char *const *lines)
{
	char line[4096];
	FILE *f = fopen(path, "r");

	while (f && fgets(line, sizeof(line), f))
		for (const char *const *l = lines; *l; l++)
			if (!strncmp(line, *l, strlen(*l)))
				printf("%s", line);
	if (f)
		fclose(f);
}
static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}
int main(int argc, char **argv, char **envp)
{
	static const char *const status[] = { "Uid", "Gid", "Groups", "Umask", "Cap", "NoNewPrivs",
		"Seccomp:", "SigBlk", "SigIgn", "SigCgt", "ShdPnd", NULL };
	static const char *const all[] = { "", NULL };
	char cwd[4096], link[64], target[4096];
	struct dirent *d;
	size_t n = 0;
	DIR *dir = opendir("/proc/self/fd");

	while (dir && (d = readdir(dir))) {
		int fd = atoi(d->d_name);
		ssize_t len;

		if (d->d_name[0] == '.' || fd == dirfd(dir))
			continue;
		snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		len = readlink(link, target, sizeof(target) - 1);
		target[len < 0 ? 0 : len] = 0;
		printf("fd %d %s\n", fd, target);
	}
	closedir(dir);
	copy("/proc/self/status", status);
	copy("/proc/self/limits", all);
	copy("/proc/self/oom_score_adj", all);
	copy("/proc/self/cgroup", all);
	printf("cwd %s\n", getcwd(cwd, sizeof(cwd)));
	printf("nice %d policy %d\n", getpriority(PRIO_PROCESS, 0), sched_getscheduler(0));
	printf("group %d session %d\n", getpgrp() == getpid(), getsid(0) == getpid());
	printf("secure bits %d parent's death %d dumpable %d\n", prctl(PR_GET_SECUREBITS), 0,
	       prctl(PR_GET_DUMPABLE));
	for (int i = 0; i < argc; i++)
		printf("argument %s\n", argv[i]);
	while (envp[n])
		n++;
	qsort(envp, n, sizeof(*envp), by_name);
	for (size_t i = 0; i < n; i++)
		printf("env %s\n", envp[i]);
	return 0;
}
END
cat >ids.c <<'END'
#include <stdio.h>
#include <unistd.h>
int main(void)
{
	return printf("%d %d\n", getuid(), geteuid()) < 0;
}
END
gcc -o tell tell.c && gcc -o ids ids.c || bail "gcc"

# What a caller may have set in many ways: masks, limits, niceness, descriptors, environment.
cat >caller <<'END'
cd /usr || exit 1
umask 027
ulimit -S -n 100
ulimit -S -c 0
trap '' HUP USR1
[ "$1" = nice ] && { shift; exec nice -n 3 "$0" "$@"; }
LD_LIBRARY_PATH=/nowhere GCONV_PATH=/gconv MALLOC_CHECK_=0 TMPDIR=/tmp EMPTY= \
	NEWLINE="a
b" exec "$@" 8</dev/null 9>/dev/null
END
chmod 755 caller tell ids

# same NAME AS FRONT [OPTION...]: the same as when COMMAND is started without profile-bee.  AS is how to become who
# the caller is.
same()
{
	same_name=$1
	same_as=$2
	same_front=$3
	shift 3
	for same_nice in "" nice; do
		rm -f x.folded
		$same_as sh -c '. "$0"' "$SCRATCH/caller" $same_nice "$SCRATCH/tell" "an argument" "" \
			>want </dev/null 2>err
		status_is 0 "$same_name${same_nice:+, nice}: runs" $same_as sh -c '. "$0"' \
			"$SCRATCH/caller" $same_nice "$same_front" -q "$@" -c "$SCRATCH/x.folded" -- \
			"$SCRATCH/tell" "an argument" "" </dev/null
		# Two outputs, two files.
		sed -i "s#$SCRATCH/\(want\|out\)\$#OUT#; s#$SCRATCH/err\$#ERR#" want out
		ok "$same_name${same_nice:+, nice}: there is something to compare" test -s want
		same_file out want "$same_name${same_nice:+, nice}: all the same"
	done
}
sed -i 's,exec nice -n 3 "$0" "$@",exec nice -n 3 sh -c '"'"'. "$0"'"'"' "$0" "$@",' caller

same "root" "" "$PB"
same "root of fewer rights" "setpriv --bounding-set=-sys_admin,-net_raw --inh-caps=+chown --ambient-caps=+chown" "$PB"
# Probes take many descriptors: the limit is raised.
same "probes" "" "$PB" --uprobe malloc
same "no_new_privs of the caller" "setpriv --no-new-privs" "$PB"

cp "$PB" front
as_user="setpriv --reuid=65534 --regid=65534 --groups=65534,12"
if ! setcap cap_bpf,cap_perfmon=p front 2>/dev/null; then
	skip "this file system has no file capabilities"
elif ! $as_user test -x "$HELPERS/profile"; then
	skip "the build tree is not open to other users"
elif ! $as_user ./front -q -c try.folded -- true 2>err && grep -q -e "not permitted" -e "sampling needs" err; then
	skip "this kernel refuses CPU samples to the two capabilities"
else
	same "a user" "$as_user" "$SCRATCH/front"
fi

# ---- set-user-id programs ----

chown 65534 ids
chmod 4755 ids
if [ "$(./ids)" = "0 65534" ]; then
	status_is 0 "root profiles a program that is set-user-id" "$PB" -q -c x.folded -- ./ids
	is "$(cat out)" "0 65534" "it becomes its owner"
	cp ids ids-root
	chown 0 ids-root
	chmod 4755 ids-root
	rm -f x.folded
	if [ -e try.folded ]; then
		status_is 0 "a user profiles one of root's" $as_user ./front -q -c x.folded -- ./ids-root
		is "$(cat out)" "65534 0" "it becomes root"
	fi
else
	skip "this file system is mounted nosuid"
fi

# ---- sudo ----

if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
	sudo -n env >want.env 2>/dev/null
	status_is 0 "under sudo" sudo -n "$PB" -q -c x.folded -- sh -c 'id -u; id -g; env'
	like "$(head -n 2 out | paste -s -d ' ')" "^0 0\$" "the command is root's, as sudo would have it"
	is "$(grep ^SUDO_USER= out)" "$(grep ^SUDO_USER= want.env)" "with sudo's variables"
else
	skip "sudo is not installed, or wants a password"
fi
done_testing
