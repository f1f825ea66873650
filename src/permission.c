/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why this process lacks the capabilities that sampling needs. */
#include "config.h"

#include "permission.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "lib/caps.h"
#include "lib/i18n.h"

#define OWN_PROGRAM "/proc/self/exe"
/* The helper that gets the capabilities. */
#define PROFILER HELPER_DIR "/profile"
/* PROC_USER_INIT_INO of linux/proc_ns.h in the kernel. */
#define FIRST_USER_NAMESPACE 0xeffffffdu

static bool file_has_capabilities(void)
{
	return getxattr(OWN_PROGRAM, "security.capability", NULL, 0) > 0;
}

static bool mount_is_nosuid(void)
{
	struct statvfs st;

	return !statvfs(OWN_PROGRAM, &st) && (st.f_flag & ST_NOSUID);
}

/* Capabilities of another one are nothing to BPF. */
static bool is_in_first_user_namespace(void)
{
	struct stat st;

	return stat("/proc/self/ns/user", &st) || st.st_ino == FIRST_USER_NAMESPACE;
}

/* By make install-caps only the group's members can execute it. */
static bool is_outside_group(void)
{
	struct stat st;

	return eaccess(PROFILER, X_OK) < 0 && !stat(PROFILER, &st) && !(st.st_mode & S_IXOTH);
}

enum permission permission_of_this_process(void)
{
	if (!is_in_first_user_namespace())
		return PERMISSION_NAMESPACE;
	if (caps_can_profile())
		return is_outside_group() ? PERMISSION_GROUP : PERMISSION_GIVEN;
	if (!caps_are_bounded_in())
		return PERMISSION_BOUNDED;
	if (!file_has_capabilities())
		return PERMISSION_NO_FILE_CAPABILITIES;
	return mount_is_nosuid() ? PERMISSION_NOSUID : PERMISSION_NO_NEW_PRIVILEGES;
}

const char *permission_reason(enum permission p)
{
	switch (p) {
	case PERMISSION_GIVEN:
		break;
	case PERMISSION_NO_FILE_CAPABILITIES:
		return _("sampling needs the capabilities CAP_BPF and CAP_PERFMON, which this "
			 "program's file does not have");
	case PERMISSION_NOSUID:
		return _("the capabilities of this program's file are without effect, since its "
			 "file system is mounted nosuid");
	case PERMISSION_NO_NEW_PRIVILEGES:
		return _("the capabilities of this program's file are without effect, since it was "
			 "started with no_new_privs");
	case PERMISSION_BOUNDED:
		return _("CAP_BPF and CAP_PERFMON are outside the bounding set that this program "
			 "was started with");
	case PERMISSION_NAMESPACE:
		return _("sampling needs CAP_BPF and CAP_PERFMON of the whole machine; this "
			 "program runs in a user namespace, where they do not count");
	case PERMISSION_GROUP:
		return _("only members of the group profile-bee may profile here");
	}
	return "";
}

/* The file to name in a command; our name when the kernel does not tell. */
static void own_path(char path[PATH_MAX])
{
	ssize_t n = readlink(OWN_PROGRAM, path, PATH_MAX - 1);

	if (n <= 0)
		n = snprintf(path, PATH_MAX, "%s", PACKAGE_NAME);
	path[n] = '\0';
}

void permission_remedy(enum permission p, char *text, size_t size)
{
	char path[PATH_MAX];

	own_path(path);
	text[0] = '\0';
	switch (p) {
	case PERMISSION_GIVEN:
		return;
	case PERMISSION_NO_FILE_CAPABILITIES:
		snprintf(text, size,
			 _("run it as root (sudo %s ...), or have an administrator run: "
			   "setcap cap_bpf,cap_perfmon=p %s"),
			 PACKAGE_NAME, path);
		return;
	case PERMISSION_NOSUID:
		snprintf(text, size,
			 _("run it as root, or install it on another file system than that of %s"),
			 path);
		return;
	case PERMISSION_NO_NEW_PRIVILEGES:
		snprintf(text, size,
			 _("start it outside the sandbox or service that sets no_new_privs"));
		return;
	case PERMISSION_BOUNDED:
		snprintf(text, size,
			 _("start it outside the container or service, or give that one CAP_BPF "
			   "and CAP_PERFMON (such as --cap-add=BPF --cap-add=PERFMON)"));
		return;
	case PERMISSION_NAMESPACE:
		snprintf(text, size, _("start it outside the container or user namespace"));
		return;
	case PERMISSION_GROUP:
		snprintf(text, size,
			 _("an administrator can make you one (usermod -aG profile-bee USER); then "
			   "log in again"));
		return;
	}
}
