#!/bin/sh
# test_eval_vs_score.sh - dixit-eval --json must show every figure of the independent Python scorer, with the same value.
# Runs only where python3 and that scorer are (SCORE; default: beside the checkout). BIN: where dixit-eval is.
set -u
SCORE=${SCORE:-../shared/tools/score.py}
DATA=${DATA:-../shared/data}
BIN=${BIN:-bin}
if ! command -v python3 >/dev/null 2>&1 || [ ! -f "$SCORE" ]; then
	echo "test_eval_vs_score: skipped (no python3 or no scorer)"
	exit 0
fi
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT

cat >"$T/compare.py" <<'PY'
import importlib.util, json, os, random, subprocess, sys
tmp, score, tool, data = sys.argv[1:5]
sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location('score', score)
scorer = importlib.util.module_from_spec(spec)
spec.loader.exec_module(scorer)

def subset(want, got, at=''):
    """Every figure of want must be in got."""
    if isinstance(want, dict):
        if not isinstance(got, dict): return ['%s: missing' % at]
        return [m for k, v in want.items() for m in subset(v, got.get(k), at + '/' + k)]
    if isinstance(want, (list, tuple)):
        if not isinstance(got, list) or len(want) != len(got): return ['%s: %r, not %r' % (at, got, want)]
        return [m for i, v in enumerate(want) for m in subset(v, got[i], at + '/%d' % i)]
    return [] if want == got else ['%s: %r, not %r' % (at, got, want)]

def same_keys(want, got, keys):
    return ['%s: only one has it' % k for k in keys if (k in want) != (k in got)]

