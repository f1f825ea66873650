/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A flame graph on a canvas that is as large as its pane, never as the graph.
 *
 * Boxes are computed for each new range, rows are drawn for each place of the scroll bar, and what
 * follows the pointer are two outlines above the canvas: no redraw.
 */
'use strict';

const ROW = 18, BOX = 17, TEXT_PAD = 4, LEAST_CHARS = 3, ZOOM_MS = 120;
const FONT = '12px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", ' +
	'monospace';

class FlameGraph {
	/*
	 * events: pick(node), view(how), menu(node, x, y), hover(box) and act(frame); all are optional.
	 * icicle: the root is at the top.  base: the depth that begins the picture, 1 to leave out the
	 * root.
	 */
	constructor(host, label, icicle, base, events) {
		Object.assign(this, { host, events, icicle, base, profile: null, picked: 0, rows: 0, below: 0,
			search: null });
		this.canvas = make('canvas', { 'aria-hidden': 'true' });
		this.hover = make('div', { class: 'outline hovered', hidden: '' });
		this.pick = make('div', { class: 'outline picked', hidden: '' });
		this.space = make('div', { class: 'space' });
		this.space.append(this.canvas, this.hover, this.pick);
		this.scroller = make('div', { class: 'scroller', tabindex: '0', role: 'application',
			'aria-roledescription': 'flame graph', 'aria-label': label +
			': arrow keys move between frames, Enter zooms, Escape zooms out' });
		this.scroller.append(this.space);
		host.replaceChildren(this.scroller);
		this.context = this.canvas.getContext('2d', { alpha: false });
		this.listen();
	}

	// ---- what is shown ----

	show(profile, colours, view) {
		const isOther = profile !== this.profile;

		this.profile = profile;
		this.colours = colours;
		this.shorts = [];
		if (isOther) {
			this.picked = 0;
			this.rows = 0;
			this.countFound();
		}
		this.view = view || viewOfNode(profile, 0);
		this.shown = this.view;
		this.layOut();
		if (isOther)
			this.toRoot();
	}

	recolour(colours) {
		this.colours = colours;
		this.draw();
	}

	setSearch(search) {
		this.search = search && !search.error ? search : null;
		this.countFound();
		this.draw();
	}

	countFound() {
		this.found = this.search && this.profile ? countMatches(this.profile, this.search) : null;
	}

	setIcicle(icicle) {
		this.icicle = icicle;
		this.layOut();
		this.toRoot();
	}

	setView(view, how) {
		const from = this.shown;

		this.view = view;
		this.hideHover();
		if (this.events.view)
			this.events.view(how);
		if (how === 'move' || matchMedia('(prefers-reduced-motion: reduce)').matches) {
			this.shown = view;
			this.layOut();
			return;
		}
		this.glide(from, view);
	}

	// From one range to the other; the last picture is that of the range itself.
	glide(from, to) {
		const began = performance.now();
		const step = () => {
			const part = Math.min((performance.now() - began) / ZOOM_MS, 1), t = 1 - (1 - part) ** 3;

			if (this.view !== to)
				return;
			this.shown = part === 1 ? to : { ...to, low: from.low + (to.low - from.low) * t,
				high: from.high + (to.high - from.high) * t };
			this.layOut();
			if (part < 1)
				requestAnimationFrame(step);
			else
				this.toView();
		};

		step();
	}

	zoomTo(node) {
		this.setView(viewOfNode(this.profile, node), 'push');
	}

	zoomBox(box) {
		if (box.run)
			this.setView(viewOfRun(this.profile, box), 'push');
		else
			this.zoomTo(box.node);
	}

	reset() {
		if (this.profile && !isWhole(this.profile, this.view))
			this.zoomTo(0);
	}

	// The range by a factor around a fraction of the width; the whole is the most.
	scale(factor, at) {
		const { profile: p, view } = this, width = Math.max((view.high - view.low) * factor, 1e-6);
		const low = Math.max(view.low + (view.high - view.low - width) * at, 0);
		const high = Math.min(low + width, p.size[0]);

		this.setView(this.range(Math.max(high - width, 0), high), 'move');
	}

	shift(by) {
		const { profile: p, view } = this, width = view.high - view.low;
		const low = Math.min(Math.max(view.low + by * width, 0), p.size[0] - width);

		this.setView(this.range(low, low + width), 'move');
	}

	range(low, high) {
		return { node: 0, low, high, focus: 0 };
	}

	// ---- places ----

