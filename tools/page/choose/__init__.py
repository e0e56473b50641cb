"""Small trained models that choose among what was read: candidates, plain features, trees, a calibrated confidence.

Each head for words is one module (names, taglines) with its model file beside it; those for plans ask from
tools/page/pricing. `python bench/train.py` writes the files.
"""
