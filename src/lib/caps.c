/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Capabilities: what each process keeps. */
#include "config.h"

#include "lib/caps.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/capability.h>
#include <sys/prctl.h>

#include <linux/securebits.h>

static const cap_value_t profiling[] = { CAP_BPF, CAP_PERFMON };
#define N_PROFILING ((int)ARRAY_SIZE(profiling))

/* Capabilities that let a process pass over file permissions. */
static const cap_value_t file_override[] = { CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH };
#define N_FILE_OVERRIDE ((int)ARRAY_SIZE(file_override))

static void free_caps(cap_t *caps)
{
	if (*caps)
		cap_free(*caps);
}
#define CLEANUP_CAPS __attribute__((cleanup(free_caps)))

static bool has(cap_t caps, cap_value_t cap, cap_flag_t flag)
{
	cap_flag_value_t value = CAP_CLEAR;

	return !cap_get_flag(caps, cap, flag, &value) && value == CAP_SET;
}

bool caps_can_profile(void)
{
	CLEANUP_CAPS cap_t caps = cap_get_proc();

	return caps && has(caps, CAP_BPF, CAP_PERMITTED) && has(caps, CAP_PERFMON, CAP_PERMITTED);
}

bool caps_are_bounded_in(void)
{
	for (int i = 0; i < N_PROFILING; i++)
		if (cap_get_bound(profiling[i]) <= 0)
			return false;
	return true;
}

bool caps_from_file(void)
{
	return getauxval(AT_SECURE) && getuid() == geteuid();
}

static int set(cap_t caps)
{
	return cap_set_proc(caps) < 0 ? -errno : 0;
}

/* Needs CAP_SETPCAP, which only root has: for others exec grants nothing by itself. */
static void empty_bounding_set(void)
{
	for (cap_value_t cap = 0; cap_get_bound(cap) >= 0; cap++)
		cap_drop_bound(cap);
	prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED |
	      SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED);
}

int caps_keep_profiling(void)
{
	CLEANUP_CAPS cap_t now = cap_get_proc();
	CLEANUP_CAPS cap_t keep = cap_init();
	int err;

	if (!now || !keep || cap_clear_flag(now, CAP_INHERITABLE))
		return -errno;
	for (int i = 0; i < N_PROFILING; i++)
		if (has(now, profiling[i], CAP_PERMITTED) &&
		    (cap_set_flag(keep, CAP_PERMITTED, 1, &profiling[i], CAP_SET) ||
		     cap_set_flag(keep, CAP_INHERITABLE, 1, &profiling[i], CAP_SET) ||
		     cap_set_flag(now, CAP_INHERITABLE, 1, &profiling[i], CAP_SET)))
			return -errno;
	cap_reset_ambient();
	/* What the bounding set lacks cannot become inheritable, so first this, then that. */
	err = set(now);
	if (err)
		return err;
	empty_bounding_set();
	return set(keep);
}

static int no_new_privileges(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
}

int caps_drop_all(void)
{
	CLEANUP_CAPS cap_t none = cap_init();
	int err;

	if (!none)
		return -errno;
	cap_reset_ambient();
	err = set(none);
	return err ? err : no_new_privileges();
}

int caps_child_none(void)
{
	empty_bounding_set();
	return caps_drop_all();
}

int caps_child_profiling(void)
{
	CLEANUP_CAPS cap_t caps = cap_init();
	int err;

	if (!caps || cap_set_flag(caps, CAP_PERMITTED, N_PROFILING, profiling, CAP_SET) ||
	    cap_set_flag(caps, CAP_INHERITABLE, N_PROFILING, profiling, CAP_SET))
		return -errno;
	err = set(caps);
	if (err)
		return err;
	for (int i = 0; i < N_PROFILING; i++)
		if (cap_set_ambient(profiling[i], CAP_SET))
			return -errno;
	return no_new_privileges();
}

int caps_child_caller(void)
{
	CLEANUP_CAPS cap_t caps = NULL;

	if (!caps_from_file())
		return 0;
	caps = cap_get_proc();
	if (!caps || cap_clear_flag(caps, CAP_PERMITTED) || cap_clear_flag(caps, CAP_EFFECTIVE))
		return -errno;
	return set(caps);
}

/* Switches the effective override on (as far as permitted) or off. */
static int set_file_override(cap_flag_value_t value)
{
	CLEANUP_CAPS cap_t caps = cap_get_proc();

	if (!caps)
		return -errno;
	for (int i = 0; i < N_FILE_OVERRIDE; i++)
		if (value == CAP_CLEAR || has(caps, file_override[i], CAP_PERMITTED))
			cap_set_flag(caps, CAP_EFFECTIVE, 1, &file_override[i], value);
	return set(caps);
}

int caps_open_unprivileged(const char *path, int flags)
{
	int fd, err = set_file_override(CAP_CLEAR);

	if (err)
		return err;
	fd = open(path, flags | O_CLOEXEC);
	if (fd < 0)
		fd = -errno;
	err = set_file_override(CAP_SET);
	if (err && fd >= 0) {
		close(fd);
		return err;
	}
	return fd;
}