	get width() {
		return Math.max(this.scroller.clientWidth, 40);
	}

	get height() {
		return Math.max(this.scroller.clientHeight, ROW);
	}

	y(depth) {
		const row = depth - this.base;

		return this.icicle ? row * ROW : this.space.clientHeight - (row + 1) * ROW;
	}

	// Pixels of the picture under what is in sight.  In a window that grew the browser has moved it
	// already, so that counts which was before.
	noteBelow() {
		if (this.sizedFor === this.height)
			this.below = this.space.clientHeight - this.scroller.scrollTop - this.height;
	}

	layOut() {
		if (!this.profile || !this.scroller.clientWidth)
			return;
		const boxes = boxesOf(this.profile, this.shown, this.width);
		const rows = boxes.reduce((most, box) => Math.max(most, box.depth), 0) + 1 - this.base;

		this.noteBelow();
		this.byDepth = Array.from({ length: rows + this.base }, () => []);
		for (const box of boxes)
			this.byDepth[box.depth].push(box);
		if (rows > this.rows || this.sizedFor !== this.height) {
			this.rows = Math.max(rows, this.rows);
			this.sizedFor = this.height;
			this.space.style.height = `${Math.max(this.rows * ROW + 4, this.height)}px`;
			if (!this.icicle)
				this.scroller.scrollTop = this.space.clientHeight - this.below - this.height;
		}
		this.draw();
	}

	toRoot() {
		this.scroller.scrollTop = this.icicle ? 0 : this.space.clientHeight;
		this.draw();
	}

	// What was zoomed to is in sight.
	toView() {
		this.toDepth(this.view.focus, this.icicle ? 1 : 2);
	}

	toDepth(depth, margin) {
		const y = this.y(depth), { scrollTop } = this.scroller;

		if (y < scrollTop)
			this.scroller.scrollTop = y - margin * ROW;
		else if (y + ROW > scrollTop + this.height)
			this.scroller.scrollTop = y + (1 + margin) * ROW - this.height;
	}

	// ---- drawing ----

	sizeCanvas() {
		const ratio = window.devicePixelRatio || 1;
		const width = Math.round(this.width * ratio), height = Math.round(this.height * ratio);

		if (this.canvas.width !== width || this.canvas.height !== height) {
			this.canvas.width = width;
			this.canvas.height = height;
			this.canvas.style.width = `${width / ratio}px`;
			this.canvas.style.height = `${height / ratio}px`;
		}
		this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
		this.context.font = FONT;
		this.context.textBaseline = 'middle';
		if (!this.charWidth || this.ratio !== ratio)
			this.charWidth = this.context.measureText('m'.repeat(50)).width / 50;
		this.ratio = ratio;
	}

	readTheme() {
		const style = getComputedStyle(this.host), of = name => style.getPropertyValue(name).trim();

		this.theme = { ground: of('--ground'), text: of('--box-text'), match: of('--match'),
			thin: of('--thin'), thinGround: of('--thin-ground'), thinMatch: of('--thin-match') };
	}

	draw() {
		if (!this.profile || !this.byDepth || !this.scroller.clientWidth)
			return;
		const c = this.context;

		this.sizeCanvas();
		if (!this.theme)
			this.readTheme();
		this.fill = this.alpha = null;
		this.paint(c, this.theme.ground, 1);
		c.fillRect(0, 0, this.width, this.height);
		this.drawRows((box, y) => this.drawBox(c, box, y), 0);
		this.drawRows((box, y) => this.drawText(c, box, y), 2 * TEXT_PAD + LEAST_CHARS * this.charWidth);
		this.outline(this.pick, this.picked ? this.boxOf(this.picked) : null);
	}

	// Boxes of a width at least, in the rows that are in sight.
	drawRows(drawOne, width) {
		const top = this.scroller.scrollTop, bottom = top + this.height;

		for (let depth = this.base; depth < this.byDepth.length; depth++) {
			const y = this.y(depth);

			if (y >= bottom || y + ROW <= top)
				continue;
			for (const box of this.byDepth[depth])
				if (box.width >= width)
					drawOne(box, y - top);
		}
	}

	isMatch(box) {
		return box.run ? this.found[box.end] > this.found[box.node]
			: this.search.matched[this.profile.frame[box.node]];
	}

	// Setting what is set already costs as much as drawing.
	paint(c, fill, alpha) {
		if (this.fill !== fill)
			c.fillStyle = this.fill = fill;
		if (this.alpha !== alpha)
			c.globalAlpha = this.alpha = alpha;
	}

