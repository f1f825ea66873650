/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Profiles in the viewers: what is computed from one and how another is derived from it.
 *
 * A profile is the one that island.js reads, or one built here from it: grouped, filtered, inverted,
 * the callers or the callees of a function.  All have the same arrays in pre-order, so every view can
 * show every profile.  frame[] indexes names[], and an index means the same function in each of them;
 * the root's is the last.  size[] is what a node takes of the width: its total, but for a difference.
 */
'use strict';

const LABEL = 4;    // enum frame_kind: a thread, a process, a CPU: not code
const SUFFIXES = ['', '_[k]', '_[j]', '_[i]', ''];
const KIND_NAMES = ['user code', 'kernel', 'JIT-compiled', 'inlined', 'label'];

const rootFrame = p => p.names.length - 1;
const kindOfFrame = (p, frame) => frame === rootFrame(p) ? LABEL : p.kinds[frame] & 7;
const labelOfFrame = (p, frame) => p.names[frame] + SUFFIXES[kindOfFrame(p, frame)];
const moduleOfFrame = (p, frame) => (p.module && p.module[frame] ? p.modules[p.module[frame] - 1] : '');

// ---- totals and places ----

function sumUp(p, self) {
	const total = Float64Array.from(self);

	for (let i = p.n - 1; i > 0; i--)
		total[p.parent[i]] += total[i];
	return total;
}

function endsOf(p) {
	const end = new Uint32Array(p.n);

	for (let i = p.n - 1; i >= 0; i--) {
		if (!end[i])
			end[i] = i + 1;
		if (i && end[p.parent[i]] < end[i])
			end[p.parent[i]] = end[i];
	}
	return end;
}

// Children from the left; a node's own part is to the right of them.
function startsOf(p) {
	const start = new Float64Array(p.n), next = new Float64Array(p.n);

	for (let i = 1; i < p.n; i++) {
		const parent = p.parent[i];

		start[i] = next[i] = next[parent];
		next[parent] += p.size[i];
	}
	return start;
}

/*
 * What a difference draws: the share after, the share before, or both; both shows what vanished as
 * well as what is new.  Sizes are in samples of the profile after.
 */
function sizesOf(p, width) {
	const scale = p.sums.before ? (p.sums.after || p.sums.before) / p.sums.before : 0;

	if (!p.before || width === 'after')
		return p.total;
	if (width === 'before')
		return p.beforeTotal.map(samples => samples * scale);
	return p.total.map((samples, i) => (samples + p.beforeTotal[i] * scale) / 2);
}

function setWidth(p, width) {
	p.size = sizesOf(p, width);
	p.start = startsOf(p);
	p.byFunction = null;
	return p;
}

/*
 * The profile that was read, as the page uses it.  sums are those of the whole recording: shares in
 * any derived profile are of them.
 */
function openProfile(p) {
	if (p.before)
		p.beforeTotal = sumUp(p, p.before);
	p.sums = { after: p.total[0], before: p.before ? p.beforeTotal[0] : 0 };
	p.width = p.before ? 'both' : 'after';
	p.groups = 0;
	p.size = p.total;
	if (!p.before)
		return p;
	p.sums.limit = significanceLimit(p.total, p.beforeTotal, p.sums);
	return setWidth(p, p.width);
}

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
			n, names: like.names, kinds: like.kinds, modules: like.modules, module: like.module,
			facts: like.facts, unit: like.unit, units: like.units, sums: like.sums, width: like.width, groups: like.groups || 0,
			frame: new Uint32Array(n), depth: new Uint32Array(n), parent: new Uint32Array(n),
			self: new Float64Array(n), before: this.before && new Float64Array(n), ...more
		};
		const place = new Uint32Array(n);
		let at = 0;

		p.frame[0] = rootFrame(like);
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
		p.total = sumUp(p, p.self);
		if (p.before)
			p.beforeTotal = sumUp(p, p.before);
		p.end = endsOf(p);
		return setWidth(p, p.width);
	}
}

const selfBefore = (p, i) => (p.before ? p.before[i] : 0);
const totalBefore = (p, i) => (p.before ? p.beforeTotal[i] : 0);
const isLeaf = (p, i) => p.self[i] > 0 || selfBefore(p, i) > 0;

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

