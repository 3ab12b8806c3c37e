#!/usr/bin/env python3
"""Scores texts read of pictures. Usage: score.py TRUTH.txt READ.txt … in pairs; prints character errors and phrases found."""
import sys, unicodedata
PUNCT = str.maketrans({"，": ",", "：": ":", "；": ";", "（": "(", "）": ")", "？": "?", "！": "!", "“": '"', "”": '"', "‘": "'", "’": "'", "—": "-", "–": "-", "－": "-", "·": "・", "‧": "・", "•": "・", "．": ".", "︰": ":", "﹔": ";", "【":"[", "】":"]", "～":"~", "％":"%","／":"/","─":"-"})
def clean(t):
    t = unicodedata.normalize("NFKC", t).translate(PUNCT)
    return "".join(c for c in t if not c.isspace() and unicodedata.category(c) != "Cf")
def distance(a, b):
    import numpy as np
    if not a: return len(b)
    B = np.array([ord(c) for c in b]); prev = np.arange(len(b) + 1); idx = np.arange(len(b) + 1)
    for i, c in enumerate(a, 1):
        cur = np.minimum(prev[1:] + 1, prev[:-1] + (B != ord(c)))
        cur = np.concatenate(([i], cur))
        cur = np.minimum.accumulate(cur - idx) + idx
        prev = cur
    return int(prev[-1])
def score(truth, read):
    t, r = clean(truth), clean(read)
    phrases = [t[i:i + 8] for i in range(0, max(1, len(t) - 7), 4)]
    return distance(t, r), len(t), sum(p in r for p in phrases), len(phrases)
if __name__ == "__main__":
    total = [0, 0, 0, 0]
    for truth, read in zip(sys.argv[1::2], sys.argv[2::2]):
        s = score(open(truth).read(), open(read).read())
        total = [a + b for a, b in zip(total, s)]
        print(f"{truth.rsplit('/',1)[-1]:32} {100*s[0]/max(1,s[1]):6.2f} % of {s[1]:5}   phrases {100*s[2]/s[3]:5.1f} %")
    print(f"{'all':32} {100*total[0]/total[1]:6.2f} % of {total[1]:5}   phrases {100*total[2]/total[3]:5.1f} %")
