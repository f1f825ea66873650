/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program that gets the messages. */
#include "config.h"

#include "receiver.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pipes.h"

int receiver_find(struct receiver *r, char **argv)
{
	*r = (struct receiver){ .command = { .child = CHILD_NONE }, .in_fd = -1 };
	return argv ? command_find(&r->command, argv) : 0;
}

int receiver_start(struct receiver *r, const struct spawn_signals *signals,
		   const struct rlimit *descriptors)
{
	struct command *c = &r->command;
	struct spawn_request req = {
		.kind = SPAWN_COMMAND, .path = c->path, .argv = c->argv, .in = r->in_fd,
		.ignores_interrupts = true, .signals = signals, .descriptors = descriptors,
	};
	int err;

	if (!c->argv)
		return 0;
	err = spawn(&req, &c->child);
	c->released = !err;
	pipe_close_end(&r->in_fd);
	return err;
}

bool receiver_runs(struct receiver *r)
{
	command_reap(&r->command, false);
	return r->command.released && !r->command.ended;
}

bool receiver_has_failed(struct receiver *r, int *status)
{
	*status = r->command.status;
	if (r->told || !r->command.ended || (WIFEXITED(*status) && !WEXITSTATUS(*status)))
		return false;
	r->told = true;
	return true;
}

void receiver_release(struct receiver *r)
{
	pipe_close_end(&r->in_fd);
	if (receiver_runs(r) && command_kill(&r->command, SIGTERM))
		r->command.ended = true;
}
