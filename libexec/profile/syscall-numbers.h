/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers of the system calls, by the names that their tracepoints have. */
#pragma once

/* The number of the call in "sys_enter_CALL", or -1. */
int syscall_number(const char *call);