def run(name, gold, pred):
    files = [os.path.join(tmp, name + s) for s in ('.gold', '.pred')]
    for f, recs in zip(files, (gold, pred)):
        with open(f, 'w', encoding='utf8') as o:
            for r in recs: o.write(json.dumps(r, ensure_ascii=random.random() < 0.5) + '\n')
    want = json.loads(json.dumps(scorer.score(*files)))
    got = subprocess.run([tool, '--json', '--bootstrap', '10', *files], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if got.returncode: return ['%s: exit %d: %s' % (name, got.returncode, got.stderr.decode()[:500])]
    got = json.loads(got.stdout)
    bad = subset(want, got) + same_keys(want, got, ('speaker', 'kind', 'act', 'target', 'stance'))
    return ['%s: %s' % (name, m) for m in bad]

# ---- hand-written
def article(id, text, *quotes): return {'id': id, 'text': text, 'quotes': list(quotes)}
def span(text, part, nth=0):
    b = text.encode(); i = -1
    for _ in range(nth + 1): i = b.index(part.encode(), i + 1)
    return [i, i + len(part.encode())]
def quote(text, content, cue=None, source=None, **more):
    q = {'type': 'direct', 'content': [span(text, c) for c in content], 'cue': [span(text, cue)] if cue else [],
         'source': [span(text, source)] if source else []}
    q.update(more)
    return q

A = '“We will come,” said Zoë Ångström’s aide. She added that\u00a0Mr. Ruiz—the mayor—had agreed.\nOK?'
B = 'The harbour board said That  "nothing" was lost; İSTANBUL and ΟΔΥΣΣΕΥΣ wrote: “…” \U0001f600 and x_y²³ too'
hand = {
  'alike': ([article('a', A, quote(A, ['We will come'], 'said', 'Zoë Ångström’s aide', speaker='Zoë Ångström'))],
            [article('a', A, quote(A, ['“We will come,”'], 'said', 'Zoë Ångström’s aide', speaker='Zoe Angstrom'))]),
  'that':  ([article('a', A, quote(A, ['that\u00a0Mr. Ruiz—the mayor—had agreed.'], 'added', 'She', speaker='aide', type='indirect'))],
            [article('a', A, quote(A, ['Mr. Ruiz—the mayor—had agreed'], 'added ', 'She ', speaker='an aide’s', type='mixed'))]),
  'marks': ([article('b', B, quote(B, ['“…”'], 'wrote', 'ΟΔΥΣΣΕΥΣ', speaker='ΟΔΥΣΣΕΥΣ', stance='support', target='the board'),
                             quote(B, ['That  "nothing" was lost;'], 'said', 'The harbour board', speaker='the Harbour Board', stance='neutral'))],
            [article('b', B, quote(B, ['“…'], 'wrote', 'ΟΔΥΣΣΕΥΣ', speaker='οδυσσευς', stance='oppose', target='board'),
                             quote(B, ['"nothing" was lost'], 'said', 'harbour board', speaker='Board', stance='neutral'))]),
  'empty': ([article('a', A), article('b', B)], [article('a', A)]),
  'none':  ([article('a', A, quote(A, ['We will come']))], []),
  'half token': ([article('a', A, quote(A, ['We wi']), quote(A, ['come']))], [article('a', A, quote(A, ['ill']), quote(A, ['come', 'said']))]),
  'labels': ([article('a', A, quote(A, ['We will'], speaker='unknown', kind='unknown', act='speech', stance='oppose', target='Ruiz'))],
             [article('a', A, quote(A, ['We will'], speaker='author'))]),
}
bad = [m for k, (g, p) in hand.items() for m in run(k.replace(' ', '_'), g, p)]

# ---- names, folded in every way
NAMES = ['Ann Lee', 'ann lee’s', 'LEE', 'Dr. Lee', 'Ann Lee Jr', 'Lee Jr.', 'Lee III', 'The Lees', 'the', 'a an the Board', 'An', "O'Hara", 'O’Hara',
  "O'Hara's", "'s", "x's\n", 'Zoë', 'Zoe\u0308', 'ﬁne Ltd', '½ Co', 'Ⅳ', 'ↀↁ', 'ↀ Co', 'İpek', 'I\u0307pek', 'ΣΟΦΟΣ', 'Σ', 'ΑΣ Β', 'Α.Σ', 'σοφος', 'Straße', 'STRASSE',
  'Нина', 'нина', 'क्षि', 'हिन्दी भाषा', '李明', 'ﷺ', 'a_b', 'a-b', 'a\u2013b', 'x\u00a0y', 'x y', 'x\u2003y', 'x\u205fy', 'x\x1cy', 'x\u0000y', '¹²', '´s', 'Ann\u00adLee', '', ' ', '!!',
  'unknown', 'author', 'Unknown', '\U0001d400nn', 'ǅ', 'K', 'ª º', 'Lee sr', 'Ann Lee ii', 'Lee ii Ann', "Ann Lee's 's", 'lee ann']
T = 'one two three four five six seven eight nine ten'
def named(i, n): return article(i, T, quote(T, ['two three'], speaker=n, target=n, stance='support'))
for i, a in enumerate(NAMES):     # one name a run: one wrong pair shows in the rounded figures
    bad += run('names%d' % i, [named('%d' % j, a) for j in range(len(NAMES))], [named('%d' % j, b) for j, b in enumerate(NAMES)])
FORMS = ['he', 'He ', ' SHE', 'who', 'Ann', 'Ann\n', 'Ann Lee', 'The aide', 'the US', 'an aide', 'McDuff', 'O’Hara', 'iPhone', "l'Est", 'éA', 'é A', '_A', '-A', '²A', 'A',
  'AB', 'it', 'you', 'his', 'hers', '\u00a0we\u2003', 'Élan', 'x\n', '\U0001f600A']
def formed(i, f): return article(i, f + ' said so', quote(f + ' said so', ['so'], 'said', f, speaker='X'))
bad += run('forms', [formed('%d' % i, f) for i, f in enumerate(FORMS)], [formed('%d' % i, f) for i, f in enumerate(FORMS)])

# ---- generated
WORDS = 'the harbour board says Ann Lee he “we “We agree” ‘so’ said told that That\u00a0it is — costly, naïve 12th x_y No. ü 😀 "end" O’Hara’s they. … -'.split(' ')
R = random.Random(1)
def make_text(): return ' '.join(R.choice(WORDS) for _ in range(R.randint(0, 60))) + R.choice(['', '\n', '. '])
def cuts(text): return [len(text[:i].encode()) for i in range(len(text) + 1)]
def make_spans(c, most, least=0):
    n = R.randint(least, most)
    if len(c) < 2 * n + 2: return [[c[0], c[-1]]] if least else []
    p = sorted(R.sample(c, 2 * n)); return [[p[2 * i], p[2 * i + 1]] for i in range(n)]
def maybe(q, key, values, p=0.8):
    if R.random() < p: q[key] = R.choice(values)
def make_quote(c):
    q = {'type': R.choice(['direct', 'indirect', 'mixed']), 'content': make_spans(c, 3, 1), 'cue': make_spans(c, 1), 'source': make_spans(c, 2)}
    if R.random() < .1: del q['cue']
    maybe(q, 'speaker', NAMES); maybe(q, 'target', NAMES); maybe(q, 'kind', ['person', 'group', 'unknown', 'place']); maybe(q, 'act', ['speech', 'thought', 'other'])
    maybe(q, 'stance', ['support', 'oppose', 'neutral']); return q
def nudge(s, c):
    out, at = [], 0
    for b, e in s:
        i, j = c.index(b) + R.choice([0, 0, 0, -1, 1, 3]), c.index(e) + R.choice([0, 0, 0, -1, 1, 4])
        i, j = max(0, min(i, len(c) - 1)), max(0, min(j, len(c) - 1))
        if c[i] >= at and c[i] < c[j]: out.append([c[i], c[j]]); at = c[j]
    return out
def vary(q, c):
    q = json.loads(json.dumps(q))
    for k in ('content', 'cue', 'source'):
        if k in q and R.random() < 0.5: q[k] = nudge(q[k], c) or q[k]
    if R.random() < .3: q['speaker'] = R.choice(NAMES)
    if R.random() < .3: q['stance'] = R.choice(['support', 'oppose', 'neutral'])
    if R.random() < .1: q['type'] = 'direct'
    for k in ('speaker', 'kind', 'act', 'stance', 'target', 'source'):
        if R.random() < .1: q.pop(k, None)
    return q
def predict(g):
    c = cuts(g['text'])
    qs = [vary(q, c) for q in g['quotes'] if R.random() < .8] + [make_quote(c) for _ in range(R.choice([0, 0, 1, 2])) if len(c) > 1]
    R.shuffle(qs); return {'id': g['id'], 'text': g['text'], 'quotes': qs}
def make_gold(i):
    t = make_text(); c = cuts(t)
    return {'id': 'g%d' % i, 'text': t, 'quotes': [make_quote(c) for _ in range(R.randint(0, 8)) if len(c) > 1]}
for k in range(40):
    gold = [make_gold(i) for i in range(R.randint(1, 12))]
    pred = [predict(g) for g in gold if R.random() < .9] + [predict(make_gold(99))]
    R.shuffle(pred)
    bad += run('generated%d' % k, gold, pred)

# ---- the corpus, where it is
dev = os.path.join(data, 'polnear', 'dev.jsonl')
if os.path.exists(dev):
    gold = [json.loads(l) for l in open(dev, encoding='utf8')]
    NAMES += [q['speaker'] for g in gold for q in g['quotes']][:300]
    for k in range(2): bad += run('dev%d' % k, gold, [predict(g) for g in gold])
for m in bad[:20]: print(m)
print('test_eval_vs_score: %s' % ('FAILED, %d differences' % len(bad) if bad else 'ok'))
sys.exit(bool(bad))
PY
python3 "$T/compare.py" "$T" "$SCORE" "$BIN/dixit-eval" "$DATA"
