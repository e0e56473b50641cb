# Every target sets itself up in .venv; see bootstrap.py, which does the work (and runs alone where there is no make).
.PHONY: demo test bench browser clean check
demo test bench browser clean check:
	@python3 bootstrap.py $@
