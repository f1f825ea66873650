/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From what call frame information says to the rule of a row. */
#include "config.h"

#include "rule.h"

#include "expression.h"
#include "leb128.h"
#include "lib/vec.h"

#define RULE(kind, rbp, offset) UNWIND_RULE(unwind_row(0, (kind), (rbp), (offset)))
#define EXOTICS_MAX ((size_t)UINT16_MAX + 1)
/* Equal entries are mostly neighbours: as far back they are looked for. */
#define EXOTICS_LOOKED_AT 64

/* Where sigreturn finds registers (struct ucontext): rbp and rip lie there beside rsp. */
#define UCONTEXT_RBP_FROM_RSP (-40)
#define UCONTEXT_RIP_FROM_RSP 8

struct place {
	uint32_t nibble;         /* enum unwind_rbp */
	int16_t offset;          /* with UNWIND_RBP_EXOTIC */
};

static bool expression_of(const struct rules *r, const struct cfi_rule *rule,
			  struct expression *value)
{
	const uint8_t *at = r->section + rule->value, *end = r->section + r->size;
	uint64_t size = uleb128(&at);

	return at <= end && size <= (uint64_t)(end - at) &&
	       !expression_evaluate(at, size, true, value);
}

static bool cfa_expression(const struct rules *r, const struct cfi_state *s,
			   struct expression *value, unsigned int *plt)
{
	const uint8_t *at = r->section + s->cfa_expression, *end = r->section + r->size;
	uint64_t size = uleb128(&at);

	if (at > end || size > (uint64_t)(end - at))
		return false;
	if (expression_is_plt(at, size, plt))
		return true;
	return !expression_evaluate(at, size, false, value);
}

/* The CFA as a value, or *plt becomes a threshold. */
static bool cfa_of(const struct rules *r, const struct cfi_state *s, struct expression *value,
		   unsigned int *plt)
{
	if (s->cfa == CFI_EXPRESSION)
		return cfa_expression(r, s, value, plt);
	if (s->cfa != CFI_VAL_OFFSET || s->cfa_reg > UNWIND_REG_R15 ||
	    s->cfa_offset < -CFI_OFFSET_MAX || s->cfa_offset > CFI_OFFSET_MAX)
		return false;
	*value = (struct expression){
		.base = (uint8_t)s->cfa_reg, .index = EXPRESSION_NONE, .offset = s->cfa_offset
	};
	return true;
}

/* Where a register is saved, as an offset from the CFA; false: that cannot be said. */
static bool saved_at(const struct rules *r, const struct cfi_rule *rule,
		     const struct expression *cfa, int64_t *offset)
{
	struct expression e;

	if (rule->how == CFI_OFFSET) {
		*offset = rule->value;
		return true;
	}
	if (rule->how != CFI_EXPRESSION || !expression_of(r, rule, &e) || e.is_deref ||
	    e.index != EXPRESSION_NONE)
		return false;
	*offset = e.offset;
	if (e.base == EXPRESSION_CFA)
		return true;
	*offset -= cfa->offset;
	return e.base == cfa->base && !cfa->is_deref && cfa->index == EXPRESSION_NONE;
}

static bool is_at_rbp(const struct rules *r, const struct cfi_rule *rule)
{
	struct expression e;

	return rule->how == CFI_EXPRESSION && expression_of(r, rule, &e) && !e.is_deref &&
	       e.base == UNWIND_REG_RBP && e.index == EXPRESSION_NONE && !e.offset;
}

static uint32_t slot_of(int64_t offset)
{
	if (offset & 7 || offset > -16 || offset < -8 * (UNWIND_RBP_SLOT_MAX + 1))
		return 0;
	return (uint32_t)(-offset / 8 - 1);
}

/* Whether the register has the value that it had in the caller. */
static bool is_same(const struct cfi_rule *rule, uint32_t reg)
{
	return rule->how == CFI_SAME || (rule->how == CFI_REGISTER && rule->value == reg);
}

static struct place place_of_rbp(const struct rules *r, const struct cfi_rule *rule,
				 const struct expression *cfa)
{
	struct place place = { .nibble = UNWIND_RBP_LOST };
	int64_t offset;

	if (is_same(rule, UNWIND_REG_RBP))
		return (struct place){ .nibble = UNWIND_RBP_SAME };
	if (is_at_rbp(r, rule))
		return (struct place){ .nibble = UNWIND_RBP_AT_RBP };
	if (!saved_at(r, rule, cfa, &offset))
		return place;
	place.nibble = slot_of(offset);
	if (!place.nibble) {
		bool fits = offset >= INT16_MIN && offset <= INT16_MAX;

		place.nibble = fits ? UNWIND_RBP_EXOTIC : UNWIND_RBP_LOST;
		place.offset = fits ? (int16_t)offset : 0;
	}
	return place;
}

