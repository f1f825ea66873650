/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Short forms of C++ and Rust names, for the page and the SVG; short-name.c has the same. */
'use strict';

// Where the bracket at `at` ends, or -1.
function closing(name, at, open, close) {
	let depth = 0;

	for (let i = at; i < name.length; i++) {
		if (name[i] === open) {
			depth++;
		} else if (name[i] === close && name[i - 1] !== '-' && --depth === 0) {
			return i;
		}
	}
	return -1;
}

/*
 * C++ and Rust names without what they are instantiated with and what they take:
 * std::vector<…>::push_back(…).
 */
function withoutArguments(name) {
	let short = '';

	for (let i = 0; i < name.length; i++) {
		const c = name[i];
		const end = i === 0 || name.slice(Math.max(i - 9, 0), i).includes('operator') ? -1
			: c === '<' ? closing(name, i, '<', '>') : c === '(' ? closing(name, i, '(', ')') : -1;

		if (end < i + 3 || name.startsWith('(anonymous namespace)', i)) {
			short += c;
			continue;
		}
		short += c + '…' + name[end];
		i = end;
	}
	return short;
}

// Where the name of a C++ operator begins, or -1.
function operatorIn(name) {
	return name.search(/\boperator(?!\w|::)/);
}

// Without the type that a function template's name begins with.
function withoutType(short) {
	const name = short.replaceAll('(anonymous namespace)', '(anonymous\u00a0namespace)');
	const operator = operatorIn(name), end = operator < 0 ? name.search(/\((?!anonymous)/) : operator;
	const space = name.lastIndexOf(' ', end);

	return end < 0 || space < 0 ? short : short.slice(space + 1);
}

// Parts between "::", but not those in brackets, nor in an operator's name.
function scopesOf(name) {
	const operator = operatorIn(name);

	if (operator > 0)
		return [...scopesOf(name.slice(0, operator)).slice(0, -1), name.slice(operator)];

	const parts = [];
	let from = 0, depth = 0;

	for (let i = 0; i < name.length; i++) {
		depth += '<([{'.includes(name[i]) ? 1 : '>)]}'.includes(name[i]) && name[i - 1] !== '-' ? -1 : 0;
		if (depth === 0 && name.startsWith('::', i)) {
			parts.push(name.slice(from, i));
			from = i + 2;
			i++;
		}
	}
	return [...parts, name.slice(from)];
}

/*
 * A name and what stands for it where it does not fit, from long to short; the last is the function's
 * own name, without namespaces and classes.
 */
function shortNames(name) {
	const numbered = /^(.*\S) \(\d+\)$/.exec(name);    // a process or thread, with its id

	if (name.length > 2000)
		return [name];
	if (numbered)
		return [name, numbered[1]];
	const short = withoutType(withoutArguments(name)), scopes = scopesOf(short);
	const own = scopes[scopes.length - 1];

	if (scopes.length < 2 || !own || /^[[{(]|\//.test(own))
		return [name, short];
	return [name, short, scopes.slice(-2).join('::'), own];
}

// Of a list of shortNames() the longest that is no longer than `chars`, else the shortest.
function nameFor(names, chars) {
	return names.find(name => name.length <= chars) || names[names.length - 1];
}