// Leaf first.  The frames of a grouping stay where they are, at the root.
function invertProfile(p) {
	const b = new Builder(p), path = [];

	for (let i = 0; i < p.n; i++) {
		if (!isLeaf(p, i))
			continue;
		let to = 0, node = i;

		path.length = 0;
		for (; p.depth[node] > p.groups; node = p.parent[node])
			path.push(p.frame[node]);
		for (const groups = []; ; node = p.parent[node]) {
			if (!node) {
				while (groups.length)
					to = b.child(to, groups.pop());
				break;
			}
			groups.push(p.frame[node]);
		}
		for (const frame of path)
			to = b.child(to, frame);
		b.add(to, p.self[i], selfBefore(p, i));
	}
	return b.finish({ inverted: true });
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
	const b = new Builder(p);

	for (const node of outermost(p, frame)) {
		let to = 0;

		for (let i = node; i; i = p.parent[i])
			to = b.child(to, p.frame[i]);
		b.add(to, p.total[node], totalBefore(p, node));
	}
	return b.finish({ groups: 0, inverted: true });
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

// ---- search ----

/*
 * A pattern on names, which are tested once each.  null: nothing is searched for; error: why the
 * pattern is none.
 */
function compileSearch(names, text, ignoreCase) {
	const search = { text, ignoreCase, error: '', matched: null };

	if (!text)
		return null;
	try {
		const pattern = new RegExp(text, ignoreCase ? 'i' : '');

		search.matched = Uint8Array.from(names, name => (pattern.test(name) ? 1 : 0));
		search.matched[names.length - 1] = 0;
	} catch (error) {
		search.error = error.message;
	}
	return search;
}

// Matching nodes before each node, so that whole subtrees can be passed over.
function countMatches(p, search) {
	const before = new Uint32Array(p.n + 1);

	for (let i = 0; i < p.n; i++)
		before[i + 1] = before[i] + search.matched[p.frame[i]];
	return before;
}

/*
 * Matches under a view's node and in its range, that are not inside a match: {nodes, size, samples}.
 */
function outermostMatches(p, search, before, view) {
	const nodes = [], stop = p.end[view.node];
	let size = 0, samples = 0, i = view.node;

	while (i < stop) {
		const low = Math.max(p.start[i], view.low);
		const high = Math.min(p.start[i] + p.size[i], view.high);

		if (high <= low || before[p.end[i]] === before[i]) {
			i = p.end[i];
		} else if (search.matched[p.frame[i]] && p.depth[i] >= view.focus) {
			nodes.push(i);
			size += high - low;
			samples += p.total[i];
			i = p.end[i];
		} else {
			i++;
		}
	}
	return { nodes, size, samples };
}

// ---- what is seen: a node, and the range [low, high) that fills the width ----

const viewOfNode = (p, node) => ({
	node, low: p.start[node], high: p.start[node] + p.size[node], focus: p.depth[node]
});
const viewOfRun = (p, run) => ({
	node: p.parent[run.node], low: run.low, high: run.high, focus: run.depth
});
const isWhole = (p, view) => view.low === 0 && view.high === p.size[0] && view.focus === 0;

const RUN_LEAST_WIDTH = 0.1;

/*
 * Boxes of a view in pre-order: {node, end, depth, low, high, x, width, run}.  A run stands for
 * neighbours under one parent that are too thin to be drawn one by one, and all above them; so the
 * cost follows the pixels and not the profile.
 */
function boxesOf(p, view, width, leastWidth = 0.5) {
	const scale = width / (view.high - view.low), boxes = [];
	let run = null, i = 0;
	const endRun = () => {
		if (run && run.width >= RUN_LEAST_WIDTH)
			boxes.push(run);
		run = null;
	};

	while (i < p.n) {
		const low = p.start[i], high = low + p.size[i];

		if (high <= view.low || low >= view.high) {
			i = p.end[i];
			continue;
		}
		const x = (Math.max(low, view.low) - view.low) * scale;
		const w = (Math.min(high, view.high) - view.low) * scale - x;

		if (w >= leastWidth) {
			endRun();
			boxes.push({ node: i, end: p.end[i], depth: p.depth[i], low, high, x, width: w, run: false });
			i++;
			continue;
		}
		if (!run || run.end !== i || run.depth !== p.depth[i]) {
			endRun();
			run = { node: i, end: i, depth: p.depth[i], low, high, x, width: 0, run: true };
		}
		run.end = p.end[i];
		run.high = high;
		run.width = x + w - run.x;
		i = run.end;
	}
	endRun();
	return boxes;
}

// ---- paths, which outlive a profile: they are what the address keeps ----

function pathOf(p, node) {
	const path = [];

	for (; node; node = p.parent[node])
		path.push(encodeURIComponent(labelOfFrame(p, p.frame[node])));
	return path.reverse().join(';');
}

// The node that path leads to, or the last one on the way that exists.
function nodeAt(p, path) {
	let node = 0;

	for (const part of path ? path.split(';') : []) {
		const label = decodeURIComponent(part), stop = p.end[node];
		let child = node + 1;

		while (child < stop && labelOfFrame(p, p.frame[child]) !== label)
			child = p.end[child];
		if (child >= stop)
			return node;
		node = child;
	}
	return node;
}

function frameNamed(p, label) {
	for (let frame = 0; frame < p.names.length - 1; frame++)
		if (p.names[frame].length <= label.length && labelOfFrame(p, frame) === label)
			return frame;
	return -1;
}