static bool is_signal_frame(const struct rules *r, const struct cfi_state *s,
			    const struct expression *cfa)
{
	struct expression rip, rbp;

	if (!r->is_signal || !cfa->is_deref || cfa->add || cfa->base != UNWIND_REG_RSP ||
	    cfa->index != EXPRESSION_NONE || cfa->offset & 7 || cfa->offset < 0 ||
	    cfa->offset > 8 * UINT16_MAX)
		return false;
	if (s->ra.how != CFI_EXPRESSION || s->rbp.how != CFI_EXPRESSION ||
	    !expression_of(r, &s->ra, &rip) || !expression_of(r, &s->rbp, &rbp))
		return false;
	return !rip.is_deref && rip.base == UNWIND_REG_RSP && rip.index == EXPRESSION_NONE &&
	       rip.offset == cfa->offset + UCONTEXT_RIP_FROM_RSP && !rbp.is_deref &&
	       rbp.base == UNWIND_REG_RSP && rbp.index == EXPRESSION_NONE &&
	       rbp.offset == cfa->offset + UCONTEXT_RBP_FROM_RSP;
}

/* The return address: 0, or the rule that says why there is none. */
static uint32_t place_of_ra(const struct rules *r, const struct cfi_state *s,
			    const struct expression *cfa, struct unwind_exotic *e)
{
	int64_t offset;

	if (s->ra.how == CFI_UNDEFINED)
		return RULE(UNWIND_STOP, 0, 0);
	if (s->ra.how == CFI_REGISTER && s->ra.value <= UNWIND_REG_R15) {
		e->ra_rule = UNWIND_RA_IN_REG;
		e->ra = (int32_t)s->ra.value;
		return 0;
	}
	if (!saved_at(r, &s->ra, cfa, &offset) || offset < INT32_MIN || offset > INT32_MAX)
		return RULE(UNWIND_UNSUPPORTED, 0, 0);
	e->ra_rule = UNWIND_RA_AT_CFA;
	e->ra = (int32_t)offset;
	return 0;
}

/* The index of an entry that says the same as *e, or EXOTICS_MAX: there is no room. */
static size_t exotic_index(struct rules *r, const struct unwind_exotic *e)
{
	size_t last = r->n > EXOTICS_LOOKED_AT ? r->n - EXOTICS_LOOKED_AT : 0;

	for (size_t i = r->n; i-- > last;)
		if (!memcmp(&r->exotic[i], e, sizeof(*e)))
			return i;
	if (r->n == EXOTICS_MAX || VEC_PUSH(r->exotic, r->n, r->cap, *e))
		return EXOTICS_MAX;
	return r->n - 1;
}

static uint32_t exotic_rule(struct rules *r, const struct expression *cfa, struct place rbp,
			    struct unwind_exotic *e)
{
	size_t index;

	if (cfa->base > UNWIND_REG_R15 || cfa->offset < INT32_MIN || cfa->offset > INT32_MAX ||
	    cfa->add < INT16_MIN || cfa->add > INT16_MAX ||
	    (cfa->index != EXPRESSION_NONE && cfa->index > UNWIND_REG_R15))
		return RULE(UNWIND_UNSUPPORTED, 0, 0);
	e->cfa = (cfa->is_deref ? UNWIND_CFA_DEREF : UNWIND_CFA_REG) |
		 (cfa->index != EXPRESSION_NONE ? UNWIND_CFA_INDEX : 0);
	e->reg = cfa->base;
	e->index = cfa->index != EXPRESSION_NONE ? cfa->index : 0;
	e->offset = (int32_t)cfa->offset;
	e->add = (int16_t)cfa->add;
	e->rbp_offset = rbp.offset;
	index = exotic_index(r, e);
	if (index == EXOTICS_MAX)
		return RULE(UNWIND_UNSUPPORTED, 0, 0);
	if (e->reg == UNWIND_REG_RBX || (e->cfa & UNWIND_CFA_INDEX && e->index == UNWIND_REG_RBX))
		r->needs_rbx = true;
	return RULE(UNWIND_EXOTIC, rbp.nibble, (uint32_t)index);
}

/* *(rsp + 8 * low) + 8 * high, and the same with rbp; 0: not that. */
static uint32_t deref_rule(const struct expression *cfa, uint32_t rbp)
{
	int64_t low = cfa->offset / 8, high = cfa->add / 8;

	if ((cfa->base != UNWIND_REG_RSP && cfa->base != UNWIND_REG_RBP) || cfa->offset & 7 ||
	    cfa->add & 7 || low < INT8_MIN || low > INT8_MAX || high < INT8_MIN || high > INT8_MAX)
		return 0;
	return RULE(cfa->base == UNWIND_REG_RSP ? UNWIND_DEREF_RSP : UNWIND_DEREF_RBP, rbp,
		    ((uint32_t)low & 0xff) | ((uint32_t)high & 0xff) << 8);
}