	drawBox(c, box, y) {
		const { theme } = this, match = this.found && this.isMatch(box);
		const fill = !box.run ? (match ? theme.match : this.colours(box.node))
			: match ? theme.thinMatch : box.width < 4 ? theme.thinGround : this.thinFill();

		this.paint(c, fill, (box.depth < this.view.focus ? 0.5 : 1) * (this.found && !match ? 0.55 : 1));
		c.fillRect(box.x, y, box.width > 2 ? box.width - 0.6 : box.width, BOX);
	}

	drawText(c, box, y) {
		const text = this.textOf(box), { theme } = this;

		if (!text)
			return;
		if (box.run) {
			this.paint(c, theme.ground, 1);
			c.fillRect(box.x + 2, y + 1, text.length * this.charWidth + 4, BOX - 2);
		}
		this.paint(c, theme.text, box.depth < this.view.focus ? 0.75 : this.found && !this.isMatch(box) ? 0.7 : 1);
		c.fillText(text, box.x + TEXT_PAD, y + BOX / 2 + 0.5);
	}

	// Stripes for what is too thin to be shown one by one.
	thinFill() {
		if (!this.stripes) {
			const tile = make('canvas', { width: '6', height: '6' }), t = tile.getContext('2d');

			t.fillStyle = this.theme.thin;
			for (let y = 0; y < 6; y++)
				for (let x = 0; x < 6; x++)
					if ((x + y) % 6 < 2)
						t.fillRect(x, y, 1, 1);
			this.stripes = this.context.createPattern(tile, 'repeat');
		}
		return this.stripes;
	}

	textOf(box) {
		const chars = Math.floor((box.width - 2 * TEXT_PAD) / this.charWidth);

		if (chars < LEAST_CHARS)
			return '';
		if (box.run)
			return this.fit(`${grouped(box.end - box.node)} narrow frames`, chars);
		const frame = this.profile.frame[box.node];
		const names = this.shorts[frame] || (this.shorts[frame] = shortNames(this.profile.names[frame]));

		return this.fit(nameFor(names, chars), chars);
	}

	isNarrow(text) {
		return /^[\x20-\x7e…]*$/.test(text);
	}

	// The font has one width for ASCII; other characters take two columns, at most.
	fit(text, chars) {
		const most = this.isNarrow(text.slice(0, chars + 1)) ? chars : Math.floor(chars / 2);

		if (text.length <= most)
			return text;
		return Array.from(text.slice(0, most * 2)).slice(0, Math.max(most - 1, 1)).join('') + '…';
	}

	outline(e, box) {
		e.hidden = !box;
		if (!box)
			return;
		e.style.left = `${box.x}px`;
		e.style.top = `${this.y(box.depth)}px`;
		e.style.width = `${Math.max(box.width - 0.6, 1)}px`;
		e.style.height = `${BOX}px`;
	}

	// ---- boxes by place ----

	boxOf(node) {
		for (let depth = Math.min(this.profile.depth[node], this.byDepth.length - 1); depth >= 0; depth--) {
			const box = this.byDepth[depth].find(b =>
				b.node === node || (b.run && node >= b.node && node < b.end));

			if (box)
				return box;
		}
		return null;
	}

	boxAt(event) {
		const area = this.scroller.getBoundingClientRect();
		const y = event.clientY - area.top + this.scroller.scrollTop;
		const row = Math.floor(this.icicle ? y / ROW : (this.space.clientHeight - y) / ROW);

		return boxInRow(this.byDepth && this.byDepth[row + this.base], event.clientX - area.left);
	}

	// ---- pointer ----

	listen() {
		const { scroller } = this;
		let drag = null;

		scroller.addEventListener('scroll', () => {
			this.noteBelow();
			this.draw();
		});
		scroller.addEventListener('pointermove', event => {
			if (drag && (drag.moved || Math.abs(event.clientX - drag.x) > 4))
				this.dragTo(event, drag);
			else
				this.pointAt(event);
		});
		scroller.addEventListener('pointerdown', event => {
			if (event.button === 0 && this.profile && event.clientX < scroller.getBoundingClientRect().left + this.width)
				drag = { x: event.clientX, y: event.clientY, top: scroller.scrollTop, view: this.view, moved: false };
		});
		window.addEventListener('pointerup', () => {
			const wasDragged = drag && drag.moved;

			drag = null;
			scroller.classList.remove('dragged');
			this.ignoreClick = wasDragged;
		});
		scroller.addEventListener('pointerleave', () => this.hideHover());
		scroller.addEventListener('click', event => {
			if (!this.ignoreClick)
				this.clickAt(event);
			this.ignoreClick = false;
		});
		scroller.addEventListener('contextmenu', event => {
			const box = this.boxAt(event);

			if (!box || box.run || !this.events.menu)
				return;
			event.preventDefault();
			this.pickNode(box.node);
			this.events.menu(this, box.node, event.clientX, event.clientY);
		});
		scroller.addEventListener('wheel', event => this.wheel(event), { passive: false });
		new ResizeObserver(() => this.layOut()).observe(scroller);
	}

