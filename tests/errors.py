#!/usr/bin/env python3
"""errors.py GOLD.jsonl PRED.jsonl [--worst N] [--only CATEGORY] - what goes wrong with quotes, by category, worst first.

A gold and a predicted quote match when the Jaccard index of their content words is 0.5 or more, one to one, best first (as dixit-eval
counts detection). Every gold quote without a match, predicted quote without a match, and wrong cue, source or speaker of a match gets one
category; a table of the categories comes first, then N examples of each, the most confident predictions and the longest misses first.
"""
import argparse
import collections
import json
import re

WORD = re.compile(rb"(?:[0-9A-Za-z]|[\xc2-\xf4][\x80-\xbf]+)+")
EDGE = " \t\r\n\u00a0\"“”'‘’`,.;:!?—–-"


def words(text, spans):
    """Numbers of the words that spans touch."""
    return {i for i, m in enumerate(WORD.finditer(text)) if any(m.start() < e and m.end() > b for b, e in spans)}


def show(text, spans, most=70):
    said = " / ".join(text[b:e].decode("utf-8", "replace") for b, e in spans).replace("\n", " ")
    return said if len(said) <= most else said[: most - 3] + "..."


def trimmed(text, spans):
    return {text[b:e].decode("utf-8", "replace").strip(EDGE).lower() for b, e in spans or []}


def match(gold, pred):
    pairs = sorted(((len(a & b) / len(a | b), i, j) for i, a in enumerate(gold) for j, b in enumerate(pred) if a & b),
                   key=lambda x: (-x[0], x[1], x[2]))
    of, taken = {}, set()
    for share, i, j in pairs:
        if share >= 0.5 and i not in of and j not in taken:
            of[i] = j
            taken.add(j)
    return of


def why_missed(quote, mine, pred):
    """Category of a gold quote that nothing matches."""
    over = [p for p in pred if p & mine]
    kind = quote["type"]
    if not over:
        return f"missed, {kind}: nothing found" + ("" if quote.get("cue") else ", it has no cue")
    if len(over) > 1:
        return f"missed, {kind}: in several pieces"
    return f"missed, {kind}: too long" if len(over[0] - mine) > len(mine - over[0]) else f"missed, {kind}: too short"


def why_extra(quote, mine, gold):
    kind = quote["type"]
    if any(len(mine - g) <= len(mine) // 3 for g in gold):
        return f"extra, {kind}: part of a quote"
    if any(mine & g for g in gold):
        return f"extra, {kind}: other bounds than a quote"
    return f"extra, {kind}: no quote there" + ("" if quote.get("cue") else ", without a cue")


def why_wrong(text, part, gold, pred):
    """Category of a wrong cue or source of a matched quote, or None."""
    a, b = trimmed(text, gold.get(part)), trimmed(text, pred.get(part))
    if a & b or (not a and not b):
        return None
    if not b:
        return f"{part}: none found"
    if not a:
        return f"{part}: there is none"
    touch = any(x[0] < y[1] and y[0] < x[1] for x in gold[part] for y in pred[part])
    return f"{part}: other bounds" if touch else f"{part}: another one"


def loose(a, b):
    x, y = (re.sub(r"[^\w\s'-]", " ", s or "").lower().split() for s in (a, b))
    return bool(x) and bool(y) and (x == y or ((set(x) <= set(y) or set(y) <= set(x)) and x[-1] == y[-1]))


def form(text, quote):
    """Form of a source: pronoun, name (its last word is capital), nominal or none."""
    if not quote.get("source"):
        return "none"
    b, e = quote["source"][0]
    said = text[b:e].decode("utf-8", "replace").split()
    if said and said[0].lower() in ("he", "she", "they", "i", "we", "it", "who", "his", "her", "their", "you"):
        return "pronoun"
    return "name" if said and said[-1][:1].isupper() else "nominal"


def article(gold, pred, put):
    text = gold["text"].encode()
    g = [words(text, q["content"]) for q in gold["quotes"]]
    p = [words(text, q["content"]) for q in pred["quotes"]]
    of = match(g, p)
    for i, q in enumerate(gold["quotes"]):
        if i not in of:
            put(why_missed(q, g[i], p), len(g[i]), gold["id"], f"[{show(text, q.get('cue') or [])}] {show(text, q['content'])}")
            continue
        r = pred["quotes"][of[i]]
        sure = r.get("confidence", {}).get("quote", 0)
        for part in ("cue", "source"):
            why = why_wrong(text, part, q, r)
            if why:
                put(why, sure, gold["id"], f"{show(text, q.get(part) or [])!r} not {show(text, r.get(part) or [])!r}: {show(text, q['content'], 50)}")
        if q.get("speaker") and not loose(q["speaker"], r.get("speaker")):
            put(f"speaker: of a {form(text, q)} source", r.get("confidence", {}).get("speaker", 0), gold["id"],
                f"{q['speaker']!r} not {r.get('speaker')!r}: {show(text, q.get('source') or [])}")
    for j, q in enumerate(pred["quotes"]):
        if j not in of.values():
            put(why_extra(q, p[j], g), q.get("confidence", {}).get("quote", 0), gold["id"], f"[{show(text, q.get('cue') or [])}] {show(text, q['content'])}")


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("gold")
    a.add_argument("pred")
    a.add_argument("--worst", type=int, default=5, help="examples of each category (default 5)")
    a.add_argument("--only", default="", help="only categories that begin so, such as 'missed, indirect'")
    a = a.parse_args()
    with open(a.pred, encoding="utf-8") as f:
        pred = {r["id"]: r for r in map(json.loads, filter(str.strip, f))}
    found = collections.defaultdict(list)
    with open(a.gold, encoding="utf-8") as f:
        for gold in map(json.loads, filter(str.strip, f)):
            article(gold, pred.get(gold["id"], {"quotes": []}), lambda why, size, *rest: found[why].append((size, *rest)))
    found = {k: v for k, v in found.items() if k.startswith(a.only)}
    ordered = sorted(found, key=lambda k: (-len(found[k]), k))
    for k in ordered:
        print(f"{len(found[k]):6}  {k}")
    for k in ordered if a.worst else []:
        print(f"\n{k}")
        for size, where, said in sorted(found[k], reverse=True)[: a.worst]:
            print(f"  {size:5.2f}  {where}: {said}")


if __name__ == "__main__":
    main()