/* register + offset; 0: it does not fit. */
static uint32_t register_rule(struct rules *r, const struct expression *cfa, uint32_t rbp)
{
	uint64_t words = (uint64_t)cfa->offset / 8;

	if (cfa->offset & 7 || cfa->offset < 0)
		return 0;
	if (cfa->base == UNWIND_REG_RSP || cfa->base == UNWIND_REG_RBP)
		return words > UINT16_MAX ? 0 :
			RULE(cfa->base == UNWIND_REG_RSP ? UNWIND_RSP : UNWIND_RBP, rbp,
			     (uint32_t)words);
	if (cfa->base > UNWIND_REG_R15 || words > UINT16_MAX >> 4)
		return 0;
	r->needs_rbx = r->needs_rbx || cfa->base == UNWIND_REG_RBX;
	return RULE(UNWIND_REG, rbp, cfa->base | (uint32_t)words << 4);
}

static uint32_t short_rule(struct rules *r, const struct expression *cfa, uint32_t rbp)
{
	if (cfa->index != EXPRESSION_NONE)
		return 0;
	return cfa->is_deref ? deref_rule(cfa, rbp) : register_rule(r, cfa, rbp);
}

static uint32_t plt_rule(const struct cfi_state *s, unsigned int threshold)
{
	if (s->ra.how != CFI_OFFSET || s->ra.value != -8 || !is_same(&s->rbp, UNWIND_REG_RBP))
		return RULE(UNWIND_UNSUPPORTED, 0, 0);
	return RULE(UNWIND_PLT, UNWIND_RBP_SAME, threshold);
}

uint32_t rule_make(struct rules *r, const struct cfi_state *s)
{
	struct expression cfa = { .base = EXPRESSION_NONE, .index = EXPRESSION_NONE };
	struct unwind_exotic e = { 0 };
	unsigned int threshold = UINT32_MAX;
	struct place rbp;
	uint32_t rule;

	if (s->ra.how == CFI_UNDEFINED)
		return RULE(UNWIND_STOP, 0, 0);
	if (!cfa_of(r, s, &cfa, &threshold))
		return RULE(UNWIND_UNSUPPORTED, 0, 0);
	if (threshold != UINT32_MAX)
		return plt_rule(s, threshold);
	if (is_signal_frame(r, s, &cfa))
		return RULE(UNWIND_SIGNAL, 0, (uint32_t)(cfa.offset / 8));
	rule = place_of_ra(r, s, &cfa, &e);
	if (rule)
		return rule;
	rbp = place_of_rbp(r, &s->rbp, &cfa);
	if (rbp.nibble != UNWIND_RBP_EXOTIC && e.ra_rule == UNWIND_RA_AT_CFA && e.ra == -8)
		rule = short_rule(r, &cfa, rbp.nibble);
	return rule ? rule : exotic_rule(r, &cfa, rbp, &e);
}

uint32_t rule_usual(const struct cfi_state *s)
{
	uint32_t slot = s->rbp.how == CFI_OFFSET ? slot_of(s->rbp.value) : 0;
	uint64_t offset = (uint64_t)s->cfa_offset;

	if (s->cfa != CFI_VAL_OFFSET || s->ra.how != CFI_OFFSET || s->ra.value != -8 ||
	    (s->cfa_reg != UNWIND_REG_RSP && s->cfa_reg != UNWIND_REG_RBP) || !offset ||
	    offset & ~RULE_PLAIN || (!slot && s->rbp.how != CFI_SAME))
		return 0;
	return RULE(s->cfa_reg == UNWIND_REG_RSP ? UNWIND_RSP : UNWIND_RBP, slot,
		    (uint32_t)(offset / 8));
}

uint8_t rule_rbx(const struct cfi_state *s)
{
	int64_t n = -s->rbx.value / 8 - 1;

	if (is_same(&s->rbx, UNWIND_REG_RBX))
		return UNWIND_RBX_SAME;
	if (s->rbx.how != CFI_OFFSET || s->rbx.value & 7 || s->rbx.value > -16 ||
	    n >= UNWIND_RBX_LOST)
		return UNWIND_RBX_LOST;
	return (uint8_t)n;
}

void rules_release(struct rules *r)
{
	free(r->exotic);
	r->exotic = NULL;
	r->n = r->cap = 0;
}
