/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The viewer: draws the flame graph from the profile in this file, whatever part is asked for.
 *
 * Nodes are arrays in pre-order with the end of each subtree, so a redraw touches what can be seen
 * and skips the rest: its cost follows the pixels, not the profile.  Nothing is loaded from anywhere.
 */
'use strict';

const SVG = 'http://www.w3.org/2000/svg';
const MARGIN = 10, BASELINE = 5;
const LEAST_WIDTH_MIN = 0.1;    // of the elements that are drawn: their number follows the width

const script = document.currentScript;
const svg = (script && script.ownerSVGElement) || document.documentElement;
const find = id => svg.querySelector('#' + id);

// How the file wants to be shown at first.
const look = svg.dataset;
const ROW = (+look.fontSize || 11) + 6, BOX = ROW - 1;
const LEAST_WIDTH = Math.max(+look.minWidth, LEAST_WIDTH_MIN);
const FIRST = { icicle: !!look.inverted, reverse: !!look.reverse, colors: look.colors };

// ---- elements ----

function element(name, attributes, ...children) {
	const e = document.createElementNS(SVG, name);

	for (const key in attributes)
		e.setAttribute(key, attributes[key]);
	e.append(...children);
	return e;
}

// Elements of one name, made when needed and used again at the next redraw.
class Pool {
	constructor(parent, name, attributes) {
		Object.assign(this, { parent, name, attributes, made: [], used: 0 });
	}
	take() {
		if (this.used === this.made.length) {
			this.made.push(element(this.name, this.attributes));
			this.parent.append(this.made[this.used]);
		}
		return this.made[this.used++];
	}
	trim() {
		for (const e of this.made.splice(this.used))
			e.remove();
		this.used = 0;
	}
}

// ---- the page ----

class Viewer {
	constructor(p) {
		this.calls = this.p = openProfile(p);
		this.reversed = null;    // made when it is asked for
		this.state = { ...FIRST, view: viewOfNode(p, 0), found: null, ignoreCase: false };
		this.picked = null;
		this.shorts = new Map();
		this.rows = 0;
		this.rowHeight = ROW;
		this.makePage();
		this.listen();
		this.restore();
	}

	makePage() {
		find('plain').remove();
		svg.removeAttribute('viewBox');
		svg.removeAttribute('role');
		svg.setAttribute('width', '100%');
		svg.style.display = 'block';
		this.graph = element('g', {
			class: 'graph', tabindex: '0', role: 'application', 'aria-roledescription': 'flame graph',
			'aria-label': 'Flame graph: arrow keys move between frames, Enter zooms, Escape resets'
		});
		this.shapes = element('g');
		this.labels = element('g', { 'aria-hidden': 'true' });
		this.hover = element('rect', { class: 'hover', height: BOX, visibility: 'hidden' });
		this.pick = element('rect', { class: 'pick', height: BOX, visibility: 'hidden' });
		this.graph.append(this.shapes, this.labels, this.hover, this.pick);
		this.rects = new Pool(this.shapes, 'rect', { height: BOX });
		this.texts = new Pool(this.labels, 'text', { class: 'label' });
		this.bar = new Bar(this.p, {
			search: text => this.search(text), toggleCase: () => this.toggleCase(),
			step: by => this.step(by), toggleIcicle: () => this.toggleIcicle(),
			toggleReverse: () => this.toggleReverse(), reset: () => this.reset(),
			colors: colors => this.change({ colors }, 'replace')
		}, FIRST);
		this.barBox = element('foreignObject', { x: 0, y: 0, width: '100%', height: 70, class: 'top' });
		this.barBox.append(this.bar.element);
		this.tip = html('div', { class: 'tip', role: 'tooltip', hidden: '' });
		this.tipBox = element('foreignObject', { x: 0, y: 0, width: 0, height: 0,
			style: 'pointer-events:none;overflow:visible' });
		this.tipBox.append(html('div', { style: 'position:relative' }, this.tip));
		svg.append(this.graph, this.barBox, this.tipBox);
		this.measureText();
	}

	// The font has one width for ASCII; other characters are measured one name at a time.
	measureText() {
		const probe = element('text', { class: 'label', visibility: 'hidden' }, 'm'.repeat(100));

		svg.append(probe);
		this.charWidth = probe.getComputedTextLength() / 100 || 6.7;
		probe.remove();
	}