	dragTo(event, drag) {
		if (event.pointerType === 'touch')
			return;
		const { profile: p } = this, width = drag.view.high - drag.view.low;
		const low = Math.min(Math.max(drag.view.low - (event.clientX - drag.x) / this.width * width, 0),
				     p.size[0] - width);

		drag.moved = true;
		this.scroller.classList.add('dragged');
		this.scroller.scrollTop = drag.top - (event.clientY - drag.y);
		if (width < p.size[0])
			this.setView(this.range(low, low + width), 'move');
	}

	wheel(event) {
		const area = this.scroller.getBoundingClientRect();

		if (!this.profile)
			return;
		if (event.ctrlKey || event.metaKey) {
			event.preventDefault();
			this.scale(1.0015 ** event.deltaY, (event.clientX - area.left) / this.width);
		} else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
			event.preventDefault();
			this.shift((event.deltaX || event.deltaY) / this.width);
		}
	}

	clickAt(event) {
		const box = this.profile && this.boxAt(event);

		if (!box)
			return;
		this.pickNode(box.node);
		this.zoomBox(box);
	}

	pointAt(event) {
		const box = this.profile ? this.boxAt(event) : null;

		this.outline(this.hover, box);
		if (this.events.hover)
			this.events.hover(this, box, event);
	}

	hideHover() {
		this.hover.hidden = true;
		if (this.events.hover)
			this.events.hover(this, null, null);
	}

	// ---- keys ----

	pickNode(node) {
		this.picked = node;
		const box = this.boxOf(node);

		this.outline(this.pick, box);
		if (box)
			this.toDepth(box.depth, 1);
		if (this.events.pick)
			this.events.pick(this, box);
	}

	// dx, dy: boxes to the right, levels away from the root.
	move(dx, dy) {
		const now = this.picked ? this.boxOf(this.picked) : null;
		let next = null;

		if (!now) {
			next = (this.byDepth[Math.max(this.view.focus, 1)] || this.byDepth[0])[0];
		} else if (dx) {
			const row = this.byDepth[now.depth];

			next = row[row.indexOf(now) + dx];
		} else if (dy < 0) {
			next = now.depth > this.base ? this.boxOf(this.profile.parent[now.node]) : null;
		} else {
			for (const box of this.byDepth[now.depth + 1] || [])
				if (box.node > now.node && box.node < now.end && (!next || box.width > next.width))
					next = box;
		}
		if (next)
			this.pickNode(next.node);
	}

	// What the key does here, or undefined.
	action(event) {
		const up = this.icicle ? -1 : 1;
		const picked = () => (this.picked ? this.boxOf(this.picked) : null);
		const zoomPicked = () => picked() && this.zoomBox(picked());

		if (!this.profile || event.ctrlKey || event.metaKey || event.altKey)
			return undefined;
		if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey))
			return () => this.openMenu(picked());
		return {
			ArrowUp: () => this.move(0, up), ArrowDown: () => this.move(0, -up),
			ArrowLeft: () => this.move(-1, 0), ArrowRight: () => this.move(1, 0),
			Enter: zoomPicked, ' ': zoomPicked,
			Backspace: () => this.zoomTo(this.profile.parent[this.view.node]),
			Home: () => this.reset(),
			w: () => this.scale(0.7, 0.5), s: () => this.scale(1 / 0.7, 0.5),
			a: () => this.shift(-0.15), d: () => this.shift(0.15)
		}[event.key];
	}

	openMenu(box) {
		if (!box || box.run || !this.events.menu)
			return;
		const area = this.scroller.getBoundingClientRect();

		this.events.menu(this, box.node, area.left + box.x + 12,
			area.top + this.y(box.depth) - this.scroller.scrollTop + ROW);
	}

	themeChanged() {
		this.theme = this.stripes = null;
	}
}
