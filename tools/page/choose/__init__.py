"""Small trained models that choose among what was read: candidates, plain features, trees, a calibrated confidence.

Each head is one module (names, taglines, …) with its model file beside it, written by `python bench/train.py`.
"""