	// names: forms of one name, from long to short.
	fit(names, width) {
		const chars = Math.floor((width - 5) / this.charWidth);

		if (chars < 3)
			return '';
		const name = nameFor(names, chars);
		// Wide characters take two columns, at most.
		const ascii = /^[\x20-\x7e…]*$/.test(name.slice(0, chars + 1));
		const most = ascii ? chars : Math.floor(chars / 2);

		if (name.length <= most)
			return name;
		return Array.from(name.slice(0, most * 2)).slice(0, Math.max(most - 1, 1)).join('') + '…';
	}

	// ---- drawing ----

	width() {
		return Math.max(svg.getBoundingClientRect().width - 2 * MARGIN, 50);
	}

	draw() {
		const { p, state } = this, width = this.width();

		this.drawnWidth = width;
		this.setColors(state.colors);
		this.boxes = boxesOf(p, state.view, width, LEAST_WIDTH);
		const rows = this.boxes.reduce((most, box) => Math.max(most, box.depth), 0) + 1;
		this.rows = Math.max(this.rows, rows);
		this.top = Math.ceil(this.bar.element.getBoundingClientRect().height || 70) + 8;
		this.barBox.setAttribute('height', this.top);
		svg.setAttribute('height', Math.max(this.top + this.rows * ROW + MARGIN, window.innerHeight - 1));
		this.graph.setAttribute('transform', `translate(${MARGIN},${this.top})`);
		this.byDepth = Array.from({ length: rows }, () => []);
		for (const box of this.boxes) {
			this.byDepth[box.depth].push(box);
			this.drawBox(box);
		}
		this.rects.trim();
		this.texts.trim();
		this.showPick();
		this.showState();
	}

	setColors(palette) {
		if (palette !== this.palette)
			this.colors = colorsOf(this.calls, palette);
		this.palette = palette;
	}

	colorOf(node) {
		return this.colors ? this.colors[this.p.frame[node]] : colorOfNode(this.p, this.palette, node);
	}

	y(depth) {
		return (this.state.icicle ? depth : this.rows - 1 - depth) * ROW;
	}

	isMatch(box) {
		const found = this.state.found;

		if (!found || found.error)
			return false;
		return box.run ? found.before[box.end] > found.before[box.node]
			       : found.matched[this.p.frame[box.node]];
	}

	drawBox(box) {
		const { p } = this, rect = this.rects.take(), faded = box.depth < this.state.view.focus;
		const looks = box.run ? 'thin' : 'f ' + this.colorOf(box.node);
		const text = box.run ? this.fit([`${grouped(box.end - box.node)} narrow frames`], box.width)
				     : this.fit(this.shortsOf(this.nameOf(box.node)), box.width);

		rect.setAttribute('x', box.x.toFixed(2));
		rect.setAttribute('y', this.y(box.depth));
		rect.setAttribute('width', (box.width > 2 ? box.width - 0.5 : box.width).toFixed(2));
		rect.setAttribute('class', looks + (this.isMatch(box) ? ' match' : '') + (faded ? ' faded' : ''));
		box.rect = rect;
		if (!text)
			return;
		const label = this.texts.take();

		label.setAttribute('x', (box.x + 3).toFixed(2));
		label.setAttribute('y', this.y(box.depth) + ROW - BASELINE);
		label.setAttribute('class', faded ? 'label faded' : 'label');
		label.textContent = text;
	}

	shortsOf(name) {
		if (!this.shorts.has(name))
			this.shorts.set(name, shortNames(name));
		return this.shorts.get(name);
	}

	nameOf(node) {
		return this.p.names[this.p.frame[node]];
	}

	// Of a box: a run stands for neighbours, which are one behind the other.
	sumOf(box, values) {
		const { p } = this;
		let sum = 0;

		for (let i = box.node; i < box.end; i = box.run ? p.end[i] : box.end)
			sum += values[i];
		return sum;
	}

	// What is zoomed to: a node, or the boxes of a run.
	samplesShown() {
		const { p } = this, { view } = this.state;
		let sum = 0;

		if (view.focus === p.depth[view.node])
			return p.total[view.node];
		for (let i = view.node + 1; i < p.end[view.node]; i = p.end[i])
			sum += p.start[i] >= view.low && p.start[i] < view.high ? p.total[i] : 0;
		return sum;
	}

