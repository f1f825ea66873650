/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Other profiles made from one: filtered, grouped, around a function; and sums by function. */
'use strict';

// ---- building a profile ----

// Stacks merged by frames; child() is a hash table of (node, frame) with open addressing.
class Builder {
	constructor(like) {
		this.like = like;
		this.n = 1;
		this.parent = new Uint32Array(1024);
		this.frame = new Uint32Array(1024);
		this.self = new Float64Array(1024);
		this.before = like.before ? new Float64Array(1024) : null;
		this.slots = new Uint32Array(4096);
	}

	slotOf(node, frame) {
		const mask = this.slots.length - 1;
		let hash = Math.imul(node, 0x9e3779b1) ^ Math.imul(frame + 1, 0x85ebca6b);

		hash = Math.imul(hash ^ hash >>> 15, 0x2c1b3c6d);
		for (let at = (hash ^ hash >>> 13) & mask; ; at = (at + 1) & mask) {
			const found = this.slots[at];

			if (!found || (this.parent[found] === node && this.frame[found] === frame))
				return at;
		}
	}

	child(node, frame) {
		const at = this.slotOf(node, frame);

		if (this.slots[at])
			return this.slots[at];
		if (this.n === this.parent.length)
			this.grow();
		this.parent[this.n] = node;
		this.frame[this.n] = frame;
		this.slots[at] = this.n;
		if (this.n * 2 > this.slots.length)
			this.rehash();
		return this.n++;
	}

	grow() {
		for (const key of ['parent', 'frame', 'self', 'before']) {
			const old = this[key];

			if (!old)
				continue;
			this[key] = new old.constructor(old.length * 2);
			this[key].set(old);
		}
	}

	rehash() {
		this.slots = new Uint32Array(this.slots.length * 2);
		for (let i = 1; i <= this.n; i++)
			this.slots[this.slotOf(this.parent[i], this.frame[i])] = i;
	}

	add(node, self, before) {
		this.self[node] += self;
		if (this.before)
			this.before[node] += before;
	}

	// Lists of children, each in the order of frames, which is that of names.
	children() {
		const { n } = this, names = this.like.names.length;
		const first = new Uint32Array(n), next = new Uint32Array(n);
		const count = new Uint32Array(names + 1), order = new Uint32Array(n);

		for (let i = 1; i < n; i++)
			count[this.frame[i] + 1]++;
		for (let i = 0; i < names; i++)
			count[i + 1] += count[i];
		for (let i = 1; i < n; i++)
			order[count[this.frame[i]]++] = i;
		for (let k = n - 2; k >= 0; k--) {
			const i = order[k], parent = this.parent[i];

			next[i] = first[parent];
			first[parent] = i;
		}
		return { first, next };
	}

	finish(more) {
		const { n, like } = this, { first, next } = this.children();
		const p = {
			n, frame: new Uint32Array(n), depth: new Uint32Array(n), parent: new Uint32Array(n),
			self: new Float64Array(n), before: this.before && new Float64Array(n)
		};
		const place = new Uint32Array(n);
		let at = 0;

		for (let i = 0; ; at++) {
			place[i] = at;
			p.self[at] = this.self[i];
			if (p.before)
				p.before[at] = this.before[i];
			if (i) {
				p.parent[at] = place[this.parent[i]];
				p.depth[at] = p.depth[p.parent[at]] + 1;
				p.frame[at] = this.frame[i];
			}
			if (first[i]) {
				i = first[i];
				continue;
			}
			while (i && !next[i])
				i = this.parent[i];
			if (!i)
				break;
			i = next[i];
		}
		return complete(like, p, more);
	}
}

// ---- derived profiles ----

/*
 * Only the samples that the steps leave: {op: 'focus', frame} keeps what the function calls, 'drop'
 * removes samples that have it, 'hide' leaves the function out and gives its own samples to its
 * caller.
 */
function filterProfile(p, steps) {
	const step = new Map(steps.map(s => [s.frame, s.op]));
	const focus = steps.some(s => s.op === 'focus');
	const b = new Builder(p), to = new Uint32Array(p.n);
	let inside = focus ? 0 : p.n;

	for (let i = 0; i < p.n;) {
		const op = step.get(p.frame[i]);

		if (op === 'drop') {
			i = p.end[i];
			continue;
		}
		if (i >= inside && op === 'focus')
			inside = p.end[i];
		if (i < inside) {
			to[i] = i === 0 || op === 'hide' ? to[p.parent[i]] : b.child(to[p.parent[i]], p.frame[i]);
			b.add(to[i], p.self[i], selfBefore(p, i));
		}
		i++;
	}
	return b.finish(focus ? { groups: 0 } : {});
}

