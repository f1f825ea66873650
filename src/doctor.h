/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --doctor: what this user can do on this machine, and what would give the rest. */
#pragma once

#include "options.h"

/*
 * Try everything, and print a table, or with --porcelain a line for each trial.  Returns EXIT_OK
 * when CPUs can be sampled, else EXIT_NOT_PERMITTED where a permission is missing, or EXIT_FAILED.
 */
int doctor_run(const struct options *o);