	describe(box) {
		const { p } = this, { view } = this.state, frame = p.frame[box.node], n = box.end - box.node;
		const samples = this.sumOf(box, p.total), before = p.before ? this.sumOf(box, p.beforeTotal) : 0;
		const self = !box.run && p.self[box.node] < samples ? p.self[box.node] : 0;
		const shown = isWhole(p, view) || box.depth < view.focus ? 0 : this.samplesShown();
		const compared = !p.before ? null : !box.run ? compareNode(p, box.node)
			: { ...compareShares(samples, before, p.sums), isNoise: false };
		const numbers = numbersOf(p, samples, self, before, shown, compared), kind = kindOfFrame(p, frame);

		if (box.run)
			return { name: countText(n, 'narrow frame', 'narrow frames'), numbers: numbers.join(', '), samples };
		if (kind && kind !== LABEL)
			numbers.push(KIND_NAMES[kind]);
		if (moduleOfFrame(p, frame))
			numbers.push('in ' + moduleOfFrame(p, frame));
		return { name: p.names[frame], numbers: numbers.join(', '), samples };
	}

	outline(rect, box) {
		if (!box) {
			rect.setAttribute('visibility', 'hidden');
			return;
		}
		rect.setAttribute('visibility', 'visible');
		rect.setAttribute('x', box.x.toFixed(2));
		rect.setAttribute('y', this.y(box.depth));
		rect.setAttribute('width', Math.max(box.width - 0.5, 1).toFixed(2));
	}

	showPick() {
		const box = this.picked === null ? null : this.boxOf(this.picked);

		this.outline(this.pick, box);
		this.outline(this.hover, null);
		this.showDetails(box);
	}

	showDetails(box) {
		if (!box) {
			this.bar.details.textContent = 'Click or Enter zooms, arrow keys move, Ctrl-F searches';
			return;
		}
		const { name, numbers } = this.describe(box);

		this.bar.details.textContent = `${numbers} · ${name.slice(0, 2000)}`;
	}

	showState() {
		const { p, state } = this, { found, view } = state;

		this.matches = found && !found.error ? outermostMatches(p, found, found.before, view) : null;
		this.bar.show(state, isWhole(p, view), this.matches, this.matches ? this.matchText() : '');
	}

	matchText() {
		const { p, matches } = this, { view, found } = this.state;
		const frames = found.before[p.end[view.node]] - found.before[view.node];
		let text = `${grouped(frames)} frame${frames === 1 ? '' : 's'} matched: ` +
			percent(matches.samples, this.samplesShown());

		if (!isWhole(p, view))
			text += ` of what is shown, ${percent(found.all, p.total[0])} of all`;
		return text;
	}

	// ---- boxes by place ----

	boxOf(node) {
		const { p } = this, row = this.byDepth[p.depth[node]] || [];

		return row.find(box => box.node === node || (box.run && node >= box.node && node < box.end)) ||
			this.runOver(node);
	}

	// A node inside a run is shown by the run that one of its ancestors is in.
	runOver(node) {
		for (let depth = Math.min(this.p.depth[node], this.byDepth.length) - 1; depth > 0; depth--) {
			const run = this.byDepth[depth].find(b => b.run && node >= b.node && node < b.end);

			if (run)
				return run;
		}
		return null;
	}

	boxAt(event) {
		const area = svg.getBoundingClientRect();
		const x = event.clientX - area.left - MARGIN, y = event.clientY - area.top - this.top;
		const row = Math.floor(y / ROW), depth = this.state.icicle ? row : this.rows - 1 - row;

		return boxInRow(this.byDepth[depth], x);
	}

	// ---- actions ----

	change(changes, how) {
		Object.assign(this.state, changes);
		this.draw();
		this.remember(how);
	}

	zoom(view) {
		const { p, state } = this;

		if (view.low === state.view.low && view.high === state.view.high &&
		    view.focus === state.view.focus)
			return;
		this.hideTip();
		this.change({ view }, 'push');
		this.toRoot();
	}

	zoomBox(box) {
		this.zoom(box.run ? viewOfRun(this.p, box) : viewOfNode(this.p, box.node));
	}

	reset() {
		this.zoom(viewOfNode(this.p, 0));
	}

	// In a graph higher than the window, what was zoomed to is near the root.
	toRoot() {
		if (svg !== document.documentElement)
			return;
		const y = this.top + this.y(this.state.view.focus);

		if (y < window.scrollY + this.top || y + ROW > window.scrollY + window.innerHeight)
			window.scrollTo(0, this.state.icicle ? y - this.top : y + 3 * ROW - window.innerHeight);
	}

	search(text) {
		this.change({ found: this.find(text) }, 'replace');
	}

	find(text) {
		const { p } = this, found = compileSearch(p.names, text, this.state.ignoreCase);

		if (!found || found.error)
			return found;
		found.before = countMatches(p, found);
		found.all = outermostMatches(p, found, found.before, viewOfNode(p, 0)).samples;
		return found;
	}

