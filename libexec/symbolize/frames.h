/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses to named frames.  Every address of a generation is looked up once, and every address of
 * a file is named once, however many processes map it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "elf/address-space.h"
#include "kernel-symbols.h"
#include "lib/map.h"
#include "objects.h"
#include "perf-map.h"
#include "sources.h"

enum frame_place { PLACE_FILE, PLACE_JIT, PLACE_KERNEL, PLACE_NOWHERE };

struct frame {
	enum frame_place place;
	bool symbolized;
	bool signal_tried, is_signal;   /* in a signal trampoline */
	uint32_t object;         /* PLACE_FILE and PLACE_JIT */
	uint32_t function;       /* its name, an index into names and system_names */
	uint32_t first_line, n_lines;    /* into lines; none: nothing but the function is known */
	uint64_t address;        /* PLACE_FILE: the file's own virtual address, or offset */
	uint64_t location;       /* in message `message` */
	uint64_t message;
};

struct function {
	char *name;              /* as shown; owned */
	char *system_name;       /* as in the symbol table; owned; NULL: the same */
	char *module;            /* kernel module as "[name]"; owned; NULL: none */
};

/* A line of a frame, innermost inlined call first; the last one is of the frame's own function. */
struct frame_line {
	uint32_t function;       /* as in frame */
	uint32_t file;           /* its path, an id in files, or MAP_NONE */
	uint32_t line;           /* 0: not known */
};

/* Zero-initialise, then set the pointers; they stay the caller's. */
struct frames {
	struct address_spaces *spaces;
	struct objects *objects;
	struct kernel_symbols *kernel;
	struct perf_maps *jit;   /* NULL: the recording is of another host */
	struct sources *sources; /* NULL: no source lines, no inlined calls */
	bool no_demangle;

	struct map addresses;    /* (generation, epoch, address) ... */
	uint32_t *frame_of; size_t n_frame_of, cap_frame_of;   /* ... to frame, or MAP_NONE */
	struct map places;       /* (object, address): ids as in v */
	struct frame *v; size_t n, cap;
	struct map symbols;      /* (object, symbol): ids as in functions */
	struct function *functions; size_t n_functions, cap_functions;
	struct frame_line *lines; size_t n_lines, cap_lines;
	struct map files;        /* paths of source files */
	size_t n_unsymbolized;   /* frames without a symbol */
};

/* Ids of frames, or MAP_NONE: memory is out. */
uint32_t frames_kernel(struct frames *f, uint64_t addr);
/* A frame that has a name only: "[cut: …]", "[guest]". */
uint32_t frames_named(struct frames *f, const char *name);

/* Whether a frame of frames_user() is in a signal trampoline. */
bool frames_is_signal(struct frames *f, uint32_t frame);

/*
 * Whether addr is where functions with a probe on their return go back to: the first instruction of
 * the page that the kernel maps for it.
 */
bool frames_is_return_probe(const struct frames *f, uint32_t generation, uint64_t time,
			    uint64_t addr);

/*
 * The frame at addr in a generation of process pid.  Returns 1 and sets *frame; 0 when nothing is
 * mapped there, as far as is known now (*frame is then a frame called "[0xADDR]"); or -ENOMEM.
 */
int frames_user(struct frames *f, uint32_t pid, uint32_t generation, uint32_t epoch, uint64_t time,
		uint64_t addr, uint32_t *frame) MUST_CHECK;

/* Forget which frame an address had; to be called when generations were freed. */
void frames_forget_addresses(struct frames *f);

void frames_release(struct frames *f);
