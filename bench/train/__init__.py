"""Training of the small models that choose (tools/page/choose): pages with gold in, model files and a table out."""