// Threads and other labels left out, so that the same code of all of them is one.
function stripLabels(p) {
	const b = new Builder(p), to = new Uint32Array(p.n);

	for (let i = 0; i < p.n; i++) {
		const parent = to[p.parent[i]];

		to[i] = i === 0 || (parent === 0 && kindOfFrame(p, p.frame[i]) === LABEL) ? parent
			: b.child(parent, p.frame[i]);
		b.add(to[i], p.self[i], selfBefore(p, i));
	}
	return b.finish({});
}

// Nodes of a function that are not inside another of the same: what its total is the sum of.
function outermost(p, frame) {
	const nodes = [];

	for (let i = 1; i < p.n;) {
		if (p.frame[i] === frame) {
			nodes.push(i);
			i = p.end[i];
		} else {
			i++;
		}
	}
	return nodes;
}

function calleesOf(p, frame) {
	const b = new Builder(p), to = new Uint32Array(p.n);

	for (const node of outermost(p, frame)) {
		for (let i = node; i < p.end[node]; i++) {
			to[i] = b.child(i === node ? 0 : to[p.parent[i]], p.frame[i]);
			b.add(to[i], p.self[i], selfBefore(p, i));
		}
	}
	return b.finish({ groups: 0 });
}

// The function at the root, its callers above it, up to where their stacks begin.
function callersOf(p, frame) {
	const nodes = Uint32Array.from(outermost(p, frame)), of = totals => Float64Array.from(nodes, i => totals[i]);

	return mergeUpwards({ ...p, groups: 0 }, nodes, of(p.total), p.before && of(p.beforeTotal));
}

/*
 * Another frame above each stack, from the labels of the samples.  keyOf gives the group's name from
 * a label record, and order its place among the groups.
 */
function groupProfile(p, keyOf) {
	const keys = p.labels.map(keyOf), groups = [...new Set(keys)].sort(compareNumbersInText);
	const first = rootFrame(p), byKey = new Map(groups.map((key, i) => [key, first + i]));
	const like = {
		...p, groups: 1, names: [...p.names.slice(0, first), ...groups, p.names[first]],
		kinds: Uint8Array.from({ length: first + groups.length }, (_, i) =>
			(i < first ? p.kinds[i] : LABEL | (i & 3) << 3))
	};
	const b = new Builder(like), path = [];

	for (let k = 0; k < p.sampleNode.length; k++) {
		let to = b.child(0, byKey.get(keys[p.sampleLabel[k]]));

		path.length = 0;
		for (let i = p.sampleNode[k]; i; i = p.parent[i])
			path.push(p.frame[i]);
		while (path.length)
			to = b.child(to, path.pop());
		b.add(to, p.sampleCount[k], 0);
	}
	return b.finish({});
}

const compareNumbersInText = new Intl.Collator('en', { numeric: true }).compare;

// ---- functions ----

/*
 * By frame: samples that end in it, samples that have it on the stack (recursion counted once), and
 * the same of the profile before.  used lists the frames that are there.
 */
function functionsOf(p) {
	if (p.byFunction)
		return p.byFunction;
	const names = p.names.length, open = new Uint32Array(names), leave = [];
	const f = {
		self: new Float64Array(names), total: new Float64Array(names),
		before: p.before && new Float64Array(names), beforeTotal: p.before && new Float64Array(names),
		used: []
	};
	const seen = new Uint8Array(names);

	for (let i = 1; i < p.n; i++) {
		const frame = p.frame[i];

		while (leave.length && p.end[leave[leave.length - 1]] <= i)
			open[p.frame[leave.pop()]]--;
		f.self[frame] += p.self[i];
		if (p.before)
			f.before[frame] += p.before[i];
		if (!open[frame]) {
			f.total[frame] += p.total[i];
			if (p.before)
				f.beforeTotal[frame] += p.beforeTotal[i];
		}
		if (!seen[frame]) {
			seen[frame] = 1;
			f.used.push(frame);
		}
		if (p.end[i] > i + 1) {
			open[frame]++;
			leave.push(i);
		}
	}
	if (p.before) {
		f.limit = significanceLimit(f.total, f.beforeTotal, p.sums);
		f.selfLimit = significanceLimit(f.self, f.before, p.sums);
	}
	p.byFunction = f;
	return f;
}