	toggleCase() {
		this.state.ignoreCase = !this.state.ignoreCase;
		this.search(this.bar.input.value);
	}

	toggleIcicle() {
		this.change({ icicle: !this.state.icicle }, 'replace');
		this.toRoot();
	}

	nextColors() {
		const { options, selectedIndex } = this.bar.colors;

		this.change({ colors: options[(selectedIndex + 1) % options.length].value }, 'replace');
	}

	// What was zoomed to is elsewhere then, and so are the matches.
	toggleReverse() {
		this.setReverse(!this.state.reverse);
		this.change({ view: viewOfNode(this.p, 0) }, 'push');
		this.toRoot();
	}

	setReverse(reverse) {
		if (reverse && !this.reversed)
			this.reversed = invertProfile(this.calls);
		this.state.reverse = reverse;
		this.p = reverse ? this.reversed : this.calls;
		this.picked = null;
		this.rows = 0;
		this.state.found = this.find(this.bar.input.value);
	}

	step(by) {
		if (!this.matches || !this.matches.nodes.length)
			return;
		const { nodes } = this.matches, now = nodes.indexOf(this.picked);
		const next = now < 0 ? (by > 0 ? 0 : nodes.length - 1) : (now + by + nodes.length) % nodes.length;

		this.picked = nodes[next];
		this.showPick();
		this.scrollToPick();
		this.bar.result.textContent = `${next + 1} of ${grouped(nodes.length)} · ${this.matchText()}`;
	}

	scrollToPick() {
		const box = this.picked === null ? null : this.boxOf(this.picked);

		if (!box || svg !== document.documentElement)
			return;
		const y = this.top + this.y(box.depth);

		if (y < window.scrollY + this.top)
			window.scrollTo(0, y - this.top - ROW);
		else if (y + ROW > window.scrollY + window.innerHeight)
			window.scrollTo(0, y + 2 * ROW - window.innerHeight);
	}

	// dx, dy: columns to the right, levels away from the root.
	move(dx, dy) {
		const now = this.picked === null ? null : this.boxOf(this.picked);
		let next = null;

		if (!now) {
			next = boxInRow(this.byDepth[this.state.view.focus], 0);
		} else if (dx) {
			const row = this.byDepth[now.depth];

			next = row[row.indexOf(now) + dx];
		} else if (dy < 0) {
			next = now.depth ? this.boxOf(this.p.parent[now.node]) : null;
		} else {
			for (const box of this.byDepth[now.depth + 1] || [])
				if (box.node > now.node && box.node < now.end && (!next || box.width > next.width))
					next = box;
		}
		if (next) {
			this.picked = next.node;
			this.showPick();
			this.scrollToPick();
		}
	}

	escape() {
		if (!this.bar.help.hidden)
			return this.bar.toggleHelp();
		if (!isWhole(this.p, this.state.view))
			return this.reset();
		this.picked = null;
		if (this.state.found) {
			this.bar.input.value = '';
			this.search('');
		}
		this.showPick();
	}

	// ---- address ----

	remember(how) {
		const hash = hashOf(this.p, this.state, FIRST);

		if (hash === (location.hash || '#'))
			return;
		try {
			history[how + 'State'](null, '', hash);
		} catch (error) {
			// Not allowed where this is embedded: the picture works without.
		}
	}

	restore() {
		const fields = fieldsOf(location.hash), { state } = this;
		let text = '';

		Object.assign(state, looksAt(fields, FIRST));
		try {
			text = decodeURIComponent(fields.get('s') || '');
		} catch (error) {
			// A damaged address shows everything.
		}
		this.bar.input.value = text;
		this.setReverse(state.reverse);
		try {
			state.view = viewAt(this.p, fields);
		} catch (error) {
			state.view = viewOfNode(this.p, 0);
		}
		this.draw();
		this.placeBar();
		if (!state.icicle)
			this.toRoot();
	}

	// ---- events ----

	listen() {
		const redraw = () => {
			if (Math.abs(this.width() - this.drawnWidth) <= 0.5)
				return;
			this.draw();
			this.toRoot();
		};

		this.graph.addEventListener('click', event => {
			const box = this.boxAt(event);

			if (!box)
				return;
			this.picked = box.node;
			this.zoomBox(box);
			this.showPick();
		});
		this.graph.addEventListener('mousemove', event => this.pointAt(event));
		this.graph.addEventListener('mouseleave', () => this.hideTip());
		window.addEventListener('keydown', event => this.key(event));
		window.addEventListener('resize', redraw);
		window.addEventListener('scroll', () => this.placeBar());
		window.addEventListener('popstate', () => this.restore());
		window.addEventListener('hashchange', () => {
			if (location.hash !== hashOf(this.p, this.state, FIRST))
				this.restore();
		});
	}

	placeBar() {
		if (svg === document.documentElement)
			this.barBox.setAttribute('y', window.scrollY);
	}

	pointAt(event) {
		const box = this.boxAt(event);

		this.outline(this.hover, box);
		if (!box)
			return this.hideTip();
		const { name, numbers } = this.describe(box);
		const shown = name.length > 1500 ? name.slice(0, 1500) + '…' : name;

		this.showDetails(box);
		this.tip.replaceChildren(html('b', {}, shown), html('span', {}, numbers));
		this.tip.hidden = false;
		this.placeTip(event);
	}

	placeTip(event) {
		const area = svg.getBoundingClientRect();
		const x = event.clientX - area.left, y = event.clientY - area.top;

		this.tipBox.setAttribute('width', area.width);
		this.tip.style.width = 'max-content';
		this.tip.style.left = this.tip.style.top = '0';
		const size = this.tip.getBoundingClientRect();
		const below = event.clientY + 18 + size.height < window.innerHeight;

		this.tip.style.left = Math.max(Math.min(x + 12, area.width - size.width - 6), 4) + 'px';
		this.tip.style.top = (below ? y + 18 : Math.max(y - size.height - 10, -area.top)) + 'px';
	}

	hideTip() {
		this.tip.hidden = true;
		this.outline(this.hover, null);
		this.showDetails(this.picked === null ? null : this.boxOf(this.picked));
	}

	key(event) {
		const { target } = event, command = event.ctrlKey || event.metaKey;
		const action = command ? this.commandKey(event)
			: target === this.bar.input ? this.inputKey(event)
			: target === this.bar.colors && event.key !== 'Escape' ? null : this.graphKey(event);

		if (action) {
			event.preventDefault();
			action();
		}
	}

	commandKey(event) {
		return {
			f: () => this.bar.focusInput(),
			i: () => this.toggleCase(),
			g: () => this.step(event.shiftKey ? -1 : 1)
		}[event.altKey ? '' : event.key.toLowerCase()];
	}

	inputKey(event) {
		const back = event.shiftKey ? -1 : 1;

		return {
			Enter: () => this.step(back),
			F3: () => this.step(back),
			Escape: () => {
				this.bar.input.value = '';
				this.search('');
				this.graph.focus();
			}
		}[event.key];
	}

	graphKey(event) {
		const up = this.state.icicle ? -1 : 1;
		const isButton = event.target.localName === 'button';
		const zoomPicked = () => {
			const box = this.picked === null ? null : this.boxOf(this.picked);

			if (box)
				this.zoomBox(box);
		};

		if (event.altKey || (isButton && (event.key === 'Enter' || event.key === ' ')))
			return undefined;
		return {
			'/': () => this.bar.focusInput(),
			F3: () => this.state.found ? this.step(event.shiftKey ? -1 : 1) : this.bar.focusInput(),
			n: () => this.step(1),
			N: () => this.step(-1),
			v: () => this.toggleIcicle(),
			r: () => this.toggleReverse(),
			c: () => this.nextColors(),
			'?': () => this.bar.toggleHelp(),
			Escape: () => this.escape(),
			Home: () => this.reset(),
			Backspace: () => this.zoom(viewOfNode(this.p, this.p.parent[this.state.view.node])),
			Enter: zoomPicked,
			' ': zoomPicked,
			ArrowUp: () => this.move(0, up),
			ArrowDown: () => this.move(0, -up),
			ArrowLeft: () => this.move(-1, 0),
			ArrowRight: () => this.move(1, 0)
		}[event.key];
	}
}

// ---- start ----

function explain(text) {
	const height = +svg.getAttribute('height');

	find('plain').append(element('text', { class: 'warning', x: MARGIN, y: height - 2 }, text));
}

async function start() {
	if (typeof DecompressionStream === 'undefined')
		return explain('This browser cannot unpack the profile: no zoom and no search.');
	try {
		svg.viewer = new Viewer(await readIsland(find('profile').textContent));
		svg.viewer.toRoot();
		svg.setAttribute('data-ready', '1');
	} catch (error) {
		if (!find('plain'))
			throw error;
		explain('The profile in this file cannot be read: ' + error.message);
	}
	return undefined;
}

start();
